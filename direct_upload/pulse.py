"""How the event loop is doing: whether it comes back when it should, and how many clients it has."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from direct_upload.metrics import Metrics

_PERIOD_SECONDS = 0.5


async def feel_pulse(metrics: Metrics, connections: Callable[[], int]) -> None:
    """Sleep, and measure by how much too long, until cancelled. CONNECTIONS tells how many are open."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _PERIOD_SECONDS
        await asyncio.sleep(_PERIOD_SECONDS)
        metrics.loop_lag.observe(max(0, loop.time() - due))
        metrics.connections.set(connections())
