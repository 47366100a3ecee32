"""A small site that reads uploads in every way that applications do, and tells what it has seen."""

import contextlib
import hashlib
import json
import os
from pathlib import Path

from werkzeug.wrappers import Request

from proxy_upload.cooperative import ClientDisconnected, CooperativeInput
from proxy_upload.spooling import SpoolFactory

SLOW_HASHES = 20

seen = {"slow_bytes": 0, "slow_done": False, "disconnects": 0}


def slowly(stream):
    """Read as a parser does on a machine that is slower than its clients, and count."""
    while data := stream.read(65536):
        for _ in range(SLOW_HASHES):
            hashlib.sha256(data).digest()
        seen["slow_bytes"] += len(data)
    seen["slow_done"] = True
    return b""


def form(environ):
    """Read as Flask does: werkzeug's request, with the spool as its stream factory."""

    class SpoolingRequest(Request):
        def _get_file_stream(self, *values, **named):
            return SpoolFactory(os.environ["SPOOL"])(*values, **named)

    with SpoolingRequest(environ) as request:
        return request.files["file"].read()


def open_files():
    """Every file in the spool that this process holds open, those without a name too."""
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the listing itself was one of them
            if (target := str(entry.readlink())).startswith(os.environ["SPOOL"]):
                yield target


READS = {
    "/read": lambda environ: environ["wsgi.input"].read(),
    "/read-with-length": lambda environ: environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])),
    "/read-some": lambda environ: b"".join(iter(lambda: environ["wsgi.input"].read(10_000), b"")),
    "/lines": lambda environ: b"".join(environ["wsgi.input"]),
    "/short-lines": lambda environ: b"".join(iter(lambda: environ["wsgi.input"].readline(1000), b"")),
    "/form": form,
    "/slow": lambda environ: slowly(environ["wsgi.input"]),
    "/refuse": lambda _environ: b"",
}


def site(environ, start_response):
    if environ["PATH_INFO"] == "/ping":
        answer = {**seen, "files": list(open_files()), "pid": os.getpid()}
    else:
        try:
            body = READS[environ["PATH_INFO"]](environ)
        except ClientDisconnected:
            seen["disconnects"] += 1
            raise
        answer = {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    text = json.dumps(answer).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
    return [text]


app = CooperativeInput(site) if os.environ["INPUT"] == "cooperative" else site
