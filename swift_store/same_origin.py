"""Who may change something: our own pages, and programs that are no browser. Never another site's page."""

from __future__ import annotations

from collections.abc import Collection

from swift_store.errors import Problem

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def check(method: str, fetch_site: str | None, origin: str | None, own_origins: Collection[str]) -> None:
    """Raise `cross-site` for a state-changing request that another site's page made.

    FETCH_SITE and ORIGIN are the headers `Sec-Fetch-Site` and `Origin`, which no page's script can set.
    Every browser sends at least one of them with such a request; a plain API client sends neither.
    """
    if method in _SAFE_METHODS:
        return
    foreign = fetch_site not in {None, "same-origin", "none"} or (
        fetch_site is None and origin is not None and origin not in own_origins
    )
    if foreign:
        raise Problem("cross-site", "Requests from other sites are refused. Open the page of this site.")
