"""A real Chromium over its DevTools pipe."""

import tempfile
from pathlib import Path

import psutil
import pytest

from bench.browser.devtools import Chromium, ChromiumFailed


@pytest.fixture(scope="module")
def browser(chromium_path):
    with Chromium(chromium_path) as browser:
        yield browser


@pytest.fixture
def page(browser):
    with browser.page("about:blank") as page:
        yield page


@pytest.mark.parametrize(
    ("expression", "value"), [("1 + 1", 2), ("Promise.resolve({a: [1]})", {"a": [1]}), ("undefined", None)]
)
def test_an_expression_has_a_value(page, expression, value):
    assert page.evaluate(expression) == value


@pytest.mark.parametrize("expression", ["nothing.here", "Promise.reject(new Error('no: nothing.here'))"])
def test_what_the_page_throws_is_told(page, expression):
    with pytest.raises(ChromiumFailed, match="nothing"):
        page.evaluate(expression)


def test_functions_take_and_give_json(page):
    page.evaluate("globalThis.both = async (a, b) => ({sum: a + b.c})")
    assert page.call_function("both", 1, {"c": 2}) == {"sum": 3}


def test_files_are_chosen_as_by_a_person(page, tmp_path):
    paths = [tmp_path / name for name in ("one.bin", "two.bin")]
    for path in paths:
        path.write_bytes(path.name.encode())
    page.evaluate("document.body.innerHTML = '<input type=file multiple>'")
    page.choose_files("input", paths)
    texts = "Promise.all(Array.from(document.querySelector('input').files, (file) => file.text()))"
    assert page.evaluate(texts) == ["one.bin", "two.bin"]


def test_an_answer_that_does_not_come_is_a_failure(page):
    with pytest.raises(ChromiumFailed, match="no answer in time"):
        page.evaluate("new Promise(() => {})", timeout=0.2)


def test_pages_know_nothing_of_each_other(browser, tmp_path):
    place = tmp_path / "page.html"
    place.write_text("<title>page</title>")
    with browser.page(place.as_uri()) as first:
        first.evaluate("name = 'first'")
        with browser.page(place.as_uri()) as second:
            assert second.evaluate("name") == ""


def test_nothing_is_left_behind(chromium_path, monkeypatch):
    # Not `tmp_path`: a socket's path may have no more than 107 bytes.
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        with Chromium(chromium_path) as browser:
            family = [psutil.Process(browser.pid), *psutil.Process(browser.pid).children(recursive=True)]
            assert any(Path(folder).iterdir())
        _, alive = psutil.wait_procs(family, timeout=10)
        assert alive == []
        assert not any(Path(folder).iterdir())
