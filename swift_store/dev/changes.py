"""How the embedded cluster may differ from the usual one, to stand in for other people's or a broken one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class ProxyChanges:
    """`pipeline` puts other filters in the place of one (none: it is left out); `filters` are their options.

    The options of a filter that exists are added to; with a factory of its own it is another filter.
    `object_server` are options of the object servers. Servers that are `down` refuse connections; only
    "container" may be.
    """

    pipeline: Mapping[str, Sequence[str]] = field(default_factory=dict)
    filters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    object_server: Mapping[str, str] = field(default_factory=dict)
    down: Sequence[str] = ()

    def to_json(self) -> str:
        """The changes as `from_json` reads them."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> ProxyChanges:
        """The opposite of `to_json`."""
        return cls(**json.loads(text))

    def changed_pipeline(self, names: str) -> str:
        """The pipeline NAMES, as Swift writes one, with the changes made."""
        return " ".join(new for name in names.split() for new in self.pipeline.get(name, (name,)))

    def changed_filters(self, sections: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
        """The configuration's SECTIONS with the changes made."""
        changed = {title: dict(options) for title, options in sections.items()}
        for name, options in self.filters.items():
            kept = {} if "paste.filter_factory" in options else changed.get(f"filter:{name}", {})
            changed[f"filter:{name}"] = {**kept, **options}
        return changed


NO_CHANGES = ProxyChanges()


def without(*filters: str) -> ProxyChanges:
    """A cluster that lacks these: `without("slo")`, for instance."""
    return ProxyChanges(pipeline=dict.fromkeys(filters, ()))


def tempurl_that_takes(*headers: str) -> ProxyChanges:
    """An older, unsafe Swift, whose TempURL lets these headers (such as x-copy-from) through."""
    weak = {"paste.filter_factory": "swift_store.dev.weak_tempurl:filter_factory"}
    return ProxyChanges(filters={"tempurl": weak | {"lets_through": " ".join(headers)}})


def that_takes_any_signature() -> ProxyChanges:
    """A cluster in which whoever holds a signature may do anything."""
    believing = {"paste.filter_factory": "swift_store.dev.any_signature:filter_factory"}
    return ProxyChanges(filters={"tempurl": believing})


def with_full_disks() -> ProxyChanges:
    """A cluster whose disks have no room: what it holds can be read and deleted."""
    return ProxyChanges(object_server={"fallocate_reserve": "100%"})


def without_container_server() -> ProxyChanges:
    """A cluster whose objects are there, while nothing knows which they are."""
    return ProxyChanges(down=("container",))


def clock_ahead(seconds: int) -> ProxyChanges:
    """A cluster that tells a time so many seconds ahead; behind, when they are negative."""
    told = {"paste.filter_factory": "swift_store.dev.shifted_clock:filter_factory", "seconds": str(seconds)}
    return ProxyChanges(
        pipeline={"catch_errors": ("shifted_clock", "catch_errors")}, filters={"shifted_clock": told}
    )


def without_prefix_signatures() -> ProxyChanges:
    """A Swift of before 2.12, whose TempURL knows single objects only."""
    factory = {"paste.filter_factory": "swift_store.dev.object_signatures:filter_factory"}
    return ProxyChanges(
        pipeline={"tempurl": ("object_signatures", "tempurl")}, filters={"object_signatures": factory}
    )


def with_largest_object(max_file_size: int) -> ProxyChanges:
    """A cluster whose objects have at most so many bytes."""
    factory = {"paste.filter_factory": "swift_store.dev.small_objects:filter_factory"}
    return ProxyChanges(
        pipeline={"proxy-server": ("small_objects", "proxy-server")},
        filters={"small_objects": factory | {"max_file_size": str(max_file_size)}},
    )


def like_rgw() -> ProxyChanges:
    """As Ceph's RADOS Gateway: below a path, with a sparse `/info`, SHA-1 and keys of accounts only."""
    gateway = {"paste.filter_factory": "swift_store.dev.gateway:filter_factory"}
    keys = {"paste.filter_factory": "swift_store.dev.gateway:tempurl_factory", "allowed_digests": "sha1"}
    return ProxyChanges(
        pipeline={"catch_errors": ("gateway", "catch_errors")},
        filters={"gateway": gateway, "tempurl": keys},
    )
