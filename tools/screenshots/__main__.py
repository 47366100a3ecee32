"""`python -m tools.screenshots [NAME...]`: all pictures, or those whose names begin so."""

import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tools.chromium import find
from tools.screenshots.pictures import PICTURES, Picture, Site
from tools.screenshots.site import members_site, open_site
from tools.screenshots.stage import PATIENCE_MS, Stage

IMAGES = Path(__file__).parents[2] / "docs" / "images"
_SETTLE_MS = 600
_SITES = {Site.OPEN: open_site, Site.MEMBERS: members_site}


def _take(browser: Browser, url: str, picture: Picture) -> None:
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=picture.scale,
        color_scheme=picture.scheme,
        forced_colors=picture.forced_colors,
        locale=picture.locale,
        timezone_id="Europe/Vienna",
    )
    with tempfile.TemporaryDirectory() as folder:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(url)
        stage = Stage(page, Path(folder))
        picture.scene(stage)
        stage.page.mouse.move(0, 0)
        stage.page.wait_for_timeout(_SETTLE_MS)
        stage.page.screenshot(path=IMAGES / f"{picture.name}.png", full_page=picture.is_whole)
        stage.page.unroute_all(behavior="ignoreErrors")
    context.close()


def main(names: list[str]) -> None:
    """Write the pictures to `docs/images`."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    wanted = [one for one in PICTURES if not names or one.name.startswith(tuple(names))]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        for site, running in _SITES.items():
            pictures = [one for one in wanted if one.site is site]
            if pictures:
                _take_all(browser, running, pictures)
        browser.close()


def _take_all(
    browser: Browser, site: Callable[[], AbstractContextManager[str]], pictures: list[Picture]
) -> None:
    with site() as url:
        for picture in pictures:
            sys.stdout.write(f"{picture.name}\n")
            _take(browser, url, picture)


if __name__ == "__main__":
    main(sys.argv[1:])
