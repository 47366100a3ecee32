"""Which browser the end-to-end tests get."""

import pytest

from tools import chromium


@pytest.fixture(autouse=True)
def empty_machine(tmp_path, monkeypatch):
    """A PATH with nothing on it, no browser chosen, and none of Playwright's."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: iter(()))


@pytest.fixture
def browser(tmp_path):
    """A function that makes a program; one that `works` ends well when it is asked for its version."""

    def make(name, *, works=True):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nexit {0 if works else 1}\n")
        program.chmod(0o755)
        return str(program)

    return make


def test_none_is_found_where_there_is_none():
    assert chromium.find() is None


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
def test_one_on_the_path_is_found(browser, name):
    path = browser(name)
    assert chromium.find() == path


def test_the_chosen_one_comes_first(browser, monkeypatch):
    browser("chromium")
    mine = browser("mine")
    monkeypatch.setenv("CHROMIUM", mine)
    assert chromium.find() == mine


def test_a_stub_that_only_tells_how_to_install_is_passed_over(browser):
    browser("chromium", works=False)
    real = browser("google-chrome")
    assert chromium.find() == real


def test_a_choice_that_does_not_exist_is_an_error_and_not_replaced(browser, monkeypatch, capsys):
    browser("chromium")
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert chromium.main() == 1
    assert "CHROMIUM=/nowhere/chromium" in capsys.readouterr().err


def test_the_second_installer_is_not_asked_when_the_first_brought_one(browser, monkeypatch):
    monkeypatch.setattr(chromium, "_install_by_apt", lambda: browser("chromium"))
    monkeypatch.setattr(chromium, "_install_by_playwright", lambda: pytest.fail("there is one already"))
    assert chromium.main() == 0


def test_no_browser_at_all_is_told_with_the_remedy(monkeypatch, capsys):
    for installer in ("_install_by_apt", "_install_by_playwright"):
        monkeypatch.setattr(chromium, installer, lambda: None)
    assert chromium.main() == 1
    assert "set CHROMIUM" in capsys.readouterr().err
