"""Taking a record that only one may take, without a lock. Blocking.

Swift has no operation that only one of several callers wins: two deletions at once are both told that they
were the first, and so are two conditional writes. So everybody who wants the record writes a claim of his
own, and then looks who else has. Whoever sees another claim steps back, so at most one goes on; when all step
back, they try again after a pause. The claim stays until the record is gone, so that nobody who comes late
takes it too. A claim that a crash leaves behind keeps the record from being taken at all.

It holds as long as Swift's listing shows what was written; while a container server is down, it may lag.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from swift_store.errors import SwiftUnavailable
from swift_store.private_store import PrivateStore


def take_once(store: PrivateStore, name: str, claimants: Iterable[str], pause: Callable[[], None]) -> bool:
    """Delete the record; True for one caller alone. CLAIMANTS are unique texts, one for each attempt.

    Raises `SwiftUnavailable` when so many want it at once that nobody gets it.
    """
    prefix = f"claims/{name}/"
    for claimant in claimants:
        claim = prefix + claimant
        store.write(claim, {"for": name})
        try:
            if store.names(prefix) == [claim]:
                return store.delete(name)
        finally:
            store.delete(claim)
        if store.read(name) is None:
            return False
        pause()
    raise SwiftUnavailable("too many want to use the same link at this moment")
