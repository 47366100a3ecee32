"""The load as ordinary Locust: name the users to play on the command line.

    locust -f bench/locustfile.py --host http://localhost:8765 DirectUploader --bandwidth 20Mbit
    locust -f bench/locustfile.py --host http://localhost:8765 Visitor --visit-path /healthz

Let visitors run in a process of their own: the work of sending would disturb what they measure.
"""

import sys
from pathlib import Path

from locust import events

# Locust puts this file's folder on the path, not the project's.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.users.direct import DirectUploader
from bench.users.options import add_options
from bench.users.proxy import ProxyUploader
from bench.users.recorder import record
from bench.users.uploader import app_traffic
from bench.users.visitor import Visitor

__all__ = ["DirectUploader", "ProxyUploader", "Visitor"]

events.init_command_line_parser.add_listener(add_options)  # type: ignore[no-untyped-call]
events.init.add_listener(lambda environment, **_: record(environment, app_traffic))  # type: ignore[no-untyped-call]
