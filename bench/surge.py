"""A surge of uploaders, as a load shape: `locust -f bench/locustfile.py,bench/surge.py DirectUploader
--surge ...`.

At its end people start no more uploads, and those under way go on: give Locust a `--stop-timeout` for them.
"""

import sys
from pathlib import Path
from typing import Any

from locust import LoadTestShape

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.users.amounts import phases

_AT_ONCE = 1000.0


class Surge(LoadTestShape):
    """As many users as `--surge` says for the current second; the test ends after the last step."""

    def tick(self) -> tuple[int, float] | None:
        assert self.runner is not None  # noqa: S101 - for mypy: Locust sets it before it asks
        second = self.get_run_time()  # type: ignore[no-untyped-call]
        options: Any = self.runner.environment.parsed_options
        for until, users in phases(options.surge):
            if second < until:
                return users, _AT_ONCE
        return None
