"""Tables of the capacity model: what it predicted, and what it says of a million uploads."""

from collections.abc import Callable
from typing import Final

from bench.calibration import Check
from bench.capacity import Demand, Need, Server, need
from bench.report import numbers
from bench.report.table import Cell, Table, table
from bench.results import Results

CLOSE: Final = 0.25
CLOSE_POINTS: Final = 0.1
DEMANDS: Final = (100, 1_000, 10_000, 100_000, 1_000_000)
FILE: Final = Demand(1, 100e6, 20e6)
SERVER: Final = Server(cores=16, memory_bytes=64e9, bits=10e9)


def predictions(results: Results) -> Table:
    """The model's predictions beside what was seen."""
    said: dict[str, Callable[[float], str]] = {
        "availability": numbers.percent,
        "goodput": lambda value: numbers.amount(value, "B/s"),
        "throughput": lambda value: numbers.amount(value, "B/s"),
        "CPU": lambda value: f"{numbers.count(value)} cores",
    }
    return table(
        "The model's predictions and what was seen",
        ("Architecture", "Scenario", "what", "predicted", "seen"),
        [
            (
                results.architecture(one.architecture).label,
                results.scenario(one.scenario).label,
                one.quantity,
                said[one.quantity](one.predicted),
                said[one.quantity](one.seen),
            )
            for one in results.checks
        ],
    )


def agreement(results: Results) -> str:
    """How many predictions came close, in words."""
    close = [one for one in results.checks if _is_close(one)]
    return (
        f"{len(close)} of {len(results.checks)} predictions are close: within a quarter of what was seen, "
        "or, for availability, within ten points."
    )


def _is_close(check: Check) -> bool:
    if check.quantity == "availability":
        return abs(check.predicted - check.seen) <= CLOSE_POINTS
    return abs(check.predicted - check.seen) <= CLOSE * check.seen


_STANDARD: Final = (
    f"so many uploads at once, of {numbers.amount(FILE.size)} each, "
    f"sent at {numbers.amount(FILE.bits, 'bit/s')}"
)


def servers(results: Results) -> Table:
    """Servers for 100 to a million uploads at once, of the standard file from the standard client."""
    size, bits = numbers.amount(SERVER.memory_bytes), numbers.amount(SERVER.bits, "bit/s")
    caption = f"Servers for {_STANDARD} (a server: {SERVER.cores} cores, {size}, {bits})"
    return _demands(
        results,
        caption,
        lambda of: Cell(numbers.digits(of.servers, 2), f"{of.processes:,} processes\nlimited by {of.bound}"),
    )


def memory(results: Results) -> Table:
    """Memory for the same."""
    return _demands(results, f"Memory for {_STANDARD}", lambda of: Cell(numbers.amount(of.memory_bytes)))


def _demands(results: Results, caption: str, said: Callable[[Need], Cell]) -> Table:
    rows: list[list[Cell | str]] = [
        [
            results.architecture(one.architecture).label,
            *(said(need(one.costs, Demand(uploads, FILE.size, FILE.bits), SERVER)) for uploads in DEMANDS),
        ]
        for one in results.calibrated
    ]
    return table(caption, ("Architecture", *(f"{uploads:,}" for uploads in DEMANDS)), rows)
