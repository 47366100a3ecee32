"""The port through which somebody watches the requests to Swift: what is asked, how long, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from urllib.parse import urlsplit

# Is told an answer: its status, and Swift's transaction id, by which Swift's own log knows the request.
Answered = Callable[[int, str], object]

# By how many parts a path has: /info, /v1/ACCOUNT, /v1/ACCOUNT/CONTAINER, and what is below.
_RESOURCES = {1: "info", 2: "account", 3: "container"}


class SwiftObserver:
    """Watches nothing. What watches overrides these; both run in the threads that send the requests."""

    def headers(self) -> Mapping[str, str]:
        """Further headers for a request."""
        return {}

    def request(self, operation: str) -> AbstractContextManager[Answered]:  # noqa: ARG002 - for who watches
        """Is entered around a request, and told its answer; without one, its error passes through.

        OPERATION is one of few, see `operation_of`. It ends when the answer's headers are there.
        """
        return nullcontext(lambda _status, _transaction_id: None)


def operation_of(method: str, url: str) -> str:
    """What a request does, such as `put_object`: HTTP's method, and the kind of what it is about.

    Kinds are `info`, `account`, `container`, `object`, and `manifest` for those of large objects.
    """
    address = urlsplit(url)
    parts = address.path.strip("/").split("/", 3)
    resource = _RESOURCES.get(len(parts), "object")
    if resource == "object" and "multipart-manifest" in address.query:
        resource = "manifest"
    return f"{method.lower()}_{resource}"
