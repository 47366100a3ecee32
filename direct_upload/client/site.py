"""The site's API: each request of the upload protocol as a method, repeated while its failure may pass."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlsplit

from urllib3 import BaseHTTPResponse
from urllib3.util import Timeout

from direct_upload.client.cookies import Cookies
from direct_upload.client.errors import ClientError, SiteRefused, Unreachable, refusal
from direct_upload.client.patience import repeat
from direct_upload.client.values import Patience, StoredFile
from direct_upload.client.wire import Pool, failures_in_words, seconds_from, unix_time

# An answer is a page of files at most; more is no answer of this API.
_MOST_BYTES = 16 << 20
_FIRST_ERROR = 400
_PAGE_FILES = 1000
# Who never answered may not be there at all: an address with a typing mistake must not take minutes.
_FIRST_CONTACT_SECONDS = 15.0
# What answers have to have, to be those of a site.
_CREATED = ("id", "ticket", "segment_size", "target")
_FILE = ("id", "name", "size", "type", "etag", "created_at", "download_url")
_PAGE = ("files", "next")


@dataclass(frozen=True)
class Answer:
    """What came back. `asked_at` is our monotonic time before the request, `server_time` theirs after it."""

    body: Mapping[str, Any]
    location: str | None
    asked_at: float
    server_time: float | None


@dataclass(frozen=True)
class Wish:
    """A file to create an upload for."""

    name: str
    size: int
    type: str
    segment_size: int | None = None

    def message(self) -> dict[str, Any]:
        wished = {} if self.segment_size is None else {"segment_size": self.segment_size}
        return {"name": self.name, "size": self.size, "type": self.type, **wished}


@dataclass(frozen=True)
class Commit:
    """What makes an upload a file: the MD5 of each of its segments in order."""

    upload_id: str
    ticket: str
    md5s: Sequence[str]

    def message(self) -> dict[str, Any]:
        return {"id": self.upload_id, "ticket": self.ticket, "segments": list(self.md5s)}


@dataclass(frozen=True, kw_only=True)
class _Request:
    """`needs`: members of the answer. `read_seconds`: how long it may take. `moves`: it names an address."""

    method: str = "POST"
    path: str
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    read_seconds: float | None = None
    moves: bool = False


class Site:
    """One site, as one caller: by a token, or by the cookie that it gives us."""

    def __init__(
        self, endpoint: str, token: str | None, cookies: Cookies, pool: Pool, patience: Patience
    ) -> None:
        address = urlsplit(endpoint)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise ClientError(f"{endpoint} is no address of a site, such as https://upload.example.org.")
        self.endpoint = endpoint.rstrip("/")
        self._token = token
        self._cookies = cookies
        self._pool = pool
        self._patience = patience
        self._has_answered = False
        # Whether it is a site of ours: then an answer without what it needs was cut off on its way.
        self._is_known = False

    def create(self, wish: Wish, stopping: threading.Event) -> Answer:
        return self._ask(_Request(path="/api/uploads", body=wish.message(), needs=_CREATED), stopping)

    def create_all(self, wishes: Sequence[Wish], stopping: threading.Event) -> list[Answer | SiteRefused]:
        """The same for up to 100 at once; each is created, or refused alone."""
        body = {"uploads": [wish.message() for wish in wishes]}
        answer = self._ask(_Request(path="/api/uploads/batch", body=body, needs=("results",)), stopping)
        return [
            replace(answer, body=one["upload"]) if "upload" in one else _refused_item(one)
            for one in answer.body["results"]
        ]

    def renew(self, upload_id: str, ticket: str, stopping: threading.Event) -> Answer:
        path, body = f"{_upload(upload_id)}/renew", {"ticket": ticket}
        return self._ask(_Request(path=path, body=body, needs=("target",)), stopping)

    def signatures(
        self, upload_id: str, ticket: str, segments: Sequence[int], stopping: threading.Event
    ) -> Answer:
        """Sign single segments, where the storage knows no signature for all of them."""
        body = {"ticket": ticket, "segments": list(segments)}
        path = f"{_upload(upload_id)}/signatures"
        return self._ask(_Request(path=path, body=body, needs=("queries", "expires_at")), stopping)

    def complete(self, commit: Commit, stopping: threading.Event) -> StoredFile:
        body = {name: value for name, value in commit.message().items() if name != "id"}
        path = f"{_upload(commit.upload_id)}/complete"
        request = _Request(path=path, body=body, needs=_FILE, read_seconds=self._patience.commit)
        return StoredFile.of(self._ask(request, stopping).body)

    def complete_all(
        self, commits: Sequence[Commit], stopping: threading.Event
    ) -> list[StoredFile | SiteRefused]:
        """The same for up to 100 at once."""
        body = {"uploads": [commit.message() for commit in commits]}
        path, patience = "/api/uploads/complete", self._patience.commit
        request = _Request(path=path, body=body, needs=("results",), read_seconds=patience)
        results = self._ask(request, stopping).body["results"]
        return [StoredFile.of(one["file"]) if "file" in one else _refused_item(one) for one in results]

    def discard(self, upload_id: str, ticket: str, stopping: threading.Event) -> None:
        headers = {"Upload-Ticket": ticket}
        self._ask(_Request(method="DELETE", path=_upload(upload_id), headers=headers), stopping)

    def files(self, stopping: threading.Event) -> Iterator[StoredFile]:
        """The caller's files, newest first, page by page."""
        after = ""
        while True:
            request = _Request(method="GET", path=f"/api/files?limit={_PAGE_FILES}{after}", needs=_PAGE)
            page = self._ask(request, stopping).body
            yield from map(StoredFile.of, page["files"])
            if not page["next"]:
                return
            after = f"&after={quote(page['next'])}"

    def file(self, file_id: str, stopping: threading.Event) -> StoredFile:
        request = _Request(method="GET", path=_file(file_id), needs=_FILE)
        return StoredFile.of(self._ask(request, stopping).body)

    def delete(self, file_id: str, stopping: threading.Event) -> None:
        self._ask(_Request(method="DELETE", path=_file(file_id)), stopping)

    def download_url(self, file_id: str, stopping: threading.Event) -> str:
        """Where the file is in the storage, for a while."""
        path = f"/files/{quote(file_id, safe='')}"
        answer = self._ask(_Request(method="GET", path=path, moves=True), stopping)
        if not answer.location:
            raise ClientError("The site does not say where the file is.")
        return answer.location

    def _ask(self, request: _Request, stopping: threading.Event) -> Answer:
        first = replace(self._patience, give_up=min(self._patience.give_up, _FIRST_CONTACT_SECONDS))
        answer = repeat(
            lambda: self._once(request), self._patience if self._has_answered else first, stopping
        )
        if answer.location and not request.moves:
            raise ClientError(f"The site has moved: {answer.location.removesuffix(request.path)}")
        if not answer.body.keys() >= set(request.needs):
            raise ClientError(f"What answers at {self.endpoint} is no direct-upload site.")
        self._is_known = True
        return answer

    def _once(self, request: _Request) -> Answer:
        url = f"{self.endpoint}{request.path}"
        content = None if request.body is None else json.dumps(request.body).encode()
        asked_at = time.monotonic()
        known = nullcontext() if self._token else self._cookies.introduction()
        with known:
            with failures_in_words(url):
                response, text = self._exchange(request, url, content)
            self._has_answered = True
            if not self._token:
                self._cookies.take(response.headers.getlist("Set-Cookie"))
        answer = _answer(response, text, asked_at)
        if self._is_known and not answer.location and not answer.body.keys() >= set(request.needs):
            raise Unreachable(f"The answer of {self.endpoint} was cut off.")
        return answer

    def _exchange(self, request: _Request, url: str, content: bytes | None) -> tuple[BaseHTTPResponse, bytes]:
        response = self._pool.request(
            request.method,
            url,
            body=content,
            headers={**self._pool.headers, **self._identity(content), **request.headers},
            timeout=Timeout(
                connect=self._patience.connect, read=request.read_seconds or self._patience.stall
            ),
            redirect=False,
            preload_content=False,
        )
        try:
            return response, response.read(_MOST_BYTES)
        finally:
            response.release_conn()

    def _identity(self, content: bytes | None) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        elif cookie := self._cookies.header():
            headers["Cookie"] = cookie
        return headers


def _upload(upload_id: str) -> str:
    return f"/api/uploads/{upload_id}"


def _file(file_id: str) -> str:
    return f"/api/files/{quote(file_id, safe='')}"


def _answer(response: BaseHTTPResponse, text: bytes, asked_at: float) -> Answer:
    document = _object(text)
    location = response.headers.get("Location")
    if response.status >= _FIRST_ERROR:
        raise refusal(response.status, document, seconds_from(response.headers.get("Retry-After")))
    if text and not document:
        raise refusal(
            502, {"detail": "What answers there is no direct-upload site, or its answer was cut off."}
        )
    return Answer(document, location, asked_at, unix_time(response.headers.get("Date")))


def _object(text: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(text) if text else {}
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _refused_item(result: Mapping[str, Any]) -> SiteRefused:
    problem = result["problem"]
    return refusal(int(problem["status"]), problem)
