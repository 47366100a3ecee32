"""The one list of settings: `Settings` says each name, default, meaning and how its text is read.

The command line's flags, its `--help` and the README's table come from this list.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import ClassVar

from swift_store.containers import Containers
from swift_store.credentials import IncompleteCredentials, SwiftCredentials, credentials_from
from swift_store.declarations import PREFIX, ConfigurationError, read_settings, setting, variable
from swift_store.setting_readers import (
    byte_count,
    callable_path,
    container_name,
    header_name,
    issuer,
    networks,
    one_of,
    redis_address,
    secret,
    secrets,
    segment_bytes,
    switch,
    web_address,
    web_origin,
    web_origins,
    webhook_secret,
    whole_number,
    words,
)

_MAX_PORT = 65535
_DAY = 86400
_MANY = 10**15 - 1


class IdentityKind(enum.Enum):
    """How the site knows who somebody is."""

    ANONYMOUS = "anonymous"
    OIDC = "oidc"
    PROXY_HEADER = "proxy-header"


class EventLoop(enum.Enum):
    """What turns the site's event loop."""

    ASYNCIO = "asyncio"
    UVLOOP = "uvloop"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that an operator can set. Sizes are in bytes, times in seconds."""

    PREFIX: ClassVar[str] = PREFIX

    host: str = setting("localhost", "Address to listen on.", flag=True)
    port: int = setting("8765", "Port to listen on.", whole_number(0, _MAX_PORT), flag=True)
    workers: int = setting("1", "Processes that share the port.", whole_number(1, 64), flag=True)
    event_loop: EventLoop = setting(  # noqa: RUF009 - an enumeration's member can't change
        "asyncio",
        "What turns the event loop: asyncio, or uvloop, which may take a little less CPU time.",
        one_of(EventLoop),
    )
    log_json: bool = setting("0", "Write the log as JSON, one object a line.", switch, flag=True)
    stop_timeout: int = setting(
        "30", "Seconds that open requests get to finish when the site stops.", whole_number(0, 3600)
    )
    data_dir: str = setting(
        ".direct-upload",
        "Folder of the embedded Swift and its secret; unused with a Swift of your own.",
        flag=True,
    )
    origins: tuple[str, ...] | None = setting(
        "",
        "Addresses under which people open the site, with spaces between. "
        "Without it: http://localhost and http://127.0.0.1 with the port.",
        web_origins,
    )
    secret: str | None = setting(
        "",
        "The application secret; all signatures and keys come from it. Needed with a Swift of your own.",
        secret,
        hidden=True,
    )
    old_secrets: tuple[str, ...] | None = setting(
        "",
        "Earlier secrets, oldest first, still accepted while you change over.",
        secrets,
        hidden=True,
    )
    container: str = setting(
        "direct-upload", "The container that holds all files.", container_name, flag=True
    )
    containers: int = setting(
        "1",
        "Containers over which files are spread by owner: that one, and that one with -1, -2, ... The number "
        "may grow, and never shrink.",
        whole_number(1, 256),
    )
    swift_public_url: str | None = setting(
        "", "Where browsers reach Swift, if not where our servers do.", web_origin, flag=True
    )
    swift_connections: int = setting(
        "16", "Connections to Swift that a process keeps at most.", whole_number(1, 256)
    )
    swift_timeout: int = setting(
        "15", "Seconds that Swift may stay silent, in each of two attempts.", whole_number(1, 600)
    )
    commit_timeout: int = setting(
        "300",
        "Seconds that Swift may take to check the segments of a file, in each of two attempts.",
        whole_number(1, 3600),
    )
    max_file_size: int = setting("1TiB", "The largest file that is taken.", byte_count, flag=True)
    segment_size: int = setting(
        "32MiB", "Size of the segments that a file is sent in; larger for huge files.", segment_bytes
    )
    url_lifetime: int = setting("900", "Seconds that a signed URL is valid.", whole_number(1, _DAY))
    ticket_lifetime: int = setting(
        "604800", "Seconds in which an upload must be complete.", whole_number(60, 365 * _DAY)
    )
    sweep_interval: int = setting(
        "21600",
        "Seconds between two sweeps of the site, which delete what uploads left behind; 0: none. Replicas "
        "take turns.",
        whole_number(0, 30 * _DAY),
    )
    identity: IdentityKind = setting(  # noqa: RUF009 - an enumeration's member can't change
        "anonymous",
        "Who people are: anonymous (each browser by a cookie), oidc (sign-in at an OpenID Connect "
        "provider) or proxy-header (a reverse proxy tells).",
        one_of(IdentityKind),
        flag=True,
    )
    identity_header: str | None = setting(
        "", "With proxy-header: the header in which the proxy names the person.", header_name
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] | None = setting(
        "",
        "Addresses and networks of your reverse proxies, with spaces between. Only they are believed "
        "what they say of a client: its address (X-Forwarded-For), its identity, and its request's id.",
        networks,
    )
    oidc_issuer: str | None = setting("", "With oidc: the provider's issuer, an https address.", issuer)
    oidc_client_id: str | None = setting("", "With oidc: the name under which the provider knows the site.")
    oidc_client_secret: str | None = setting(
        "", "With oidc: the site's secret at the provider; leave it out for a public client.", hidden=True
    )
    oidc_scope: str = setting("openid profile", "With oidc: what the provider is asked for.")
    session_lifetime: int = setting(
        "3600",
        "With oidc: seconds without a request after which somebody has to sign in again; in any case "
        "after 12 hours.",
        whole_number(60, _DAY),
    )
    owner_bytes: int | None = setting(
        "", "The most that the files of one owner may take together.", byte_count
    )
    owner_files: int | None = setting("", "The most files of one owner.", whole_number(0, _MANY))
    owner_uploads: int | None = setting(
        "", "The most uploads of one owner that are begun and not complete.", whole_number(1, _MANY)
    )
    site_bytes: int | None = setting("", "The most that all files may take together.", byte_count)
    site_files: int | None = setting("", "The most files of everybody.", whole_number(0, _MANY))
    site_uploads: int | None = setting(
        "", "The most uploads of everybody that are begun and not complete.", whole_number(1, _MANY)
    )
    container_quota: int | None = setting(
        "",
        "The most that Swift itself lets into each container, unfinished uploads included; set by "
        "direct-upload setup.",
        byte_count,
    )
    allowed_types: tuple[str, ...] = setting(
        "*/*", "Media types that are taken, as patterns with spaces between: image/* video/mp4.", words
    )
    denied_types: tuple[str, ...] | None = setting("", "Media types that are not taken, as patterns.", words)
    allowed_names: tuple[str, ...] = setting(
        "*", "File names that are taken, as patterns with spaces between: *.jpg *.png.", words
    )
    denied_names: tuple[str, ...] | None = setting("", "File names that are not taken, as patterns.", words)
    owner_tickets: int | None = setting(
        "", "Uploads that one owner may create in a minute.", whole_number(1, _MANY)
    )
    address_tickets: int | None = setting(
        "", "Uploads that may be created from one network address in a minute.", whole_number(1, _MANY)
    )
    redis_url: str | None = setting(
        "",
        "A Redis in which all processes count created uploads together; without it each counts alone.",
        redis_address,
        hidden=True,
    )
    policy: str | None = setting(
        "",
        "A function of yours that allows, refuses or holds each upload, as package.module:function.",
        callable_path,
    )
    scan_url: str | None = setting(
        "",
        "Where each complete file is announced before anybody can download it; the answer allows, refuses or "
        "holds it.",
        web_address,
        hidden=True,
    )
    scan_timeout: int = setting(
        "10", "Seconds that policy and scan_url may take; after that the file is held.", whole_number(1, 300)
    )
    webhook_url: str | None = setting(
        "", "Where stored, held, rejected and deleted files are told.", web_address, hidden=True
    )
    webhook_secret: str | None = setting(
        "",
        "What messages to scan_url and webhook_url, and from there, are signed with: whsec_ and base64.",
        webhook_secret,
        hidden=True,
    )
    allow_unsafe_swift: bool = setting(
        "0",
        "Serve even with a Swift that lets uploaders read other people's files; only where all of them may.",
        switch,
    )
    swift: SwiftCredentials | None = None

    @property
    def upload_containers(self) -> Containers:
        """Where files are."""
        return Containers(self.container, self.containers)

    @property
    def holds_files(self) -> bool:
        """Whether files may be held back until somebody has looked at them."""
        return self.policy is not None or self.scan_url is not None

    @property
    def secrets(self) -> tuple[str, ...]:
        """All application secrets, oldest to newest."""
        return (*(self.old_secrets or ()), *((self.secret,) if self.secret else ()))

    @property
    def site_origins(self) -> tuple[str, ...]:
        """The origins that the site is opened under."""
        return self.origins or (f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}")

    @property
    def over_https(self) -> bool:
        return all(origin.startswith("https:") for origin in self.site_origins)


def from_environ(environ: Mapping[str, str]) -> Settings:
    """Read all settings and Swift's credentials; `ConfigurationError` names the first variable at fault."""
    try:
        settings = read_settings(
            Settings, environ, command="direct-upload serve", swift=credentials_from(environ)
        )
    except IncompleteCredentials as error:
        raise ConfigurationError(str(error)) from error
    if (settings.scan_url or settings.webhook_url) and not settings.webhook_secret:
        raise ConfigurationError(f"set {variable('webhook_secret')} too: it signs what is sent there")
    return settings
