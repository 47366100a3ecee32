"""Connections: to the site and to the storage, with the system's proxies, and what goes wrong on them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, LocationValueError, SSLError
from urllib3.util import Timeout

from direct_upload.client.errors import ClientError, Unreachable
from direct_upload.client.values import Patience

# What the kernel holds back of what we gave it. More would look sent to us for minutes on a slow link.
_UNSENT_BYTES = 128 * 1024
_TCP_NOTSENT_LOWAT = getattr(socket, "TCP_NOTSENT_LOWAT", None)

Pool = urllib3.PoolManager


def new_pool(url: str, connections: int) -> Pool:
    """Connections for requests to URL's server and others of its kind, kept between requests."""
    address = urlsplit(url)
    options = list(HTTPConnection.default_socket_options)
    if _TCP_NOTSENT_LOWAT is not None:
        options.append((socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, _UNSENT_BYTES))
    settings: dict[str, Any] = {
        "maxsize": connections,
        "retries": False,
        "socket_options": options,
        "headers": {"User-Agent": f"direct-upload/{version('direct-upload')}"},
    }
    proxy = None if proxy_bypass(address.hostname or "") else getproxies().get(address.scheme)
    return urllib3.ProxyManager(proxy, **settings) if proxy else urllib3.PoolManager(**settings)


def timeout_of(patience: Patience) -> Timeout:
    """For a segment. While it is sent, urllib3 lets the first of the two times run for each piece."""
    return Timeout(connect=patience.stall, read=patience.stall)


@contextmanager
def failures_in_words(url: str) -> Iterator[None]:
    """Turn what happens on a connection into a `ClientError`."""
    place = urlsplit(url).netloc
    try:
        yield
    except SSLError as error:
        raise _final(Unreachable(f"There is no secure connection to {place}: {error}.")) from error
    except (LocationValueError, UnicodeError) as error:
        raise ClientError(f"{url} is no address.") from error
    except (HTTPError, OSError) as error:
        raise Unreachable(f"{place} can't be reached: {_reason(error)}.") from error


def seconds_from(header: str | None) -> float:
    """The number of seconds in `Retry-After`; 0 when there is none."""
    return float(header) if header is not None and header.isdecimal() else 0.0


def unix_time(date: str | None) -> float | None:
    """The header `Date`; None when it says nothing."""
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except ValueError:
        return None


def _final(error: Unreachable) -> Unreachable:
    error.is_temporary = False
    return error


def _reason(error: BaseException) -> str:
    return str(error).rpartition(": ")[2].strip("()'.") or type(error).__name__
