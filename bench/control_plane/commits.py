"""What completing a file of many segments takes, and how much of that is Swift's own time."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from bench.users.connection import Answer, Connection, Request, Traffic
from bench.users.content import chunks, md5
from bench.users.target import Target

SEGMENTS: Final = 100
_SEGMENT_BYTES: Final = 1 << 20
_CHUNK_BYTES: Final = 1 << 18
_PATIENCE_SECONDS: Final = 120.0


@dataclass(frozen=True)
class Commit:
    """Seconds that the site took to complete a file, and Swift for the same manifest, asked directly."""

    site_seconds: float
    swift_seconds: float


class Committer:
    """Uploads files to a site, and completes each twice: through the site, and at Swift itself."""

    def __init__(self, site: str, environ: Mapping[str, str]) -> None:
        self._site = Connection(site, Traffic(), timeout=_PATIENCE_SECONDS)
        self._cookie = ""
        auth = environ["ST_AUTH"]
        with Connection(auth, Traffic(), timeout=_PATIENCE_SECONDS) as connection:
            headers = {"X-Auth-User": environ["ST_USER"], "X-Auth-Key": environ["ST_KEY"]}
            signed_in = connection.ask(Request("GET", urlsplit(auth).path, headers)).expect(200)
        self._token = signed_in.headers["X-Auth-Token"]

    def commit(self) -> Commit:
        """Send a file of 100 segments, and measure."""
        wish = {"name": "film", "size": SEGMENTS * _SEGMENT_BYTES, "type": "video/mp4"}
        created = self._post("/api/uploads", wish | {"segment_size": _SEGMENT_BYTES})
        target = Target.of(created["target"])
        with Connection(target.origin, Traffic(), timeout=_PATIENCE_SECONDS) as swift:
            self._send(swift, target)
            swift_seconds = self._manifest(swift, target)
        done = {"ticket": created["ticket"], "segments": [md5(_SEGMENT_BYTES)] * SEGMENTS}
        began = time.perf_counter()
        self._post(f"/api/uploads/{created['id']}/complete", done)
        return Commit(time.perf_counter() - began, swift_seconds)

    def _send(self, swift: Connection, target: Target) -> None:
        headers = {"Content-Length": str(_SEGMENT_BYTES), "ETag": md5(_SEGMENT_BYTES)}
        for number in range(SEGMENTS):
            body = chunks(_SEGMENT_BYTES, _CHUNK_BYTES)
            swift.ask(Request("PUT", target.segment(number), headers, body)).expect(201)

    def _manifest(self, swift: Connection, target: Target) -> float:
        """Write the manifest beside the segments, as the site does; return the seconds it took."""
        _, _version, _account, inside = urlsplit(target.url).path.split("/", 3)
        entries = [
            {"path": f"/{inside}{number:08d}", "etag": md5(_SEGMENT_BYTES), "size_bytes": _SEGMENT_BYTES}
            for number in range(SEGMENTS)
        ]
        body = json.dumps(entries).encode()
        address = f"{urlsplit(target.url).path}manifest?multipart-manifest=put"
        headers = {"X-Auth-Token": self._token, "Content-Length": str(len(body))}
        began = time.perf_counter()
        swift.ask(Request("PUT", address, headers, (body,))).expect(201)
        return time.perf_counter() - began

    def _post(self, path: str, message: Mapping[str, Any]) -> dict[str, Any]:
        body = json.dumps(message).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        if self._cookie:
            headers["Cookie"] = self._cookie
        answer = self._site.ask(Request("POST", path, headers, (body,))).expect(200, 201)
        self._keep_cookie(answer)
        told: dict[str, Any] = json.loads(answer.body)
        return told

    def _keep_cookie(self, answer: Answer) -> None:
        if "Set-Cookie" in answer.headers:
            self._cookie = answer.headers["Set-Cookie"].partition(";")[0]

    def close(self) -> None:
        self._site.__exit__(None, None, None)
