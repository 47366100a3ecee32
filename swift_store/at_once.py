"""The same blocking call for several things at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextvars import copy_context
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

# Each holds a connection to Swift, of which there are some more.
_AT_ONCE = 8


def at_once(call: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """What CALL returns for each item, in their order; raises what the first that failed raised.

    With one item there are no threads. Each call knows for which request it is made. A process that ends
    waits for none of them.
    """
    if len(items) == 1:
        return [call(items[0])]
    results: list[R] = []
    for start in range(0, len(items), _AT_ONCE):
        begun = [_begun(call, item) for item in items[start : start + _AT_ONCE]]
        results += [one.result() for one in begun]
    return results


def _begun(call: Callable[[T], R], item: T) -> Future[R]:
    future: Future[R] = Future()
    context = copy_context()

    def run() -> None:
        try:
            future.set_result(context.run(call, item))
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the result
            future.set_exception(error)

    Thread(target=run, name="swift-at-once", daemon=True).start()
    return future
