"""A Swift account, as far as the comparison needs it: containers, what they hold, and emptying them."""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

_ANSWER_SECONDS: Final = 120.0
_LIFETIME_SECONDS: Final = 3600
_MOST_LISTED: Final = 10_000


class AccountFailed(Exception):
    """Swift did not do what it was asked; the message says what."""


@dataclass(frozen=True)
class Account:
    """Requests with a token. Raises OSError when Swift refuses one."""

    url: str
    token: str

    @classmethod
    def sign_in(cls, environ: Mapping[str, str]) -> "Account":
        """With the variables that Swift's own tools read."""
        headers = {"X-Auth-User": environ["ST_USER"], "X-Auth-Key": environ["ST_KEY"]}
        request = Request(environ["ST_AUTH"], headers=headers)  # noqa: S310 - our own cluster
        with urlopen(request, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - our own cluster
            return cls(answer.headers["X-Storage-Url"], answer.headers["X-Auth-Token"])

    def create(self, container: str, temp_url_key: str) -> None:
        """A container that pages of any site may write to, with signatures of this key."""
        about = {
            "Temp-URL-Key": temp_url_key,
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Max-Age": "3600",
            "Access-Control-Expose-Headers": "ETag",
        }
        headers = {f"X-Container-Meta-{name}": value for name, value in about.items()}
        self._ask("PUT", quote(f"/{container}"), headers=headers)

    def listing(self, container: str) -> list[dict[str, Any]]:
        """What the container holds, as Swift tells it; all of it."""
        found: list[dict[str, Any]] = []
        while True:
            marker = found[-1]["name"] if found else ""
            query = urlencode({"format": "json", "limit": _MOST_LISTED, "marker": marker})
            page = json.loads(self._ask("GET", f"{quote(f'/{container}')}?{query}"))
            found += page
            if not page:
                return found

    def empty(self, container: str) -> None:
        """Delete all that the container holds."""
        names = [entry["name"] for entry in self.listing(container)]
        paths = "".join(f"{quote(f'/{container}/{name}')}\n" for name in names)
        headers = {"Content-Type": "text/plain", "Accept": "application/json"}
        if paths and (errors := json.loads(self._ask("POST", "?bulk-delete", paths, headers))["Errors"]):
            raise AccountFailed(f"{container} could not be emptied: {errors}")

    def _ask(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        request = Request(  # noqa: S310 - our own cluster
            self.url + path,
            method=method,
            data=None if body is None else body.encode(),
            headers={"X-Auth-Token": self.token, **(headers or {})},
        )
        with urlopen(request, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - our own cluster
            content: bytes = answer.read()
        return content


@dataclass(frozen=True)
class PutTarget:
    """Where objects may be PUT for an hour: `url`, any name, `?`, `query`."""

    url: str
    query: str

    def of(self, name: str) -> str:
        """The whole address of one object."""
        return f"{self.url}{name}?{self.query}"


def put_target(account_url: str, container: str, temp_url_key: str) -> PutTarget:
    """Sign a new prefix in the container."""
    account = urlsplit(account_url)
    prefix = f"{secrets.token_hex(8)}/"
    path = f"{account.path}/{container}/{prefix}"
    expires_at = int(time.time()) + _LIFETIME_SECONDS
    message = f"PUT\n{expires_at}\nprefix:{path}"
    signature = hmac.new(temp_url_key.encode(), message.encode(), hashlib.sha256).hexdigest()
    query = {"temp_url_sig": signature, "temp_url_expires": expires_at, "temp_url_prefix": prefix}
    return PutTarget(f"{account.scheme}://{account.netloc}{path}", urlencode(query))
