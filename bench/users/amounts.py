"""How sizes, bandwidths and crowds are written on a command line."""

import re

from bench.users.content import Sizes

_UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)([kMG]?)(B|bit)?")


def amount(text: str) -> float:
    """Read `5MB`, `20Mbit` or a bare number; `ValueError` for anything else. Units are powers of 1000."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no amount such as 5MB, 20Mbit or 1500")
    return float(match[1]) * _UNITS[match[2]]


def sizes(text: str) -> Sizes:
    """Read sizes with weights, such as `5MB:3,100MB:1`; a size without a weight counts once."""
    weighted = []
    for part in text.split(","):
        size, _, weight = part.partition(":")
        weighted.append((int(amount(size)), float(weight or 1)))
    return Sizes(tuple(weighted))


def phases(text: str) -> tuple[tuple[float, int], ...]:
    """Read `10:0,30:40,60:0`: until the 10th second no users, until the 30th 40, until the 60th none."""
    steps = [step.split(":") for step in text.split(",") if step]
    return tuple((float(until), int(users)) for until, users in steps)
