"""Statistics, a table with ratios and a picture, from raw runs."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.input_readers.measure import Run

_PAGE_START = "<!-- measured: python -m bench.input_readers -->"
_PAGE_END = "<!-- end of measured -->"


@dataclass(frozen=True)
class Summary:
    """All rounds of one scenario: latencies in milliseconds, throughput in MB/s (the median round's)."""

    scenario: str
    probes: int
    p50: float
    p99: float
    maximum: float
    throughput: float


def percentile(values: Sequence[float], fraction: float) -> float:
    """Return the smallest value that at least `fraction` of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -int(-fraction * len(ordered) // 1) - 1)]


def summarize(runs: Iterable[Run]) -> list[Summary]:
    """Pool the rounds of each scenario, in the order of their first appearance."""
    by_scenario: dict[str, list[Run]] = {}
    for run in runs:
        by_scenario.setdefault(run.scenario, []).append(run)
    return [_summary(scenario, rounds) for scenario, rounds in by_scenario.items()]


def _summary(scenario: str, rounds: list[Run]) -> Summary:
    latencies = [latency * 1000 for run in rounds for latency in run.latencies]
    return Summary(
        scenario=scenario,
        probes=len(latencies),
        p50=percentile(latencies, 0.50),
        p99=percentile(latencies, 0.99),
        maximum=max(latencies),
        throughput=statistics.median(run.throughput for run in rounds) / 1e6,
    )


def table(summaries: Sequence[Summary]) -> str:
    """Render a Markdown table; ratios are to its first row."""
    base = summaries[0]
    lines = [
        f"| worker and input | probes | p50 ms | p99 ms | max ms | uploads MB/s | to {base.scenario} |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {row.scenario} | {row.probes} | {row.p50:.1f} | {row.p99:.1f} | {row.maximum:.1f} "
        f"| {row.throughput:.0f} | {row.throughput / base.throughput:.2f} |"
        for row in summaries
    ]
    return "\n".join(lines)


def publish(rendered: str, page: Path) -> None:
    """Replace the table on a Markdown page that stands between the two `measured` comments."""
    before, _, rest = page.read_text().partition(_PAGE_START)
    _, _, after = rest.partition(_PAGE_END)
    page.write_text(f"{before}{_PAGE_START}\n{rendered}\n{_PAGE_END}{after}")


def draw(runs: Sequence[Run], path: Path) -> None:
    """Draw which share of the probes was answered within which time, and the throughput beside it, as SVG."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import, and only needed in the end

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "input-readers"
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, (waits, rates) = plt.subplots(1, 2, figsize=(11, 4.2), width_ratios=[2, 1], layout="constrained")
    summaries = summarize(runs)
    colours = [f"C{index}" for index in range(len(summaries))]
    for row, colour in zip(summaries, colours, strict=True):
        latencies = sorted(x * 1000 for run in runs if run.scenario == row.scenario for x in run.latencies)
        shares = [(rank + 1) / len(latencies) * 100 for rank in range(len(latencies))]
        waits.step(latencies, shares, where="post", label=row.scenario, color=colour)
    waits.set(
        xscale="log", xlabel="answer to a small request within, ms", ylabel="% of requests", ylim=(0, 100)
    )
    waits.set_title("A small request while three clients upload 300 MB bodies", fontsize=10)
    waits.grid(visible=True, which="major", alpha=0.3)
    waits.legend(fontsize=8, loc="lower right")
    names = [row.scenario.replace(", ", ",\n") for row in summaries]
    rates.barh(names[::-1], [row.throughput for row in summaries][::-1], color=colours[::-1])
    rates.set_title("Uploads, MB/s, all clients", fontsize=10)
    rates.tick_params(labelsize=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
