"""The text of Swift's configuration files, and the options of its servers. Nothing here reads or writes."""

from collections.abc import Mapping

from swift_store.dev.announcement import USER
from swift_store.dev.changes import NO_CHANGES, ProxyChanges
from swift_store.dev.folder import DataFolder
from swift_store.dev.shape import Shape

_MEBIBYTE = 1024 * 1024

# Swift reads a whole chunk of the client's body under one timeout, so large chunks, which are faster on
# loopback, would cut off slow clients after the usual minute: with five, 3.5 kB/s a stream are enough.
CLIENT_TIMEOUT_SECONDS = 300

_PIPELINE = (
    "catch_errors gatekeeper healthcheck cache listing_formats bulk tempurl tempauth copy container-quotas"
    " account-quotas slo dlo versioned_writes symlink proxy-server"
)

_EGG_FILTERS = {
    "catch_errors": "catch_errors",
    "gatekeeper": "gatekeeper",
    "healthcheck": "healthcheck",
    "listing_formats": "listing_formats",
    "bulk": "bulk",
    "tempurl": "tempurl",
    "tempauth": "tempauth",
    "copy": "copy",
    "container-quotas": "container_quotas",
    "account-quotas": "account_quotas",
    "slo": "slo",
    "dlo": "dlo",
    "versioned_writes": "versioned_writes",
    "symlink": "symlink",
}

# A lone server must not be put aside after ten errors: there is no other. On loopback a slow answer means a
# busy machine, so waiting is right; the replicated shape is there to be broken and should notice soon.
_PROXY_PATIENCE: Mapping[Shape, Mapping[str, str]] = {
    Shape.SINGLE: {"node_timeout": "60", "conn_timeout": "10", "error_suppression_limit": "1000000000"},
    Shape.REPLICATED: {"node_timeout": "3", "conn_timeout": "2"},
}


def swift_conf(hash_suffix: str) -> str:
    """`swift.conf`: what all servers of a cluster agree on."""
    return _sections(
        {
            "swift-hash": {"swift_hash_path_suffix": hash_suffix},
            "storage-policy:0": {"name": "default", "default": "yes"},
        }
    )


def proxy_conf(folder: DataFolder, shape: Shape, changes: ProxyChanges = NO_CHANGES) -> str:
    """The proxy's configuration: every middleware that direct uploads rely on, and one user, an admin."""
    sections = {
        "DEFAULT": _common(folder, "proxy") | {"client_timeout": str(CLIENT_TIMEOUT_SECONDS)},
        "pipeline:main": {"pipeline": changes.changed_pipeline(_PIPELINE)},
        "app:proxy-server": _proxy_app(shape) | {"account_autocreate": "true"},
        "filter:cache": {"paste.filter_factory": "swift_store.dev.cache:filter_factory"},
    }
    sections |= {f"filter:{name}": {"use": f"egg:swift#{egg}"} for name, egg in _EGG_FILTERS.items()}
    sections["filter:tempauth"] |= {f"user_{USER.replace(':', '_')}": f"{folder.identity.key} .admin"}
    # Small segments are normal in tests; Swift would slow down their download to one a second.
    sections["filter:slo"] |= {"rate_limit_under_size": "0"}
    return _sections(changes.changed_filters(sections))


def expirer_conf(folder: DataFolder, shape: Shape) -> str:
    """The pipeline through which the object expirer speaks to the cluster."""
    return _sections(
        {
            "DEFAULT": _common(folder, "expirer"),
            "pipeline:main": {"pipeline": "catch_errors cache proxy-server"},
            "app:proxy-server": _proxy_app(shape),
            "filter:catch_errors": {"use": "egg:swift#catch_errors"},
            "filter:cache": {"paste.filter_factory": "swift_store.dev.cache:filter_factory"},
        }
    )


def storage_options(folder: DataFolder, name: str) -> dict[str, str]:
    """The options of the account, container or object server, or of one of the updaters."""
    return _common(folder, name) | {
        "devices": str(folder.devices),
        "mount_check": "false",
        "recon_cache_path": str(folder.recon),
        "log_requests": "false",
        # A nearly full disk is the developer's business.
        "fallocate_reserve": "0",
        "network_chunk_size": str(_MEBIBYTE),
        "disk_chunk_size": str(_MEBIBYTE),
        "client_timeout": str(CLIENT_TIMEOUT_SECONDS),
        "conn_timeout": "5",
        "node_timeout": "10",
    }


def expirer_options(folder: DataFolder) -> dict[str, str]:
    """The object expirer's options besides its pipeline."""
    return _common(folder, "expirer") | {
        "dequeue_from_legacy": "true",
        "recon_cache_path": str(folder.recon),
        "concurrency": "4",
        "tasks_per_second": "1000",
    }


def _common(folder: DataFolder, name: str) -> dict[str, str]:
    return {
        "swift_dir": str(folder.etc),
        "log_name": name,
        "log_level": "WARNING",
        "log_file": str(folder.log / f"{name}.log"),
        "log_custom_handlers": "swift_store.dev.logs.to_file",
    }


def _proxy_app(shape: Shape) -> dict[str, str]:
    return {
        "use": "egg:swift#proxy",
        "client_chunk_size": str(_MEBIBYTE),
        "object_chunk_size": str(_MEBIBYTE),
        **_PROXY_PATIENCE[shape],
    }


def _sections(sections: Mapping[str, Mapping[str, str]]) -> str:
    """An INI file. Values must not have `%(`, which some of its readers expand and others don't."""
    lines: list[str] = []
    for title, options in sections.items():
        lines.append(f"[{title}]")
        lines += [f"{name} = {value}" for name, value in options.items()]
    return "\n".join(lines) + "\n"
