"""The WSGI app under measurement: a multipart upload read by werkzeug's form parser, and a ping."""

import os
from collections.abc import Callable, Iterable
from contextlib import closing
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import gevent
from werkzeug.formparser import FormDataParser, default_stream_factory

from proxy_upload.cooperative import CooperativeInput
from proxy_upload.spooling import SpoolFactory


def site(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer an upload with its size in bytes, everything else with a pong."""
    if environ["PATH_INFO"] != "/upload":
        return _answer(start_response, b"pong\n")
    factory = SpoolFactory() if os.environ["BENCH_SPOOL"] == "offload" else default_stream_factory
    _, _, files = FormDataParser(factory, silent=False).parse_from_environ(environ)
    with closing(files["file"]) as upload:
        size = upload.stream.seek(0, os.SEEK_END)
    return _answer(start_response, b"%d\n" % size)


def _answer(start_response: StartResponse, body: bytes) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def _sleep_zero() -> None:
    gevent.sleep(0)


INPUTS: dict[str, Callable[[WSGIApplication], WSGIApplication]] = {
    "plain": lambda app: app,
    "sleep0": lambda app: CooperativeInput(app, turns=lambda: _sleep_zero, turn_seconds=0.001, read_ahead=0),
    "cooperative": CooperativeInput,
}

app: WSGIApplication = INPUTS[os.environ["BENCH_INPUT"]](site)
