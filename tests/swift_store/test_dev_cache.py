"""The in-process cache behaves as memcached does for Swift."""

import pytest

from swift_store.dev import cache as cache_module
from swift_store.dev.cache import InProcessCache, filter_factory


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cache(clock):
    return InProcessCache(clock)


def test_a_value_is_kept_until_its_time_is_over(cache, clock):
    cache.set("k", "v", time=10)
    clock.now = 9.9
    assert cache.get("k") == "v"
    clock.now = 10
    assert cache.get("k") is None


def test_a_value_whose_time_is_over_already_is_not_kept(cache):
    cache.set("k", "v")
    cache.set("k", "w", time=-1)
    assert cache.get("k") is None


def test_bytes_come_back_as_text(cache):
    cache.set("k", b"v")
    assert cache.get("k") == "v"


def test_a_value_without_a_time_is_kept(cache, clock):
    cache.set("k", "v")
    clock.now = 1e9
    assert cache.get("k") == "v"


@pytest.mark.parametrize(
    ("stored", "found"),
    [({"a": [1, None]}, {"a": [1, None]}), (("a", 1), ["a", 1]), ("é", "é"), (1.5, 1.5), (None, None)],
)
def test_values_come_back_as_json_would_bring_them(cache, stored, found):
    cache.set("k", stored)
    assert cache.get("k") == found


def test_a_change_of_what_was_got_does_not_change_the_cache(cache):
    cache.set("k", [1])
    cache.get("k").append(2)
    assert cache.get("k") == [1]


def test_a_deleted_value_is_gone_and_may_be_deleted_again(cache):
    cache.set("k", "v")
    cache.delete("k")
    cache.delete("k", server_key="a")
    assert cache.get("k", raise_on_error=True) is None


@pytest.mark.parametrize(("steps", "value"), [([1, 2], 3), ([5, -2], 3), ([-4], 0), ([2, -9, 1], 1)])
def test_a_counter_adds_up_and_stops_at_zero(cache, steps, value):
    assert [cache.incr("n", step) for step in steps][-1] == value
    assert cache.get("n") == value
    assert cache.decr("n", value) == 0


def test_many_values_are_set_and_got_in_order(cache):
    cache.set_multi({"a": 1, "b": 2}, "server", time=5)
    assert cache.get_multi(["b", "missing", "a"], "server") == [2, None, 1]


def test_the_oldest_values_make_room(cache, monkeypatch):
    monkeypatch.setattr(cache_module, "MAX_ENTRIES", 2)
    cache.set("a", 1)
    cache.set("b", 2)
    cache.set("a", 3)
    cache.set("c", 4)
    assert cache.get_multi(["a", "b", "c"], "server") == [3, None, 4]


def test_the_filter_hands_each_request_the_same_cache():
    seen = []
    app = filter_factory({}, anything="else")(
        lambda environ, _start: seen.append(environ["swift.cache"]) or [b"ok"]
    )
    assert [app({}, None), app({}, None)] == [[b"ok"], [b"ok"]]
    assert seen[0] is seen[1]
    assert isinstance(seen[0], InProcessCache)
