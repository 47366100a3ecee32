"""Numbers in words, and lines and labels in charts."""

import pytest

from bench.records import Architecture
from bench.report import numbers
from bench.report.canvas import apart
from bench.report.lines import lines
from bench.statistics.waits import Quantile

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (0.000123456, "0.000123"), (0.999, "0.999"), (1, "1"), (9.996, "10"), (12.34, "12.3"),
        (123.456, "123"), (999.6, "1000"), (1234.5, "1230"), (12345, "12,300"), (-3.25, "-3.25"),
    ],
)  # fmt: skip
def test_numbers_have_three_digits_and_no_powers_of_ten(value, text):
    assert numbers.digits(value) == text


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (numbers.seconds(0.00565), "5.65 ms"),
        (numbers.seconds(1.5), "1.5 s"),
        (numbers.seconds(None), numbers.NOTHING),
        (numbers.quantile(Quantile(19.6, at_least=True, beyond=0)), "≥ 19.6 s"),
        (numbers.percent(1), "100 %"),
        (numbers.percent(0.99951), "> 99.9 %"),
        (numbers.percent(0.99941), "99.9 %"),
        (numbers.percent(0.00001), "< 0.01 %"),
        (numbers.percent(0), "0 %"),
        (numbers.amount(63.6e6, "B/s"), "63.6 MB/s"),
        (numbers.amount(0), "0 B"),
        (numbers.amount(20e6, "bit/s"), "20 Mbit/s"),
        (numbers.times(1.004), "1.0 times"),
        (numbers.times(26.4), "26 times"),
        (numbers.cpu_seconds(-0.01), "0 s"),
    ],
)
def test_figures_carry_their_units(made, text):
    assert made.replace(NBSP, " ") == text


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        ([0.1, 0.5, 0.9], [0.1, 0.5, 0.9]),
        ([0.5, 0.5, 0.5], [0.4, 0.5, 0.6]),
        ([0.5, 0.0, 0.0], [0.5, 0.0, 0.1]),
        ([1.0, 1.0], [0.9, 1.0]),
        ([0.3], [0.3]),
        ([], []),
    ],
)
def test_labels_move_apart_no_further_than_needed(positions, expected):
    assert apart(positions, 0.1, 0.0, 1.0) == pytest.approx(expected)


def test_labels_that_are_too_many_share_the_room():
    assert sorted(apart([0.5] * 21, 0.1, 0.0, 1.0)) == pytest.approx([at / 20 for at in range(21)])


def test_every_line_can_be_told_apart_without_colours():
    ways = [Architecture("direct", "", "direct"), *(Architecture(f"p{at}", "", "proxy") for at in range(8))]
    looks = lines(ways)
    assert len({(look.dashes, look.marker) for look in looks.values()}) == 9
    assert max(looks.values(), key=lambda look: look.width) is looks["direct"]
