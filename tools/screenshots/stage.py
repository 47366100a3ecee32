"""What a scene can do with the page: choose files, slow the network down, hold requests, wait for states."""

import base64
import os
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

MIB = 1 << 20
PATIENCE_MS = 90_000
_FORGET_MS = 8_000

_PAINT = """() => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 1200, height: 750});
  const draw = canvas.getContext("2d");
  const sky = draw.createLinearGradient(0, 0, 0, 750);
  const colours = [["#17324d", 0], ["#b5576b", 0.45], ["#f3b26b", 0.62]];
  colours.forEach(([colour, at]) => sky.addColorStop(at, colour));
  draw.fillStyle = sky;
  draw.fillRect(0, 0, 1200, 750);
  draw.fillStyle = "#ffe9b8";
  draw.beginPath();
  draw.arc(760, 430, 70, 0, 7);
  draw.fill();
  ["#4a3b58", "#33304b", "#1d2438"].forEach((colour, hill) => {
    draw.fillStyle = colour;
    draw.beginPath();
    draw.moveTo(0, 750);
    for (let x = 0; x <= 1200; x += 8)
      draw.lineTo(x, 470 + hill * 80 + 40 * Math.sin(x / (170 - hill * 30) + hill * 2));
    draw.lineTo(1200, 750);
    draw.fill();
  });
  return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
}"""


class Stage:
    """A page that is brought into the state of a picture."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder

    def choose(self, files: dict[str, int]) -> None:
        """Choose files of these sizes, in bytes; the same ones again when they were chosen before."""
        paths = [self.file(name, size) for name, size in files.items()]
        self.page.get_by_test_id("file-input").set_input_files(paths)

    def drop(self, files: dict[str, int]) -> None:
        """Drop files of these sizes from the desktop."""
        self._drop([self.file(name, size) for name, size in files.items()])

    def drop_folder(self, name: str) -> None:
        folder = self.folder / name
        folder.mkdir()
        self._drop([folder])

    def file(self, name: str, size: int) -> Path:
        """A file on the disk, as it was when it is there already."""
        path = self.folder / name
        if not path.exists():
            path.touch()
            os.truncate(path, size)
        return path

    def choose_folder(self, name: str, files: dict[str, int]) -> None:
        for file, size in files.items():
            path = self.folder / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes(size))
        self.page.get_by_test_id("folder-input").set_input_files(self.folder / name)

    def choose_painting(self, name: str) -> None:
        painting = base64.b64decode(self.page.evaluate(_PAINT))
        payload: FilePayload = {"name": name, "mimeType": "image/jpeg", "buffer": painting}
        self.page.get_by_test_id("file-input").set_input_files(payload)

    def reload(self) -> None:
        """Though the page asks first, because something is under way."""
        self.page.once("dialog", lambda dialog: dialog.accept())
        self.page.reload()

    def open_anew(self) -> None:
        """Close the only tab, and open another when the browser has forgotten what that was allowed."""
        context, url = self.page.context, self.page.url
        self.page.close()
        self.page = context.new_page()
        self.page.wait_for_timeout(_FORGET_MS)
        self.page.goto(url)

    def sign_in(self, name: str) -> None:
        """At the provider, where the page's address leads who has not."""
        self.page.fill("input[name=login]", name)
        self.page.fill("input[name=password]", "any")
        for _form in ("who it is", "what the site may know"):
            self.page.click("button[type=submit]")

    def limit_upload(self, bytes_per_second: int) -> None:
        network = {
            "offline": False,
            "latency": 5,
            "downloadThroughput": -1,
            "uploadThroughput": bytes_per_second,
        }
        self.page.context.new_cdp_session(self.page).send("Network.emulateNetworkConditions", network)

    def refuse(self, what: str, status: int) -> None:
        self.page.route(what, lambda route: route.fulfill(status=status, body="no"))

    def lose(self, what: str) -> None:
        self.page.route(what, lambda route: route.abort())

    def hold(self, what: str) -> None:
        self.page.route(what, lambda _route: None)

    def let_through(self, what: str) -> None:
        """From now on; what was held stays so."""
        self.page.unroute(what)

    def upload(self, name: str) -> Locator:
        return self.page.get_by_test_id("upload-row").filter(has=self.page.get_by_text(name, exact=True))

    def wait_for_state(self, name: str, state: str) -> None:
        expect(self.upload(name)).to_have_attribute("data-state", state, timeout=PATIENCE_MS)

    def wait_for_stored(self, count: int) -> None:
        expect(self.page.get_by_test_id("file-row")).to_have_count(count, timeout=PATIENCE_MS)

    def _drop(self, paths: list[Path]) -> None:
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        session = self.page.context.new_cdp_session(self.page)
        for event in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": event, "x": 9, "y": 9, "data": data})

    def clear(self) -> None:
        self.page.get_by_test_id("uploads-clear").click()
