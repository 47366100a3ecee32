"""A Chromium driven over its DevTools pipe, with nothing of DevTools switched on that costs the page time.

Playwright and Selenium listen to every request, and Chromium then copies request bodies to them: an upload
of an ArrayBuffer takes twenty times as long. Here a page is opened, gets its files and runs one function.
"""

import json
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

_READ_BYTES: Final = 1 << 20
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 10.0
# Ordinary but for these: no calls home, no first-run pages; in a container, no sandbox for root.
_SWITCHES: Final = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class ChromiumFailed(Exception):
    """Chromium ended, refused a command, or a page's function threw; the message says what."""


class Chromium:
    """A headless Chromium with a profile of its own; a context manager."""

    def __init__(self, program: str, switches: Sequence[str] = ()) -> None:
        self._command = (program, *_SWITCHES, *(("--no-sandbox",) if os.geteuid() == 0 else ()), *switches)
        self._resources = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._last_id = 0
        self._pending = b""

    def __enter__(self) -> Self:
        with ExitStack() as unless_started:
            unless_started.callback(self.close)
            self._start()
            self.call("Target.getTargets", timeout=_START_SECONDS)
            unless_started.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The browser process: all others are below it."""
        assert self._process is not None  # noqa: S101 - for mypy: only a started browser is used
        return self._process.pid

    def close(self) -> None:
        """End the browser and its processes, and remove its profile."""
        process, self._process = self._process, None
        with self._resources:
            if process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(_STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()

    @contextmanager
    def page(self, url: str) -> Iterator["Page"]:
        """A page in a context of its own: no cookies, no cache, no connections of the pages before."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        try:
            wanted = {"url": url, "browserContextId": context}
            target = self.call("Target.createTarget", wanted)["targetId"]
            attached = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})
            yield Page(self, attached["sessionId"])
        finally:
            self.call("Target.disposeBrowserContext", {"browserContextId": context})

    def call(
        self,
        method: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        session: str | None = None,
        timeout: float = 60.0,
    ) -> Any:
        """Send a DevTools command and return its result. Raises ChromiumFailed."""
        self._last_id += 1
        message: dict[str, Any] = {"id": self._last_id, "method": method, "params": parameters or {}}
        if session is not None:
            message["sessionId"] = session
        os.write(self._writer, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + timeout
        while True:
            answer = self._receive(deadline, method)
            if answer.get("id") == self._last_id:
                break
        if "error" in answer:
            raise ChromiumFailed(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _start(self) -> None:
        profile = Path(tempfile.mkdtemp(prefix="bench-chromium-"))
        self._resources.callback(shutil.rmtree, profile, ignore_errors=True)
        for_it, self._writer = os.pipe()
        self._reader, from_it = os.pipe()
        for descriptor in (self._writer, self._reader):
            self._resources.callback(os.close, descriptor)
        try:
            # It expects its pipe's ends as descriptors 3 and 4; the shell puts them there.
            script = f'exec "$0" "$@" 3</proc/self/fd/{for_it} 4>/proc/self/fd/{from_it}'
            self._process = subprocess.Popen(  # noqa: S603 - our own options, the caller's browser
                ["/bin/sh", "-c", script, *self._command, f"--user-data-dir={profile}"],
                pass_fds=(for_it, from_it),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                # What it leaves in its folder for temporary files goes with its profile.
                env=os.environ | {"TMPDIR": str(profile)},
            )
        finally:
            os.close(for_it)
            os.close(from_it)

    def _receive(self, deadline: float, method: str) -> Mapping[str, Any]:
        with selectors.DefaultSelector() as selector:
            selector.register(self._reader, selectors.EVENT_READ)
            while b"\0" not in self._pending:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise ChromiumFailed(f"{method}: no answer in time")
                chunk = os.read(self._reader, _READ_BYTES)
                if not chunk:
                    raise ChromiumFailed(f"{method}: Chromium has ended")
                self._pending += chunk
        message, _, self._pending = self._pending.partition(b"\0")
        parsed: Mapping[str, Any] = json.loads(message)
        return parsed


class Page:
    """A page of a Chromium."""

    def __init__(self, chromium: Chromium, session: str) -> None:
        self._chromium = chromium
        self._session = session

    def evaluate(self, expression: str, timeout: float = 60.0) -> Any:
        """The value of a JavaScript expression, awaited if it is a promise. Raises ChromiumFailed."""
        parameters = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        answer = self._call("Runtime.evaluate", parameters, timeout)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise ChromiumFailed(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def wait_for(self, expression: str, timeout: float = 60.0) -> None:
        """Return when the expression is true."""
        deadline = time.monotonic() + timeout
        while not self.evaluate(expression):
            if time.monotonic() > deadline:
                raise ChromiumFailed(f"never true: {expression}")
            time.sleep(0.02)

    def call_function(self, name: str, *arguments: Any, timeout: float = 60.0) -> Any:
        """What the page's function answers, awaited; arguments and answer pass as JSON."""
        return self.evaluate(f"{name}({', '.join(json.dumps(one) for one in arguments)})", timeout)

    def choose_files(self, selector: str, files: Sequence[Path]) -> None:
        """Put files into the file input that SELECTOR names, as if a person had chosen them."""
        found = self._call("Runtime.evaluate", {"expression": f"document.querySelector({selector!r})"}, 60.0)
        parameters = {"files": [str(file) for file in files], "objectId": found["result"]["objectId"]}
        self._call("DOM.setFileInputFiles", parameters, 60.0)

    def _call(self, method: str, parameters: Mapping[str, Any], timeout: float) -> Any:
        return self._chromium.call(method, parameters, session=self._session, timeout=timeout)
