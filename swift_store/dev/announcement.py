"""What the cluster's process tells whoever started it, as lines on standard output."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

USER = "test:tester"
ACCOUNT = "AUTH_test"

_EXPORT = re.compile(r"export (ST_[A-Z]+)=(\S+)")
_OBJECT_SERVER = re.compile(r"# object-server device=(\S+) pid=(\d+) port=(\d+)")


@dataclass(frozen=True)
class ObjectServer:
    """One object server process of a replicated cluster."""

    device: str
    pid: int
    port: int


@dataclass(frozen=True)
class Announcement:
    """Everything a client of the cluster has to know: `environ` is what Swift's own tools read."""

    environ: Mapping[str, str]
    object_servers: tuple[ObjectServer, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the last line has been seen."""
        return "ST_KEY" in self.environ


def announce(port: int, key: str, object_servers: Iterable[ObjectServer]) -> str:
    """The lines to print: the object servers as shell comments, then the environment, the key last."""
    lines = [f"# object-server device={s.device} pid={s.pid} port={s.port}" for s in object_servers]
    lines += [
        f"export ST_AUTH=http://127.0.0.1:{port}/auth/v1.0",
        f"export ST_USER={USER}",
        f"export ST_KEY={key}",
    ]
    return "".join(f"{line}\n" for line in lines)


def parse(text: str) -> Announcement:
    """The opposite of `announce`; lines that are not whole yet, and unknown ones, are left out."""
    whole = text[: text.rfind("\n") + 1].splitlines()
    exports = [match for line in whole if (match := _EXPORT.fullmatch(line))]
    servers = [match for line in whole if (match := _OBJECT_SERVER.fullmatch(line))]
    return Announcement(
        environ={match[1]: match[2] for match in exports},
        object_servers=tuple(ObjectServer(match[1], int(match[2]), int(match[3])) for match in servers),
    )
