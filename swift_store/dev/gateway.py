"""Filters that give the embedded Swift the manners of Ceph's RADOS Gateway, as far as they are documented.

`filter_factory`: everything is below `/swift`, and `/info` tells little. `tempurl_factory`: TempURL keys
belong to accounts only. Import this module only after `swift_runtime.prepare`.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from swift.common.middleware import tempurl

_MOUNT = "/swift"
_TOLD = {
    "swift": {"version": "18.2.4", "max_file_size": 5 << 30},
    "tempurl": {"methods": ["GET", "HEAD", "PUT", "POST", "DELETE"]},
    "slo": {"max_manifest_segments": 1000},
    "bulk_delete": {},
}


class AccountKeysOnly(tempurl.TempURL):  # type: ignore[misc]
    """A TempURL that does not know that containers can have keys."""

    def _get_keys(self, env: dict[str, Any]) -> list[tuple[str, str]]:
        return [found for found in super()._get_keys(env) if found[1] == tempurl.ACCOUNT_SCOPE]


def tempurl_factory(global_conf: dict[str, str], **local_conf: str) -> Any:
    """PasteDeploy's way to make a filter."""
    tempurl.TempURL = AccountKeysOnly
    return tempurl.filter_factory(global_conf, **local_conf)


def filter_factory(_global_conf: dict[str, str], **_local_conf: str) -> Callable[[Any], Any]:
    """PasteDeploy's way to make a filter."""

    def mounted(app: Any) -> Any:
        def filtered(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            path = environ["PATH_INFO"]
            if path.startswith("/auth/"):
                return app(environ, _pointing_below(_MOUNT, start_response))  # type: ignore[no-any-return]
            if not path.startswith(f"{_MOUNT}/"):
                return _answer(start_response, "404 Not Found", {})
            if path == f"{_MOUNT}/info":
                return _answer(start_response, "200 OK", _TOLD)
            environ["PATH_INFO"] = path.removeprefix(_MOUNT)
            return app(environ, start_response)  # type: ignore[no-any-return]

        return filtered

    return mounted


def _pointing_below(mount: str, start_response: Any) -> Any:
    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        changed = [
            (name, value.replace("/v1/", f"{mount}/v1/") if name.lower() == "x-storage-url" else value)
            for name, value in headers
        ]
        return start_response(status, changed, *more)

    return start


def _answer(start_response: Any, status: str, body: object) -> list[bytes]:
    text = json.dumps(body).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
    return [text]
