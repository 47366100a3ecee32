"""The same call for several things: all of them, in order, for the same request, and with their errors."""

import threading
from contextvars import ContextVar

import pytest

from swift_store.at_once import at_once

REQUEST = ContextVar("REQUEST", default="nobody's")


@pytest.mark.parametrize("items", [[], [3], [3, 1, 2], list(range(50))], ids=["none", "one", "few", "many"])
def test_results_come_in_the_order_of_the_items(items):
    assert at_once(lambda item: item * 2, items) == [item * 2 for item in items]


def test_calls_run_at_the_same_time():
    met = threading.Barrier(3, timeout=20)
    assert sorted(at_once(lambda _item: met.wait(), [1, 2, 3])) == [0, 1, 2]


def test_one_item_needs_no_thread():
    assert at_once(lambda _item: threading.current_thread(), [1]) == [threading.current_thread()]


def test_each_call_knows_for_which_request_it_is_made():
    REQUEST.set("mine")
    assert at_once(lambda _item: REQUEST.get(), [1, 2]) == ["mine", "mine"]


def test_an_error_is_raised_to_who_asked():
    with pytest.raises(ZeroDivisionError):
        at_once(lambda item: 1 / item, [1, 0, 2])
