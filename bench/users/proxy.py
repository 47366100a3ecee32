"""The proxy ways, all alike for the client: a browser's form with the file in it."""

import itertools

from bench.users.connection import Request
from bench.users.content import form
from bench.users.uploader import Progress, Uploader


class ProxyUploader(Uploader):
    """POST the form, its length known beforehand, the file made while it is sent."""

    def send(self, progress: Progress) -> None:
        frame = form("upload.bin")
        headers = {
            "Content-Type": frame.content_type,
            "Content-Length": str(frame.body_bytes(progress.size)),
        }
        before, after = memoryview(frame.before), memoryview(frame.after)
        body = itertools.chain((before,), progress.content(), (after,))
        with self.to_app() as app:
            self.ask(app, Request("POST", "/upload", headers, body), "form")
