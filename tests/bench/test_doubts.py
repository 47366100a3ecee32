"""What makes a measurement doubtful, as a table of cells that have exactly one thing wrong."""

import pytest

from bench.records import Code, Role, Sample, Scenario, Visit
from bench.runner.doubts import CpuUse, cpu_seconds, doubts
from bench.runner.placement import Placement

SECONDS = 10.0
SCENARIO = Scenario("s", "S", "", seconds=SECONDS, uploaders=2, visitor_rate=100)
APART, TOGETHER = Placement((0,), (1,)), Placement((0,), (0,))


def visits(count=1000, late=0):
    times = [SECONDS * n / count for n in range(count)]
    lags = [0.05 if n < late else 0.001 for n in range(count)]
    return [Visit(t, t + lag, t + lag + 0.001, ok=True) for t, lag in zip(times, lags, strict=True)]


def samples(**shares):
    """Samples of roles that used these shares of a CPU."""
    return [
        Sample(t, Role[role.upper()], cpu_seconds=5 + share * t, rss_bytes=1)
        for t in (0.0, SECONDS)
        for role, share in shares.items()
    ]


QUIET = CpuUse(cpus=2, busy=0.9, load_cpus=1, load_busy=0.5, stolen=0.0)
USED = {"app": 0.4, "swift": 0.3, "uploaders": 0.1, "visitors": 0.1}


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"visits": visits(late=11)}, Code.GENERATOR_SATURATED, "11 of 1000 visits left"),
        ({"samples": samples(**USED | {"uploaders": 0.9})}, Code.GENERATOR_SATURATED, "uploaders used 90%"),
        ({"samples": samples(**USED | {"visitors": 0.9})}, Code.GENERATOR_SATURATED, "visitors used 90%"),
        ({"use": CpuUse(2, 1.0, 1, 0.99, 0.0)}, Code.GENERATOR_SATURATED, "used 99% of their CPU"),
        ({"visits": visits(800)}, Code.RATE_NOT_REACHED, "800 visits were made of 1000"),
        ({"use": CpuUse(2, 1.5, 1, 0.5, 0.0)}, Code.NOISY_MACHINE, "Other programs used 30%"),
        ({"use": CpuUse(2, 0.9, 1, 0.5, 0.2)}, Code.NOISY_MACHINE, "host took 10%"),
        ({"placement": TOGETHER}, Code.CPU_SHARED, "no CPU to itself"),
    ],
)
def test_one_thing_wrong_is_one_warning(changed, code, words):
    fine = {"visits": visits(), "samples": samples(**USED), "use": QUIET, "placement": APART}
    assert doubts(SCENARIO, **fine) == ()
    (caution,) = doubts(SCENARIO, **fine | changed)
    assert caution.code is code
    assert words in caution.text


def test_a_cell_without_visitors_or_samples_is_judged_too():
    silent = Scenario("s", "S", "", seconds=SECONDS, uploaders=2)
    assert doubts(silent, [], [], CpuUse(2, 0.1, 1, 0.1, 0.0), APART) == ()


def test_cpu_seconds_are_those_between_the_first_sample_and_the_last():
    assert cpu_seconds(samples(app=0.4), Role.APP) == pytest.approx(4)
    assert cpu_seconds([], Role.APP) == 0
