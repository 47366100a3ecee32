"""The direct way: the site signs, the client sends to Swift, the site commits."""

import json
import time
from typing import Any

from bench.users.connection import Answer, Connection, Request, Traffic
from bench.users.content import md5, segment_sizes
from bench.users.target import Target
from bench.users.uploader import Progress, Uploader

_RENEW_BEFORE_SECONDS = 60


class DirectUploader(Uploader):
    """Create, PUT the segments to Swift one after the other, complete."""

    cookie = ""

    def send(self, progress: Progress) -> None:
        wish = {"name": "upload.bin", "size": progress.size, "type": "application/octet-stream"}
        created = self._post("/api/uploads", wish, name="create")
        segments = segment_sizes(progress.size, created["segment_size"])
        self._put(progress, created, segments)
        ticket = {"ticket": created["ticket"], "segments": [md5(size) for size in segments]}
        self._post(f"/api/uploads/{created['id']}/complete", ticket, name="complete")

    def _put(self, progress: Progress, created: dict[str, Any], segments: list[int]) -> None:
        target = Target.of(created["target"])
        with Connection(
            target.origin,
            Traffic(),
            timeout=self.options.upload_timeout,
            send_buffer_bytes=self.line.send_buffer_bytes,
        ) as swift:
            for number, size in enumerate(segments):
                if target.expires_at - time.time() < _RENEW_BEFORE_SECONDS:
                    target = self._renewed(created)
                headers = {"Content-Length": str(size), "ETag": md5(size)}
                self.ask(
                    swift, Request("PUT", target.segment(number), headers, progress.content(size)), "segment"
                )

    def _renewed(self, created: dict[str, Any]) -> Target:
        path = f"/api/uploads/{created['id']}/renew"
        return Target.of(self._post(path, {"ticket": created["ticket"]}, name="renew")["target"])

    def _post(self, path: str, message: dict[str, Any], *, name: str) -> dict[str, Any]:
        body = json.dumps(message).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        if self.cookie:
            headers["Cookie"] = self.cookie
        with self.to_app() as app:
            answer = self.ask(app, Request("POST", path, headers, (body,)), name)
        self._keep_cookie(answer)
        answered: dict[str, Any] = json.loads(answer.body)
        return answered

    def _keep_cookie(self, answer: Answer) -> None:
        cookie = answer.headers.get("Set-Cookie")
        if cookie:
            self.cookie = cookie.partition(";")[0]
