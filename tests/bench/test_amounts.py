"""What people write on Locust's command line."""

import pytest

from bench.users.amounts import amount, phases, sizes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("1500", 1500),
        ("5MB", 5e6),
        ("20Mbit", 2e7),
        ("1.5GB", 1.5e9),
        (" 10kB ", 1e4),
        ("0.5", 0.5),
    ],
)
def test_amounts(text, value):
    assert amount(text) == value


@pytest.mark.parametrize("text", ["", "MB", "5 apples", "-1", "5MiB", "1e6"])
def test_what_is_no_amount_is_refused_in_words(text):
    with pytest.raises(ValueError, match="is no amount such as"):
        amount(text)


@pytest.mark.parametrize(
    ("text", "weighted"),
    [("10MB", ((10**7, 1),)), ("5MB:3,100MB", ((5 * 10**6, 3), (10**8, 1))), ("100:0.5", ((100, 0.5),))],
)
def test_sizes_with_weights(text, weighted):
    assert sizes(text).weighted == weighted


def test_the_steps_of_a_surge():
    assert phases("10:0,30:40,60.5:0") == ((10, 0), (30, 40), (60.5, 0))
