"""When visits are due: a Poisson process, as people who know nothing of each other make one.

The schedule is fixed before anything is sent, so a server that stands still can't slow down what it is asked.
"""

import random
from collections.abc import Iterator


def arrivals(rate: float, seed: str) -> Iterator[float]:
    """Times in seconds from 0, without end: RATE a second on average, the same ones for the same seed.

    Streams of independent seeds add up to one stream of the summed rate, so a rate can be shared out.
    """
    if rate <= 0:
        raise ValueError(f"a rate is above 0 a second, not {rate}")
    gaps = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    due = 0.0
    while True:
        due += gaps.expovariate(rate)
        yield due
