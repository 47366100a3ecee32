"""Time without an answer, in cases that can be read off a clock."""

import pytest

from bench.records import Visit
from bench.statistics.silence import silence

END = 10.0


def visits(*pairs):
    return [Visit(due, due, answered, ok=answered is not None) for due, answered in pairs]


def failed(due, finished):
    return Visit(due, due, finished, ok=False, error="refused")


@pytest.mark.parametrize(
    ("seen", "longest", "noticeable"),
    [
        ([], 0, 0),
        (visits((1, 1.01), (2, 2.02)), 0.02, 0),
        (visits((1, 4)), 3, 3),
        (visits((1, 4), (2, 4.1), (3, 4.2)), 3, 3),
        (visits((1, 1.01), (2, None)), 8, 8),
        (visits((1, None), *((at / 10, at / 10 + 0.01) for at in range(20, 100))), 1.01, 1.01),
        ([failed(1, 1.001), failed(3, 3.001), *visits((5, 5.01))], 4.01, 4.01),
        (visits((1, 1.5), (5, 5.25)), 0.5, 0.75),
        (visits((-3, 2), (1, 2.5)), 1, 1),
        (visits((9, 12)), 1, 1),
        (visits((11, 12)), 0, 0),
    ],
    ids=[
        "nobody came",
        "quick answers are short silences",
        "one visit waits",
        "many wait for the same thaw",
        "silent to the end",
        "one stuck visit is no silence while others are answered",
        "an error is no answer",
        "two stretches add up",
        "warm-up makes nobody due",
        "an answer after the end",
        "after the end nobody is due",
    ],
)
def test_a_silence_lasts_from_the_first_visit_due_to_the_next_answer(seen, longest, noticeable):
    told = silence(seen, END)
    assert told.longest == pytest.approx(longest)
    assert told.noticeable == pytest.approx(noticeable)
