"""Whether the packages of the optional extra are there, asked without importing them."""

from importlib.util import find_spec

_PACKAGES = ("swift", "eventlet")


class MissingExtraError(Exception):
    """The embedded cluster was asked for where its packages are not installed."""


def require_swift() -> None:
    """Raise MissingExtraError, with what to install, unless the cluster can be run by this interpreter."""
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"not installed: {', '.join(missing)}. The embedded Swift comes with an extra:"
            " pip install 'direct-upload[embedded]'"
        )
