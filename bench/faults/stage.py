"""Where cells are played: a Swift, the site, and a fault proxy on each way between them and the client.

client ── front ──> site ── back ──> Swift
client ── straight ────────────────> Swift
"""

import os
import resource
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from bench.browser.account import Account
from bench.faults import world
from bench.faults.proxy import FaultProxy
from bench.runner.ports import HOST, free_port, url
from bench.runner.swift import storage_folder
from swift_store.declarations import variable
from swift_store.dev import EmbeddedSwift
from swift_store.dev.changes import NO_CHANGES, ProxyChanges
from swift_store.dev.shape import Shape

ROOT: Final = Path(__file__).parents[2]
CONTAINER: Final = "direct-upload-faults"
SEGMENT_BYTES: Final = 1 << 20
_START_SECONDS: Final = 60.0
# After an hour of uploads a sweep has thousands of files to look at, and hundreds of leftovers to delete.
_COMMAND_SECONDS: Final = 900.0
_STOP_SECONDS: Final = 20.0
_PAUSE_SECONDS: Final = 0.05
# Nobody waits here for minutes, as a site would, until Swift has looked at a huge file.
_COMMIT_SECONDS: Final = "5"
# Updates that a container server missed come soon after it is back.
_BACKGROUND_SECONDS: Final = 0.5


class StageFailed(Exception):
    """Something that the cells need did not start; the message says what."""


@dataclass
class Stage:
    """Everything that a cell may break, and how it is mended. `folder` is for anybody's files."""

    folder: Path
    shape: Shape
    front: FaultProxy
    straight: FaultProxy
    back: FaultProxy
    environ: dict[str, str]
    swift_port: int
    site_port: int
    swift: EmbeddedSwift
    site: subprocess.Popen[bytes] | None = None
    changes: ProxyChanges = NO_CHANGES
    frozen: list[int] = field(default_factory=list)
    # What runs the product's commands. Another one may break the product, to see that this is noticed.
    program: Path = Path(world.__file__)
    # So many object servers have ended, the one that nobody replaces included.
    are_servers_lost: bool = False
    are_files_limited: bool = False

    @property
    def url(self) -> str:
        """Where people open the site: a name, not an address, so that looking it up can fail."""
        return f"http://localhost:{self.front.port}"

    @property
    def swift_address(self) -> tuple[str, int]:
        """Swift itself, past the proxies."""
        return HOST, self.swift_port

    @property
    def proxies(self) -> tuple[FaultProxy, ...]:
        return self.front, self.straight, self.back

    @property
    def site_log(self) -> Path:
        return self.folder / "site.log"

    @property
    def site_world(self) -> Path:
        """What is wrong with the world of the site: see `world`."""
        return self.folder / "site-world"

    def account(self) -> Account:
        """A fresh sign-in, past the proxies."""
        return Account.sign_in(self.swift.environ)

    def change_swift(self, changes: ProxyChanges) -> None:
        """Stop Swift, and start it on the same data and port with other properties. Its tokens are lost."""
        self.swift.stop()
        self.changes = changes
        self.swift = _cluster(self.folder, self.swift_port, self.shape, changes).start()
        self.environ |= {name: value for name, value in self.swift.environ.items() if name != "ST_AUTH"}
        self.are_servers_lost = self.are_files_limited = False
        self.frozen.clear()
        _lose_the_fourth(self)

    def signal_object_servers(self, count: int, number: int) -> None:
        """Send a signal to so many of the three object servers."""
        for server in self.swift.object_servers[:count]:
            with suppress(ProcessLookupError):
                os.kill(server.pid, number)
            if number == signal.SIGSTOP:
                self.frozen.append(server.pid)
            else:
                self.are_servers_lost = True

    def limit_files(self, most_bytes: int) -> None:
        """Let no file of Swift's grow beyond so many bytes; -1: as far as it wants."""
        _, hard = resource.prlimit(self.swift.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.swift.pid, resource.RLIMIT_FSIZE, (most_bytes, hard))
        self.are_files_limited = most_bytes != resource.RLIM_INFINITY

    def kill_site(self) -> None:
        if self.site is not None:
            self.site.kill()
            self._reap()

    def start_site(self) -> None:
        """Return when it answers."""
        serve = ("serve", "--port", str(self.site_port))
        with self.site_log.open("ab") as log:
            self.site = subprocess.Popen(  # noqa: S603 - our own command
                self._direct_upload(self.site_world, *serve),
                env=our_environ(self.environ),
                stdout=log,
                stderr=log,
            )
        _wait_until_ready(self.site, url(self.site_port), self.site_log)

    def restart_site(self) -> None:
        """End it at once, and start it anew."""
        self.kill_site()
        self.start_site()

    def command(self, *arguments: str, world_folder: Path | None = None, swift: str = "") -> str:
        """Run `direct-upload` with the site's settings; return what it wrote.

        SWIFT is the address at which it finds Swift, if not straight.
        """
        command = self._direct_upload(world_folder or self.folder / "no-such-world", *arguments)
        found_at = _moved(self.swift.auth_url, swift) if swift else self.swift.auth_url
        environ = our_environ(self.environ | dict(self.swift.environ) | {"ST_AUTH": found_at})
        done = subprocess.run(  # noqa: S603 - our own command
            command, env=environ, capture_output=True, text=True, timeout=_COMMAND_SECONDS, check=False
        )
        if done.returncode:
            raise StageFailed(f"direct-upload {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def mend(self) -> None:
        """Everything as it was: what was stopped goes on, what was ended runs again."""
        for proxy in self.proxies:
            proxy.mend()
        for pid in self.frozen:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        self.frozen.clear()
        if self.changes != NO_CHANGES or self.are_servers_lost:
            self.change_swift(NO_CHANGES)
        if self.are_files_limited:
            self.limit_files(resource.RLIM_INFINITY)
        is_clock_wrong = (self.site_world / world.CLOCK).exists()
        (self.site_world / world.CLOCK).unlink(missing_ok=True)
        if self.site is None or self.site.poll() is not None:
            self.start_site()
        elif is_clock_wrong:
            self.restart_site()

    def stop(self) -> None:
        self.kill_site()
        self.swift.stop()

    def _direct_upload(self, world_folder: Path, *arguments: str) -> list[str]:
        return [sys.executable, "-P", str(self.program), str(world_folder), "direct_upload", *arguments]

    def _reap(self) -> None:
        if self.site is not None:
            self.site.wait(_STOP_SECONDS)
            self.site = None


def our_environ(added: Mapping[str, str]) -> dict[str, str]:
    """The environment of this process without what would configure the site, and with ADDED."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DIRECT_UPLOAD_", "ST_", "OS_"))
    }
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return kept | dict(added)


@contextmanager
def stage(shape: Shape = Shape.SINGLE, *, on_disk: bool = False) -> Iterator[Stage]:
    """Start everything, with an empty Swift; on a disk if more is to be stored than memory holds."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="bench-faults-", dir=storage_folder(on_disk=on_disk)))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        swift_port, site_port = free_port(), free_port()
        swift = _cluster(folder, swift_port, shape, NO_CHANGES).start()
        unless_staged = stack.enter_context(ExitStack())
        unless_staged.callback(swift.stop)
        front = stack.enter_context(FaultProxy((HOST, site_port)))
        straight, back = (stack.enter_context(FaultProxy((HOST, swift_port))) for _ in range(2))
        environ = _settings(front, straight) | dict(swift.environ)
        environ["ST_AUTH"] = _moved(swift.auth_url, back.url)
        played = Stage(folder, shape, front, straight, back, environ, swift_port, site_port, swift)
        unless_staged.pop_all()
        stack.callback(played.stop)
        played.site_world.mkdir()
        played.command("setup")
        _lose_the_fourth(played)
        played.start_site()
        yield played


def _settings(front: FaultProxy, straight: FaultProxy) -> dict[str, str]:
    chosen = {
        "secret": secrets.token_hex(32),
        "container": CONTAINER,
        "host": HOST,
        "origins": f"http://localhost:{front.port}",
        "swift_public_url": f"http://localhost:{straight.port}",
        "segment_size": f"{SEGMENT_BYTES}B",
        "commit_timeout": _COMMIT_SECONDS,
    }
    return {variable(name): value for name, value in chosen.items()}


def _moved(address: str, server: str) -> str:
    return server + urlsplit(address).path


def _cluster(folder: Path, port: int, shape: Shape, changes: ProxyChanges) -> EmbeddedSwift:
    return EmbeddedSwift(
        folder / "swift", port, shape, background_seconds=_BACKGROUND_SECONDS, changes=changes
    )


def _lose_the_fourth(played: Stage) -> None:
    """The replicated shape has four object servers, and three copies; with three servers none is spare."""
    if played.shape is Shape.REPLICATED:
        os.kill(played.swift.object_servers[-1].pid, signal.SIGKILL)


def _wait_until_ready(site: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _is_ready(address):
        if site.poll() is not None or time.monotonic() > deadline:
            raise StageFailed(f"the site did not start: {log.read_text(errors='replace').strip()[-400:]}")
        time.sleep(_PAUSE_SECONDS)


def _is_ready(address: str) -> bool:
    try:
        with urlopen(f"{address}/readyz", timeout=_STOP_SECONDS):  # noqa: S310 - our own site
            return True
    except (URLError, OSError):
        return False
