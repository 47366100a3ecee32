"""What is stored, and what is just being stored: whether there is room for more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable

from direct_upload.recent import Recent
from swift_store.limits import Allowance, Usage


class Ledger:
    """Keeps an allowance. READ tells the usage of a key (an owner, or "" for everybody).

    Reading takes time and is remembered for `seconds`; what this process commits meanwhile counts at once,
    so that many commits at the same moment can't all take the same room. Other processes' commits are seen
    when they are in Swift and it is read again.
    """

    def __init__(
        self,
        allowance: Allowance,
        read: Callable[[str], Awaitable[Usage]],
        *,
        seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._allowance = allowance
        self._recent = Recent(read, seconds=seconds, clock=clock)
        self._reserved: defaultdict[str, Usage] = defaultdict(Usage)

    async def learn(self, key: str) -> None:
        """Have the usage at hand for `check`."""
        if self._allowance.is_limited:
            await self._recent.get(key)

    def check(self, key: str, more: Usage) -> None:
        """Raise `quota-exceeded` when there is no room for MORE, as far as is known."""
        if self._allowance.is_limited:
            self._allowance.check(self._recent.peek(key, Usage()) + self._reserved[key], more)

    def reserve(self, key: str, more: Usage) -> None:
        """Keep the room that was just checked."""
        self._reserved[key] += more

    def settle(self, key: str, more: Usage, *, is_used: bool) -> None:
        """Give the room back, or count it as used."""
        self._reserved[key] -= more
        if self._reserved[key] == Usage():
            del self._reserved[key]
        if is_used:
            self._recent.change(key, lambda used: used + more)

    def forget(self, key: str) -> None:
        """Something was deleted."""
        self._recent.forget(key)
