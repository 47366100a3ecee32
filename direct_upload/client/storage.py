"""Segments in Swift: put one, look at one. Each is one attempt; who calls repeats it."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import cast

from urllib3 import BaseHTTPResponse

from direct_upload.client.errors import Damaged, StorageRefused
from direct_upload.client.values import Patience
from direct_upload.client.wire import Pool, failures_in_words, seconds_from, timeout_of

_MOST_BYTES = 1 << 16
_OTHER_FILE = (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
_OTHER = "What was fetched before is no part of this file; it begins anew."


class Storage:
    """Speaks to Swift by signed addresses only; neither token nor cookie go there."""

    def __init__(self, pool: Pool, patience: Patience) -> None:
        self._pool = pool
        self._timeout = timeout_of(patience)

    def put(self, url: str, body: Iterable[memoryview], size: int, md5: str) -> None:
        """Store a segment. Swift compares its MD5, and we compare what Swift says that it stored."""
        headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream", "ETag": md5}
        answer = self._request("PUT", url, headers, body)
        if answer.status != HTTPStatus.CREATED:
            raise _refusal(answer)
        stored = answer.headers.get("Etag")
        if stored is not None and stored.strip('"') != md5:
            raise Damaged("The storage holds something else than what was sent.")

    def md5_of(self, url: str) -> str | None:
        """The MD5 of a stored segment; None when there is none."""
        answer = self._request("HEAD", url, {})
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if answer.status != HTTPStatus.OK:
            raise _refusal(answer)
        return answer.headers.get("Etag", "").strip('"')

    def get(self, url: str, start: int, etag: str) -> BaseHTTPResponse:
        """The file from START on, as an open answer; `Damaged` when it is another file by now."""
        wanted = {"Range": f"bytes={start}-", "If-Match": f'"{etag}"'} if start else {}
        response = self._pool.request(
            "GET",
            url,
            headers={**self._pool.headers, **wanted},
            timeout=self._timeout,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        if response.status != (HTTPStatus.PARTIAL_CONTENT if start else HTTPStatus.OK):
            response.close()
            raise Damaged(_OTHER) if response.status in _OTHER_FILE else _refusal(response)
        return response

    def _request(
        self, method: str, url: str, headers: dict[str, str], body: Iterable[memoryview] | None = None
    ) -> BaseHTTPResponse:
        with failures_in_words(url):
            response = self._pool.request(
                method,
                url,
                body=cast("Iterable[bytes] | None", body),  # sockets take any buffer
                headers={**self._pool.headers, **headers},
                timeout=self._timeout,
                redirect=False,
                preload_content=False,
            )
            try:
                response.read(_MOST_BYTES)
            finally:
                response.release_conn()
        return response


def _refusal(answer: BaseHTTPResponse) -> StorageRefused:
    return StorageRefused(answer.status, seconds_from(answer.headers.get("Retry-After")))
