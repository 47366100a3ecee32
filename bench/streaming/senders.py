"""Clients that send without a pause, all at once, and wait for their answers."""

import http.client
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

_BLOCK = bytes(range(256)) * 4096
_BOUNDARY = "boundary-of-the-streaming-bench"
_ANSWER_SECONDS = 600.0


@dataclass(frozen=True)
class Request:
    """What one client sends: `size` bytes of a file, and what its server wants around them."""

    method: str
    path: str
    size: int
    headers: dict[str, str]
    before: bytes = b""
    after: bytes = b""

    @property
    def length(self) -> int:
        return len(self.before) + self.size + len(self.after)

    def body(self) -> Iterator[bytes]:
        yield self.before
        for start in range(0, self.size, len(_BLOCK)):
            yield _BLOCK[: self.size - start]
        yield self.after


def form(size: int) -> Request:
    """The form that a browser sends for a file of SIZE bytes."""
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n'
    content_type = f"multipart/form-data; boundary={_BOUNDARY}"
    end = f"\r\n--{_BOUNDARY}--\r\n"
    return Request("POST", "/upload", size, {"Content-Type": content_type}, head.encode(), end.encode())


def send_all(port: int, requests: Sequence[Request]) -> float:
    """Send all requests at the same time; return the seconds until the last answer. All must succeed."""
    started_at = time.monotonic()
    with ThreadPoolExecutor(len(requests)) as threads:
        statuses = list(threads.map(lambda request: _send(port, request), requests))
    if set(statuses) != {201}:
        raise RuntimeError(f"not all uploads were stored: {statuses}")
    return time.monotonic() - started_at


def _send(port: int, request: Request) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
    headers = {**request.headers, "Content-Length": str(request.length)}
    try:
        connection.request(request.method, request.path, request.body(), headers)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()
