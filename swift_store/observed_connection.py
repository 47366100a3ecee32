"""swiftclient's connection, with an observer that sees each single request, repeated ones too."""

from __future__ import annotations

from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from swiftclient import Connection

from swift_store.observer import SwiftObserver, operation_of


class ObservedConnection(Connection):  # type: ignore[misc]
    """A connection of swiftclient; `arguments` are its own."""

    def __init__(self, observer: SwiftObserver, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._observer = observer

    def http_connection(self, url: str | None = None) -> Any:
        """The address and swiftclient's HTTP connection to it."""
        address, http = super().http_connection(url)
        http.request_session.mount(f"{address.scheme}://", _Observed(self._observer))
        return address, http


class _Observed(HTTPAdapter):
    def __init__(self, observer: SwiftObserver) -> None:
        super().__init__()
        self._observer = observer

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        request.headers.update(self._observer.headers())
        operation = operation_of(request.method or "", request.url or "")
        with self._observer.request(operation) as answered:
            response = super().send(request, *args, **kwargs)
            answered(response.status_code, response.headers.get("X-Trans-Id", ""))
            return response
