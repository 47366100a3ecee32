"""The clients of the soak: each sends its files, round by round, until it is told to stop."""

import hashlib
import threading
import time
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

import requests
from playwright.sync_api import Page

from bench.faults.sender import State
from bench.faults.terminal import TerminalSender
from bench.soak.plan import Item

# A segment that stalls takes a client a minute to notice, and a commit three.
_ROUND_SECONDS: Final = 600.0
_PATIENCE_SECONDS: Final = 60.0
_ANSWER_SECONDS: Final = 6.0
_PAUSE_SECONDS: Final = 0.3
_FORGETS_EVERY: Final = 10
_ROWS: Final = """() => [...document.querySelectorAll("[data-testid=upload-row]")].map((row) => [
  row.querySelector("[data-testid=upload-name]").textContent, row.dataset.state,
  row.querySelector("[data-testid=upload-error]")?.textContent ?? "",
])"""


@dataclass(frozen=True)
class Sent:
    """What the client said of a file. `t` and `seconds`: when it was begun, and how long it took."""

    t: float
    client: str
    name: str
    size: int
    is_stored: bool
    seconds: float
    words: str = ""


class Client(Protocol):
    """Sends some files together; for each, whether it is stored, and the last words if not."""

    name: str

    def send(self, items: Sequence[Item], folder: Path) -> list[tuple[bool, str]]: ...


class ApiClient:
    """A program that knows the protocol, and has just enough patience.

    Now and then it forgets that it has begun, and begins anew: so there is something to sweep.
    """

    name = "api"

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        # The machine's proxies are for elsewhere.
        self._session.trust_env = False

    def send(self, items: Sequence[Item], folder: Path) -> list[tuple[bool, str]]:
        del folder
        return [self._send(item) for item in items]

    def close(self) -> None:
        self._session.close()

    def _send(self, item: Item) -> tuple[bool, str]:
        try:
            self._upload(item)
        except requests.RequestException as error:
            return False, str(error)
        return True, ""

    def _upload(self, item: Item) -> None:
        if item.number % _FORGETS_EVERY == 0:
            self._send_segments(item)
        upload_id, completion = self._send_segments(item)
        self._ask("POST", f"/api/uploads/{upload_id}/complete", json=completion)

    def _send_segments(self, item: Item) -> tuple[str, dict[str, Any]]:
        """The id of the upload, and what completes it."""
        wish = {"name": item.name, "size": item.size, "type": "application/octet-stream"}
        begun = self._ask("POST", "/api/uploads", json=wish).json()
        size, target, content, md5s = begun["segment_size"], begun["target"], item.content, []
        for number in range(begun["segment_count"]):
            part = content[number * size : (number + 1) * size]
            md5s.append(hashlib.md5(part, usedforsecurity=False).hexdigest())
            address = f"{target['url']}{number:08d}?{target['query']}"
            self._ask("PUT", address, data=part, headers={"ETag": md5s[-1]})
        return begun["id"], {"ticket": begun["ticket"], "segments": md5s}

    def _ask(self, method: str, address: str, **options: Any) -> requests.Response:
        """Ask until the answer is a good one, for a minute at most."""
        url = address if address.startswith("http") else self._url + address
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                answer = self._session.request(method, url, timeout=_ANSWER_SECONDS, **options)
                answer.raise_for_status()
                answer.content  # noqa: B018 - a body that breaks off raises here
            except requests.RequestException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE_SECONDS)
            else:
                return answer


class Terminal:
    """A person at a terminal, who gives the command once more when it has failed."""

    name = "terminal"

    def __init__(self, sender: TerminalSender) -> None:
        self._sender = sender

    def send(self, items: Sequence[Item], folder: Path) -> list[tuple[bool, str]]:
        answers = []
        for item in items:
            path = item.written(folder)
            answers.append(self._put(path))
            path.unlink()
        return answers

    def _put(self, path: Path) -> tuple[bool, str]:
        words = ""
        for _ in range(2):
            self._sender.begin(path)
            deadline = time.monotonic() + _ROUND_SECONDS
            while not (sight := self._sender.look(in_a_hurry=False)).state.is_end:
                if time.monotonic() > deadline:
                    return False, "it never came to an end"
            if sight.state is State.STORED:
                return True, ""
            words = sight.words
        return False, words


class OpenPage:
    """A person who has the page open all the time, and tries once again when a file has failed."""

    name = "browser"

    def __init__(self, page: Page) -> None:
        self._page = page

    def send(self, items: Sequence[Item], folder: Path) -> list[tuple[bool, str]]:
        paths = [item.written(folder) for item in items]
        self._page.get_by_test_id("file-input").set_input_files(paths)
        said = self._settled({item.name for item in items})
        if any(not is_stored for is_stored, _ in said.values()):
            for retry in self._page.get_by_test_id("upload-retry").all():
                retry.click()
            said = self._settled({item.name for item in items})
        self._page.get_by_test_id("uploads-clear").click()
        for path in paths:
            path.unlink()
        return [said.get(item.name, (False, "it never came to an end")) for item in items]

    def _settled(self, names: AbstractSet[str]) -> dict[str, tuple[bool, str]]:
        """What became of these files: whether each is stored, and the words if not."""
        deadline = time.monotonic() + _ROUND_SECONDS
        while True:
            over = {
                name: (state == "done", words)
                for name, state, words in self._page.evaluate(_ROWS)
                if name in names and state in {"done", "failed"}
            }
            if over.keys() == names or time.monotonic() > deadline:
                return over
            time.sleep(_PAUSE_SECONDS)


def keep_sending(
    client: Client, wanted: Iterator[Item], folder: Path, stopping: threading.Event, most_at_once: int = 3
) -> Iterator[Sent]:
    """Send round after round until told to stop; yield what the client said of each file."""
    begun_at = time.monotonic()
    rounds = 0
    while not stopping.is_set():
        rounds += 1
        together = list(islice(wanted, 1 + rounds % most_at_once))
        t = time.monotonic()
        answers = client.send(together, folder)
        seconds = round(time.monotonic() - t, 2)
        for item, (is_stored, words) in zip(together, answers, strict=True):
            start = round(t - begun_at, 2)
            yield Sent(start, client.name, item.name, item.size, is_stored, seconds, words)
