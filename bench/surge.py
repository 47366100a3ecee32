"""A surge of uploaders, as a load shape: `locust -f bench/locustfile.py,bench/surge.py DirectUploader
--surge ...`.

At its end people start no more uploads, and those under way go on: give Locust a `--stop-timeout` for them.
"""

import sys
from pathlib import Path

from locust import LoadTestShape

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.users.options import phases

_AT_ONCE = 1000.0


class Surge(LoadTestShape):
    """As many users as `--surge` says for the current second; the test ends after the last step."""

    def tick(self) -> tuple[int, float] | None:
        environment = self.runner.environment
        second = self.get_run_time()
        for until, users in phases(environment.parsed_options.surge):
            if second < until:
                return users, _AT_ONCE
        environment.stop_timeout = 0
        return None
