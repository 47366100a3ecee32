"""How a dataclass declares settings: each with a name, a default, a meaning, and how its text is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, field, fields
from typing import Any, TypeVar

PREFIX = "DIRECT_UPLOAD_"

S = TypeVar("S")


class ConfigurationError(ValueError):
    """A setting can't be used; the message names the variable and says what it takes."""


def setting(
    default: str,
    explanation: str,
    read: Callable[[str], Any] = str,
    *,
    flag: bool = False,
    hidden: bool = False,
) -> Any:
    """Declare a setting. DEFAULT is text, read as the environment's would be; an empty one means None."""
    return field(
        default=read(default) if default else None,
        repr=not hidden,
        metadata={"default": default, "help": explanation, "read": read, "flag": flag},
    )


def declared(kind: type[Any]) -> tuple[Field[Any], ...]:
    """The settings of KIND in their order, as dataclass fields; `metadata` is what `setting` was given."""
    return tuple(one for one in fields(kind) if one.metadata)


def variable(name: str, prefix: str = PREFIX) -> str:
    """The environment variable of a setting."""
    return f"{prefix}{name.upper()}"


def read_settings(kind: type[S], environ: Mapping[str, str], *, command: str, **others: Any) -> S:
    """Read what KIND declares, a dataclass with a `PREFIX`; `others` are its fields that are no settings.

    A variable with its prefix that is not a setting is an error too: a typing mistake must not go unnoticed.
    `command` is the one whose `--help` lists them.
    """
    prefix = kind.PREFIX  # type: ignore[attr-defined]
    by_variable = {variable(one.name, prefix): one for one in declared(kind)}
    unknown = sorted(name for name in environ if name.startswith(prefix) and name not in by_variable)
    if unknown:
        raise ConfigurationError(f"{unknown[0]} is not a setting; see {command} --help")
    values = {
        one.name: _read(name, one, environ[name]) for name, one in by_variable.items() if environ.get(name)
    }
    return kind(**values, **others)


def markdown_table(kind: type[Any], prefix: str = PREFIX) -> str:
    """The settings as the README shows them."""
    rows = [
        f"| `{variable(one.name, prefix)}` | {_default_cell(one)} | {one.metadata['help']} |"
        for one in declared(kind)
    ]
    return "\n".join(["| variable | default | meaning |", "| --- | --- | --- |", *rows])


def _read(name: str, one: Field[Any], text: str) -> Any:
    try:
        return one.metadata["read"](text)
    except ValueError as error:
        raise ConfigurationError(f"{name} {error}") from error


def _default_cell(one: Field[Any]) -> str:
    return f"`{one.metadata['default']}`" if one.metadata["default"] else ""
