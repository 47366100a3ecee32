"""A filter in the place of TempURL that takes any signature for anything.

No Swift does; it shows what is left behind when an attack works. Import this module only after
`swift_runtime.prepare`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def filter_factory(_global_conf: dict[str, str], **_local_conf: str) -> Callable[[Any], Any]:
    """PasteDeploy's way to make a filter."""

    def believing(app: Any) -> Any:
        def filtered(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            if "temp_url_sig" in environ.get("QUERY_STRING", ""):
                environ |= {"swift.authorize": _allow, "swift.authorize_override": True, "QUERY_STRING": ""}
            return app(environ, start_response)  # type: ignore[no-any-return]

        return filtered

    return believing


def _allow(_request: Any) -> None:
    """What Swift takes for a yes."""
