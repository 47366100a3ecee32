"""Bytes and times as people read them."""

from __future__ import annotations

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_STEP = 1024
_AGES = (("days", 86400), ("hours", 3600), ("minutes", 60))


def size_text(size: int) -> str:
    """Such as `1.5 GiB`."""
    value = float(size)
    for unit in _UNITS:
        if value < _STEP or unit == _UNITS[-1]:
            break
        value /= _STEP
    return f"{size} B" if unit == "B" else f"{value:.3g} {unit}" if value < 1000 else f"{value:.0f} {unit}"  # noqa: PLR2004


def age_text(age_seconds: float) -> str:
    """Such as `3 days`; in the largest unit of which there are two."""
    seconds = max(0, int(age_seconds))
    for unit, length in _AGES:
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"
