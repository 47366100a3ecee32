"""Numbers as a reader wants them: two or three digits, a unit, and "at least" where that is all that is
known.
"""

from bench.statistics.bootstrap import Interval
from bench.statistics.waits import Quantile

SPACE = "\N{NO-BREAK SPACE}"
NOTHING = "\N{EN DASH}"
AT_LEAST = f"\N{GREATER-THAN OR EQUAL TO}{SPACE}"

_THOUSANDS = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))


def digits(value: float, significant: int = 3) -> str:
    """The number with so many significant digits, never in powers of ten; with commas from 10,000 on."""
    if value == 0:
        return "0"
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    if whole >= significant:
        rounded = round(value, significant - whole)
        return f"{rounded:,.0f}" if abs(rounded) >= 10_000 else f"{rounded:.0f}"  # noqa: PLR2004
    return f"{float(f'{value:.{significant}g}'):.{_decimals(value, significant)}f}"


def _decimals(value: float, significant: int) -> int:
    mantissa, exponent = f"{abs(value):.{significant - 1}e}".split("e")
    return max(0, len(mantissa.rstrip("0").partition(".")[2]) - int(exponent))


def seconds(value: float | None) -> str:
    """Seconds or milliseconds."""
    if value is None:
        return NOTHING
    return f"{digits(value)}{SPACE}s" if value >= 1 else f"{digits(value * 1000)}{SPACE}ms"


def cpu_seconds(value: float | None) -> str:
    """CPU time, always in seconds, so that costs can be compared at a glance; what is lost in noise is 0."""
    return NOTHING if value is None else f"{digits(max(value, 0.0), 2)}{SPACE}s"


def quantile(value: Quantile | None) -> str:
    """A percentile of the waits."""
    if value is None:
        return NOTHING
    return (AT_LEAST if value.at_least else "") + seconds(value.seconds)


def amount(value: float | None, unit: str = "B") -> str:
    """An amount with a decimal prefix: bytes, or bytes or bits a second."""
    if value is None:
        return NOTHING
    scale, prefix = next((pair for pair in _THOUSANDS if abs(value) >= pair[0]), (1.0, ""))
    return f"{digits(value / scale)}{SPACE}{prefix}{unit}"


def percent(share: float | None) -> str:
    """A share from 0 to 1 as a percentage; one that is not quite 100 % never shows as 100 %."""
    if share is None:
        return NOTHING
    value = share * 100
    if 0 < value < 0.01:  # noqa: PLR2004
        return f"<{SPACE}0.01{SPACE}%"
    text = digits(value)
    if text == "100" and value < 100:  # noqa: PLR2004
        text = "99.9" if value < 99.95 else ">" + SPACE + "99.9"  # noqa: PLR2004
    return f"{text}{SPACE}%"


def times(value: float | None) -> str:
    """A ratio."""
    if value is None:
        return NOTHING
    text = digits(value, 2)
    return f"{text}.0{SPACE}times" if len(text) == 1 and value else f"{text}{SPACE}times"


def span(of: Interval | None) -> str:
    """The interval's borders in brackets; nothing when there are none."""
    if of is None or of.low is None or of.high is None:
        return ""
    return f"[{digits(of.low, 2)} to {digits(of.high, 2)}]"


def ratio(of: Interval) -> str:
    """A ratio with its interval, or what it is at least where no more is known."""
    if of.high is None and of.low is not None:
        return f"at least {times(of.low)}"
    return " ".join(filter(None, (times(of.value), span(of))))


def count(value: float | None) -> str:
    """A whole number, or two digits of a small one."""
    return NOTHING if value is None else digits(value) if value < 1000 else f"{value:,.0f}"  # noqa: PLR2004
