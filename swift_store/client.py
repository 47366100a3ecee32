"""A thin blocking client for the calls to Swift that need a token.

It bounds what python-swiftclient leaves open: connections are pooled and reused, every wait has a timeout,
and all failures become one of two errors. Run it off an event loop.
"""

from __future__ import annotations

import json
import queue
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote, unquote

import requests
from swiftclient import Connection
from swiftclient.exceptions import ClientException

from swift_store.capabilities import Capabilities
from swift_store.cluster import Cluster
from swift_store.credentials import SwiftCredentials
from swift_store.errors import SwiftRefused, SwiftUnavailable, is_refusal
from swift_store.observer import SwiftObserver
from swift_store.sign_in import SignIn

__all__ = ["CONNECT_SECONDS", "PAGE", "Cluster", "SwiftClient"]

T = TypeVar("T")

CONNECT_SECONDS = 3.0
PAGE = 10_000
"""Swift's own limit for one page of a listing."""
_UNOBSERVED = SwiftObserver()
_NOT_FOUND = 404


class SwiftClient:
    """Requests to one account. Safe for many threads or greenlets; at most `connections` run at a time."""

    def __init__(
        self,
        credentials: SwiftCredentials,
        *,
        connections: int,
        timeout: float,
        observer: SwiftObserver = _UNOBSERVED,
    ) -> None:
        self._idle: queue.LifoQueue[Connection] = queue.LifoQueue()
        self._acquire_seconds = timeout
        self._sign_in = SignIn(credentials, (CONNECT_SECONDS, timeout), observer)
        self._capabilities: Capabilities | None = None
        for _ in range(connections):
            self._idle.put(self._sign_in.connection())

    def close(self) -> None:
        """Close the idle connections."""
        while not self._idle.empty():
            self._idle.get_nowait().close()

    def cluster(self) -> Cluster:
        """Sign in, and ask the cluster what it can do."""
        with self._connection() as connection:
            storage_url, _token = connection.get_auth()
            cluster = Cluster(storage_url, connection.get_capabilities())
        self._capabilities = cluster.capabilities
        return cluster

    def head_account(self) -> dict[str, str]:
        """The account's headers, names in lower case."""
        with self._connection() as connection:
            return dict(connection.head_account())

    def swift_time(self) -> float | None:
        """What Swift's clock says, in whole Unix seconds, cut off; None when it does not tell."""
        told = self.head_account().get("date")
        return parsedate_to_datetime(told).timestamp() if told else None

    def post_account(self, headers: Mapping[str, str]) -> None:
        """Change these headers of the account."""
        with self._connection() as connection:
            connection.post_account(dict(headers))

    def capabilities(self) -> Capabilities:
        """What the cluster can do; asked once, and remembered."""
        # Two threads may both ask at first, and learn the same.
        if self._capabilities is None:
            self._capabilities = self.cluster().capabilities
        return self._capabilities

    def head_container(self, container: str) -> dict[str, str] | None:
        """The container's headers, names in lower case; None when there is no such container."""
        return self._unless_missing(lambda connection: connection.head_container(container))

    def put_container(self, container: str, headers: Mapping[str, str]) -> None:
        """Make the container, or change these headers of an existing one."""
        with self._connection() as connection:
            connection.put_container(container, headers=dict(headers))

    def list_containers(self, *, prefix: str) -> list[dict[str, Any]]:
        """The account's containers that begin so, at most 10,000, in the form of Swift's JSON."""
        with self._connection() as connection:
            _headers, entries = connection.get_account(prefix=prefix, limit=PAGE)
            return list(entries)

    def list_objects(  # noqa: PLR0913 - what a listing has
        self,
        container: str,
        *,
        prefix: str,
        limit: int,
        marker: str = "",
        reverse: bool = False,
        delimiter: str | None = None,
    ) -> list[dict[str, Any]]:
        """One page of the container's listing, after MARKER, in the form of Swift's JSON.

        With a DELIMITER, names that contain it behind the prefix appear once, as `{"subdir": ...}`.
        """
        with self._connection() as connection:
            _headers, entries = connection.get_container(
                container,
                prefix=prefix,
                limit=limit,
                marker=marker,
                delimiter=delimiter,
                query_string="reverse=true" if reverse else None,
            )
            return list(entries)

    def listing(
        self, container: str, prefix: str, *, delimiter: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """All that begins with PREFIX, as `list_objects` tells it, page by page as it is read."""
        marker = ""
        while page := self.list_objects(
            container, prefix=prefix, limit=PAGE, marker=marker, delimiter=delimiter
        ):
            yield from page
            marker = page[-1].get("name") or page[-1]["subdir"]

    def head_object(self, container: str, name: str) -> dict[str, str] | None:
        """The object's headers, names in lower case; None when there is no such object."""
        return self._unless_missing(lambda connection: connection.head_object(container, name))

    def read_object(self, container: str, name: str, limit: int) -> bytes | None:
        """The contents of a small object, at most LIMIT bytes; None when there is no such object."""
        found = self._unless_missing(
            lambda connection: connection.get_object(
                container, name, headers={"Range": f"bytes=0-{limit - 1}"}
            )
        )
        return None if found is None else bytes(found[1])

    def delete_object(self, container: str, name: str) -> bool:
        """Delete one plain object; False when it is not there."""

        def delete(connection: Connection) -> bool:
            connection.delete_object(container, name)
            return True

        return self._unless_missing(delete) or False

    def put_object(  # noqa: PLR0913 - what a PUT has
        self,
        container: str,
        name: str,
        contents: Any,
        *,
        content_type: str,
        headers: Mapping[str, str] | None = None,
        query: str | None = None,
    ) -> str:
        """Store CONTENTS (bytes, a file, or an iterator, which can't be tried again); return the ETag."""
        with self._connection() as connection:
            return str(
                connection.put_object(
                    container,
                    name,
                    contents,
                    content_type=content_type,
                    headers={"Accept": "application/json", **(headers or {})},
                    query_string=query,
                )
            )

    def put_stream(
        self,
        container: str,
        name: str,
        pieces: Iterator[bytes],
        *,
        content_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Store what PIECES yields, however much it is; return the ETag.

        An iterator can't be sent again, so the token is proved before its first piece is asked for.
        """
        with self._connection() as connection:
            connection.head_container(container)
            return str(
                connection.put_object(
                    container, name, pieces, content_type=content_type, headers=dict(headers or {})
                )
            )

    def segments_of(self, container: str, name: str) -> list[str]:
        """The paths `/container/object` that a large object is made of; none for a plain or a missing one."""
        # A plain object would be sent whole when it is asked for its manifest.
        head = self.head_object(container, name) or {}
        if manifest := head.get("x-object-manifest"):
            where, prefix = unquote(manifest).split("/", 1)
            return [f"/{where}/{entry['name']}" for entry in self.listing(where, prefix)]
        if head.get("x-static-large-object", "").lower() != "true":
            return []
        entries = self._unless_missing(lambda connection: _manifest(connection, container, name))
        return [entry["name"] for entry in entries or ()]

    def read_manifest(self, container: str, name: str) -> bytes | None:
        """The manifest of a large object, as it can be written again; None for a plain or a missing one."""
        answer = self._unless_missing(
            lambda connection: connection.get_object(
                container, name, query_string="multipart-manifest=get&format=raw"
            )
        )
        if answer is None or answer[0].get("x-static-large-object", "").lower() != "true":
            return None
        return bytes(answer[1])

    def bulk_delete(self, paths: Sequence[str]) -> None:
        """Delete `/container/object` paths, in their order; those that are gone already are no error.

        Where the cluster has no bulk delete, one by one.
        """
        most = self.capabilities().max_deletes
        if most is None:
            self._delete_each(paths)
            return
        for start in range(0, len(paths), most):
            self._delete_at_once(paths[start : start + most])

    def _delete_each(self, paths: Sequence[str]) -> None:
        for path in paths:
            _, container, name = path.split("/", 2)
            self.delete_object(container, name)

    def _delete_at_once(self, paths: Sequence[str]) -> None:
        body = "\n".join(quote(path) for path in paths).encode()
        headers = {"Accept": "application/json", "Content-Type": "text/plain"}
        with self._connection() as connection:
            _headers, answer = connection.post_account(headers, data=body, query_string="bulk-delete")
            result = json.loads(answer)
        # Swift answers 200 before it begins, so the outcome stands in the body.
        status = int(result["Response Status"].split()[0])
        if result["Errors"] or status >= 500:  # noqa: PLR2004 - server errors
            raise SwiftUnavailable(
                f"bulk delete: {result['Response Status']}, {len(result['Errors'])} errors"
            )

    def _unless_missing(self, request: Callable[[Connection], T]) -> T | None:
        try:
            with self._connection() as connection:
                return request(connection)
        except SwiftRefused as error:
            if error.status == _NOT_FOUND:
                return None
            raise

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            connection = self._idle.get(timeout=self._acquire_seconds)
        except queue.Empty as error:
            raise SwiftUnavailable("all connections to Swift are busy") from error
        try:
            self._sign_in.freshen(connection)
            yield connection
        except ClientException as error:
            raise _translated(error) from error
        except self._sign_in.failures as error:
            raise self._sign_in.translated(error) from error
        except (requests.RequestException, OSError) as error:
            # What is left of the exchange in the socket must not meet the next request.
            connection.close()
            raise SwiftUnavailable(f"Swift can't be reached: {type(error).__name__}") from error
        except json.JSONDecodeError as error:
            # An answer that breaks off in its body looks whole to swiftclient.
            connection.close()
            raise SwiftUnavailable("Swift's answer was cut off") from error
        finally:
            self._idle.put(connection)


def _manifest(connection: Connection, container: str, name: str) -> list[dict[str, Any]]:
    _headers, manifest = connection.get_object(container, name, query_string="multipart-manifest=get")
    return list(json.loads(manifest))


def _translated(error: ClientException) -> SwiftUnavailable | SwiftRefused:
    status = error.http_status or 0
    message = f"Swift answered {status} {error.http_reason or error.msg}"
    if error.transaction_id:
        # By it the operator finds the request in Swift's own log.
        message += f", transaction {error.transaction_id}"
    if is_refusal(status):
        return SwiftRefused(message, status, error.http_response_content or b"")
    return SwiftUnavailable(message)
