"""A client's line on a clock of its own: what leaves never exceeds what the line carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.users.content import chunks
from bench.users.pacing import Line, TokenBucket

MBIT = 10**6


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self):
        self.time = 100.0

    def __call__(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds


def send(line, size):
    return sum(len(piece) for piece in line.paced(chunks(size, line.chunk_bytes)))


@pytest.mark.parametrize("bits", [1 * MBIT, 20 * MBIT, 1000 * MBIT])
@pytest.mark.parametrize("size", [100_000, 12_345_678])
def test_a_file_takes_the_time_that_its_line_needs(bits, size):
    clock = Clock()
    line = Line(bits, clock, clock.sleep)
    assert send(line, size) == size
    # Less what is allowed to leave at once in the beginning.
    assert clock.time - 100 == pytest.approx(size * 8 / bits, abs=1.01 * line.chunk_bytes * 8 / bits)


def test_a_line_without_a_limit_never_waits():
    clock = Clock()
    assert send(Line(None, clock, clock.sleep), 5_000_000) == 5_000_000
    assert clock.time == 100


def test_a_sender_that_was_held_up_catches_up_by_one_burst_at_most():
    clock = Clock()
    line = Line(8 * MBIT, clock, clock.sleep)
    clock.sleep(60)
    before = clock.time
    send(line, 10_000_000)
    assert clock.time - before == pytest.approx(10, abs=1.01 * line.chunk_bytes / MBIT)


@given(st.lists(st.tuples(st.integers(1, 10_000), st.floats(0, 2)), min_size=1, max_size=50))
def test_at_no_moment_more_has_left_than_the_rate_and_one_burst_allow(takes):
    rate, burst, now, left = 1000.0, 500.0, 0.0, 0
    bucket = TokenBucket(rate, burst, now)
    for count, pause in takes:
        now += pause
        now += bucket.take(count, now)
        left += count
        assert left <= rate * now + burst + 1e-6


def test_the_kernel_holds_little_for_a_slow_line():
    assert Line(MBIT).send_buffer_bytes < 64 * 1024
    assert Line(None).send_buffer_bytes is None
