"""What an upload needs, started and stopped: Swift, the site, the comparison's page, and the link between."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psutil

from bench.browser.account import Account, PutTarget, put_target
from bench.browser.cases import Case, Way
from bench.browser.front import Front
from bench.browser.shaping import ShapingRelay
from bench.runner.ports import free_port
from bench.runner.swift import storage_folder
from swift_store.declarations import variable
from swift_store.dev import EmbeddedSwift
from swift_store.dev.changes import ProxyChanges

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = ROOT / "direct_upload" / "frontend" / "comparison" / "dist"
_CONTAINER: Final = "direct-upload-bench"
_BUCKET: Final = "comparison"
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 20
# Before the authentication, which asks it about the signatures that it understands.
WITH_S3: Final = ProxyChanges(
    pipeline={"tempauth": ("s3-cors", "s3api", "tempauth")},
    filters={
        "s3api": {"use": "egg:swift#s3api", "cors_preflight_allow_origin": "*"},
        "s3-cors": {"paste.filter_factory": "bench.browser.s3_cors:filter_factory"},
    },
)


class StageFailed(Exception):
    """Something that the measurements need did not start; the message says what."""


@dataclass(frozen=True)
class Stage:
    """Everything runs. `swift_url` is the account as the browser reaches it."""

    front: Front
    swift: EmbeddedSwift
    swift_url: str
    site: psutil.Process
    account: Account
    temp_url_key: str

    def task(self, way: Way) -> dict[str, Any]:
        """What the page is told, as in the comparison's `Task`."""
        target = self.put_target()
        return {
            "way": way.page,
            "verify": way.verify,
            "segmentBytes": way.segment_bytes,
            "single": {"url": target.url, "query": target.query},
            "s3": {
                "bucketUrl": f"{self.swift_url.partition('/v1/')[0]}/{_BUCKET}",
                "accessKey": self.swift.user,
                "secret": self.swift.key,
            },
        }

    def put_target(self) -> PutTarget:
        """Where a program or a page may PUT objects, straight into Swift."""
        return put_target(self.swift_url, _BUCKET, self.temp_url_key)

    def stored(self) -> tuple[int, int]:
        """How many files there are now, by whichever way, and their bytes. Segments are not files."""
        listed = [
            entry
            for container in (_CONTAINER, _BUCKET)
            for entry in self.account.listing(container)
            if container == _BUCKET or entry["name"].startswith("files/")
        ]
        return len(listed), sum(entry["bytes"] for entry in listed)

    def clear(self) -> None:
        """Remove all that was stored."""
        for container in (_CONTAINER, _BUCKET, f"{_BUCKET}+segments"):
            self.account.empty(container)


@contextmanager
def stage(case: Case) -> Iterator[Stage]:
    """Start everything for a case, with an empty Swift."""
    with ExitStack() as stack:
        storage = storage_folder(on_disk=case.on_disk)
        folder = Path(tempfile.mkdtemp(prefix="bench-browser-", dir=storage))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        swift = stack.enter_context(EmbeddedSwift(folder / "swift", background_seconds=0, changes=WITH_S3))
        public = swift.storage_url
        if case.link.is_shaped:
            address = urlsplit(public)
            relay = stack.enter_context(ShapingRelay(int(address.port or 0), case.link))
            public = f"http://127.0.0.1:{relay.port}{address.path}"
        front = stack.enter_context(Front(PAGES))
        account = Account.sign_in(swift.environ)
        key = secrets.token_hex(16)
        for container in (_BUCKET, f"{_BUCKET}+segments"):
            account.create(container, key)
        site, port = stack.enter_context(_site(swift, public, front.url, folder))
        front.show(port)
        yield Stage(front, swift, public, site, account, key)


@contextmanager
def _site(
    swift: EmbeddedSwift, public_url: str, origin: str, folder: Path
) -> Iterator[tuple[psutil.Process, int]]:
    environ = os.environ | {
        **swift.environ,
        variable("secret"): secrets.token_hex(32),
        variable("container"): _CONTAINER,
        variable("origins"): origin,
        variable("host"): "127.0.0.1",
        variable("swift_public_url"): public_url.partition("/v1/")[0],
    }
    command = [sys.executable, "-P", "-m", "direct_upload"]
    environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    log = folder / "site.log"
    with log.open("wb") as errors:
        prepared = subprocess.run(  # noqa: S603 - our own command
            [*command, "setup"],
            env=environ,
            stdout=errors,
            stderr=errors,
            timeout=_START_SECONDS,
            check=False,
        )
        if prepared.returncode:
            raise StageFailed(f"the site could not be set up: {log.read_text(errors='replace').strip()}")
        port = free_port()
        with subprocess.Popen(  # noqa: S603 - our own command
            [*command, "serve", "--port", str(port)], env=environ, stdout=subprocess.PIPE, stderr=errors
        ) as process:
            try:
                _wait_for(process, log)
                yield psutil.Process(process.pid), port
            finally:
                process.terminate()
                try:
                    process.wait(_STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()


def _wait_for(process: subprocess.Popen[bytes], log: Path) -> None:
    assert process.stdout is not None  # noqa: S101 - for mypy: it was opened as a pipe
    if not process.stdout.readline():
        raise StageFailed(f"the site did not start: {log.read_text(errors='replace').strip()}")
