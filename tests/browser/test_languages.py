"""The page in the reader's language."""

import pytest
from playwright.sync_api import expect

HEADINGS = {
    "en-GB": ("en", "ltr", "Your files"),
    "de-AT": ("de", "ltr", "Deine Dateien"),
    "fr": ("fr", "ltr", "Vos fichiers"),
    "es-MX": ("es", "ltr", "Tus archivos"),
    "ja": ("ja", "ltr", "保存したファイル"),
    "ar-EG": ("ar", "rtl", "ملفاتك"),
    "nl": ("en", "ltr", "Your files"),
}


@pytest.mark.parametrize(("locale", "expected"), HEADINGS.items(), ids=HEADINGS)
def test_the_page_speaks_the_browsers_language(chromium, site, locale, expected):
    language, direction, heading = expected
    page = chromium.new_page(locale=locale)
    page.goto(site.url)
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", direction)
    # Nothing sticks out at the side, on a phone neither.
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_the_chosen_language_stays(uploads):
    page = uploads.page
    page.get_by_test_id("language").select_option("ar")
    expect(page.get_by_role("heading", name="ملفاتك")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.reload()
    expect(page.get_by_role("heading", name="ملفاتك")).to_be_visible()


def test_only_the_language_that_is_read_is_loaded(chromium, site):
    page = chromium.new_page(locale="fr")
    loaded = []
    page.on("request", lambda request: loaded.append(request.url.rsplit("/", 1)[-1].split("-")[0]))
    page.goto(site.url)
    expect(page.get_by_role("heading", name="Vos fichiers")).to_be_visible()
    assert [name for name in loaded if name in {"en", "de", "fr", "es", "ja", "ar"}] == ["fr"]
    page.close()
