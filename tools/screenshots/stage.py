"""What a scene can do with the page: choose files, slow the network down, hold requests, wait for states."""

import base64
import os
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

MIB = 1 << 20
PATIENCE_MS = 90_000

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
        for name, size in files.items():
            path = self.folder / name
            if not path.exists():
                path.touch()
                os.truncate(path, size)
        self.page.get_by_test_id("file-input").set_input_files([self.folder / name for name in files])

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

    def clear(self) -> None:
        self.page.get_by_test_id("uploads-clear").click()
