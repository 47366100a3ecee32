"""The page in the reader's language."""

import json

import httpx
import pytest
from playwright.sync_api import expect

from tools.frontend import Frontend

# What only a program can do wrong: the page has no tokens, and asks for nothing that is too large.
NOT_FOR_PEOPLE = {"invalid-token", "request-too-large"}
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


def problem_schemas(contract):
    """The schemas of all refusals of requests about uploads, by status."""
    for path, methods in contract["paths"].items():
        if not path.startswith("/api/uploads"):
            continue
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                content = answer.get("content", {}).get("application/problem+json")
                if content:
                    yield int(status), content["schema"]


def test_every_refusal_of_an_upload_has_words_in_the_readers_language(site):
    contract = httpx.get(f"{site.url}/openapi.json").json()
    codes = {
        code
        for status, schema in problem_schemas(contract)
        # A page that asks for what the site does not know is to be loaded anew, whatever it was.
        if status != 400
        for code in schema["properties"]["code"]["enum"]
    }
    texts = json.loads((Frontend().sources / "page/src/i18n/locales/en.json").read_text(encoding="utf-8"))
    told = {key.removeprefix("failure.") for key in texts if key.startswith("failure.")}
    assert "quota-exceeded" in codes
    assert (codes | {"internal-error"}) - NOT_FOR_PEOPLE - told == set()
