"""What a cluster can do, read from its `/info`, as far as uploads depend on it.

Swift's releases and Ceph's RGW differ in what they tell: what is not told here is what was so before it could
be told. Whether prefix signatures are there is never told, so the version is only a first guess, and the
probe (`swift_store.hazards.signs_prefixes`) decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

# Swift's own defaults, for a cluster that does not tell.
_MAX_OBJECT_BYTES = 5 << 30
_MAX_SEGMENTS = 1000
_MAX_DELETES = 1000
_METHODS = ("GET", "HEAD", "PUT")
# TempURL's first digest; clusters that have no list of digests know no other.
_FIRST_DIGEST = "sha1"
_FIRST_WITH_PREFIXES = (2, 12)
_NEWEST = (2, 99)
_SWIFT_MAJORS = (1, 2)
_NUMBER = re.compile(r"(\d+)\.(\d+)")


class Server(Enum):
    """Whose software answers; the value is its name for people."""

    SWIFT = "Swift"
    RGW = "Ceph RGW"


@dataclass(frozen=True)
class LargeObjects:
    """Limits of Static Large Objects. `min_segment_bytes` holds for all segments but the last."""

    max_segments: int
    min_segment_bytes: int


@dataclass(frozen=True)
class Capabilities:
    """A cluster's abilities.

    `slo` None: there are only Dynamic Large Objects; `max_deletes` None: no bulk delete; `container_keys`: a
    container may have TempURL keys of its own. `guesses_prefixes` is what the version says of prefix
    signatures.
    """

    server: Server
    version: str | None
    digests: tuple[str, ...]
    methods: tuple[str, ...]
    max_object_bytes: int
    slo: LargeObjects | None
    max_deletes: int | None
    container_keys: bool
    guesses_prefixes: bool

    @property
    def name(self) -> str:
        """The server and its version, for people."""
        return f"{self.server.value} {self.version or 'of unknown version'}"


@dataclass(frozen=True)
class Notice:
    """Something that this cluster does less well than others. `code` is stable."""

    code: str
    text: str


def from_info(info: Mapping[str, Any]) -> Capabilities:
    """Read the JSON of `/info`. What has an unexpected form counts as not told."""
    swift = _section(info, "swift")
    version = swift.get("version")
    version = version if isinstance(version, str) and version else None
    server = _server(version)
    return Capabilities(
        server=server,
        version=version,
        digests=_digests(info),
        methods=_words(_section(info, "tempurl").get("methods")) or _METHODS,
        max_object_bytes=_number(swift.get("max_file_size"), _MAX_OBJECT_BYTES),
        slo=_large_objects(info),
        max_deletes=_max_deletes(info),
        container_keys=server is Server.SWIFT,
        guesses_prefixes=server is Server.RGW or (_release(version) or _NEWEST) >= _FIRST_WITH_PREFIXES,
    )


def notices(cluster: Capabilities, *, signs_prefixes: bool) -> Sequence[Notice]:
    """What an operator should know of this cluster; none for a present-day Swift.

    `signs_prefixes` is what the probe found, or `guesses_prefixes` before it ran.
    """
    weak = {
        "weaker-promise": cluster.slo is None,
        "sha1-only": bool(cluster.digests) and set(cluster.digests) <= {_FIRST_DIGEST},
        "no-prefix-signatures": not signs_prefixes,
        "no-bulk-delete": cluster.max_deletes is None,
        "account-keys": not cluster.container_keys,
    }
    return tuple(Notice(code, _TEXTS[code]) for code, is_so in weak.items() if is_so)


_TEXTS: Mapping[str, str] = {
    "weaker-promise": (
        "This cluster has no Static Large Objects, so files are Dynamic Large Objects. Their segments are"
        " checked when a file becomes complete, and by nobody after that: a segment that is overwritten by a"
        " signature that is still valid, or a listing that lags behind, changes a file without notice. So no"
        " file can be held or scanned."
    ),
    "sha1-only": (
        "This cluster takes only SHA-1 signatures. Its operator can allow sha256 in TempURL's"
        " allowed_digests."
    ),
    "no-prefix-signatures": (
        "This cluster has no prefix signatures: each segment is signed by itself, with more requests to the"
        " site."
    ),
    "no-bulk-delete": (
        "This cluster has no bulk delete: segments are deleted one by one, which takes longer."
    ),
    "account-keys": (
        "This server has TempURL keys for accounts only, so a leaked key opens the whole account."
        " Give the site an account of its own."
    ),
}


def _server(version: str | None) -> Server:
    # RGW tells Ceph's version: 0.x, then 9 and above.
    release = _release(version)
    return Server.SWIFT if release is None or release[0] in _SWIFT_MAJORS else Server.RGW


def _release(version: str | None) -> tuple[int, int] | None:
    found = _NUMBER.match(version or "")
    return (int(found[1]), int(found[2])) if found else None


def _digests(info: Mapping[str, Any]) -> tuple[str, ...]:
    if "tempurl" not in info:
        return ()
    return _words(_section(info, "tempurl").get("allowed_digests")) or (_FIRST_DIGEST,)


def _large_objects(info: Mapping[str, Any]) -> LargeObjects | None:
    if "slo" not in info:
        return None
    slo = _section(info, "slo")
    return LargeObjects(
        _number(slo.get("max_manifest_segments"), _MAX_SEGMENTS), _number(slo.get("min_segment_size"), 1)
    )


def _max_deletes(info: Mapping[str, Any]) -> int | None:
    if "bulk_delete" not in info:
        return None
    return _number(_section(info, "bulk_delete").get("max_deletes_per_request"), _MAX_DELETES)


def _section(info: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = info.get(name)
    return section if isinstance(section, Mapping) else {}


def _words(value: Any) -> tuple[str, ...]:
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()


def _number(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and value > 0 else otherwise
