"""What only one of several callers may do with a record, without a lock. Blocking.

Swift has no operation that only one of several callers wins: two deletions at once are both told that they
were the first, and so are two conditional writes. So everybody who wants the record writes a claim of his
own, and then looks who else has. Whoever sees another claim steps back, so at most one goes on; when all step
back, they try again after a pause. The claim stays until that one is done, so that nobody who comes late does
it too. A claim that a crash leaves behind keeps everybody from doing it at all.

It holds as long as Swift's listing shows what was written; while a container server is down, it may lag.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from swift_store.errors import SwiftUnavailable

_CLAIMS = "claims"


class Records(Protocol):
    """See `PrivateStore`."""

    def read(self, name: str) -> Mapping[str, Any] | None: ...

    def write(self, name: str, record: Mapping[str, Any]) -> None: ...

    def delete(self, name: str) -> bool: ...

    def names(self, prefix: str) -> list[str]: ...


def take_once(store: Records, name: str, claimants: Iterable[str], pause: Callable[[], None]) -> bool:
    """Delete the record; True for one caller alone. CLAIMANTS are unique texts, one for each attempt.

    Raises `SwiftUnavailable` when so many want it at once that nobody gets it.
    """

    def is_gone() -> bool:
        return store.read(name) is None

    took = _as_one(store, name, claimants, pause, lambda: store.delete(name), is_gone)
    if took is None:
        raise SwiftUnavailable("too many want to use the same link at this moment")
    return took


def make_once(
    store: Records,
    name: str,
    record: Mapping[str, Any],
    claimants: Iterable[str],
    pause: Callable[[], None],
) -> None:
    """Write a record that is not there. All callers at once find the same one afterwards.

    Raises `SwiftUnavailable` when nobody gets to it, as when somebody was stopped in the middle.
    """

    def is_there() -> bool:
        return store.read(name) is not None

    def write() -> bool:
        if not is_there():
            store.write(name, record)
        return True

    if _as_one(store, name, claimants, pause, write, is_there) is None:
        raise SwiftUnavailable(
            f"somebody else makes {name} at this moment, or was stopped in the middle of it: if nobody does, "
            f"delete what begins with {_CLAIMS}/{name}/ in the private container"
        )


def _as_one(  # noqa: PLR0913, PLR0917 - what to do, and how to see that it is done
    store: Records,
    name: str,
    claimants: Iterable[str],
    pause: Callable[[], None],
    act: Callable[[], bool],
    is_done: Callable[[], bool],
) -> bool | None:
    """What ACT returns; False when somebody else was first, None when nobody was."""
    prefix = f"{_CLAIMS}/{name}/"
    for claimant in claimants:
        claim = prefix + claimant
        store.write(claim, {"for": name})
        try:
            if store.names(prefix) == [claim]:
                return act()
        finally:
            store.delete(claim)
        if is_done():
            return False
        pause()
    return None
