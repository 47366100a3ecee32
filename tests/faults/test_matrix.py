"""Some cells of the fault matrix, and what becomes of them when a part of the product is broken on purpose.

The whole matrix is `python -m bench faults`.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.faults import wire
from bench.faults.browser import browser_sender, chromium
from bench.faults.play import Ending, play
from bench.faults.stage import stage
from bench.faults.table import RULES, Client, cells
from bench.faults.terminal import TerminalSender, terminal_sender
from swift_store.dev.shape import Shape

CELLS = {cell.name: cell for cell in cells()}
BROKEN = Path(__file__).with_name("broken")

REPRESENTATIVE = {
    "refused/ticket/browser": Ending.ALONE,
    "half-open/first/browser": Ending.ALONE,
    "corrupted/middle/browser": Ending.ALONE,
    "lost-answer/complete/browser": Ending.ALONE,
    "403/last/browser": Ending.AGAIN,
    "killed-in/complete/browser": Ending.ALONE,
    "rotated/middle/browser": Ending.ALONE,
    "reset/first/terminal": Ending.ALONE,
    "corrupted/last/terminal": Ending.ALONE,
    "truncated-answer/complete/terminal": Ending.ALONE,
    "reset/after/terminal": Ending.ALONE,
    "lost-answer/after/terminal": Ending.ALONE,
    "shrunk/middle/terminal": Ending.AGAIN,
    "deleted/middle/terminal": Ending.TOLD,
    "file-limit/middle/browser": Ending.ALONE,
    "no-container/after/browser": Ending.AGAIN,
    "behind-stalled/complete/browser": Ending.ALONE,
    "behind-truncated-answer/after/terminal": Ending.ALONE,
}

SEEN = "something else than what was sent was visible for a while"

# What a page is made of, as it is after the build, and what breaks it.
NO_RETRY = ("patienceMs:6e5", "patienceMs:0")
NO_VERIFICATION = ("verify:!0,connections:5", "verify:!1,connections:5")


@pytest.fixture(scope="module")
def played_on():
    with stage() as played_on:
        yield played_on


@pytest.fixture(scope="module")
def browser(chromium_path):
    with chromium(chromium_path) as browser:
        yield browser


@pytest.fixture
def page_sender(browser, played_on):
    """A function that opens the page; its scripts changed if REPLACED says how."""

    def sender(replaced=None):
        return browser_sender(browser, played_on.url, prepare=lambda page: break_scripts(page, replaced))

    return sender


def break_scripts(page, replaced):
    if replaced is None:
        return
    before, after = replaced
    found = []

    def change(route):
        script = route.fetch()
        text = script.text()
        found.append(before in text)
        route.fulfill(response=script, body=text.replace(before, after))

    page.route("**/assets/*.js", change)
    page.context.on("close", lambda _: None if any(found) else pytest.fail(f"no script has {before}"))


@pytest.fixture
def sender_of(page_sender, played_on):
    """A function that makes the client of a cell."""

    def make(cell):
        is_browser = cell.client is Client.BROWSER
        return page_sender() if is_browser else terminal_sender(played_on.url, played_on.folder)

    return make


@pytest.fixture
def broken_terminal(played_on):
    """A function that makes a terminal client of a broken build."""
    return lambda program: terminal_sender(played_on.url, played_on.folder, BROKEN / program)


@pytest.fixture
def broken_site(played_on):
    """A function that gives the stage a site of a broken build."""
    whole = played_on.program

    def broken(program):
        played_on.program = BROKEN / program
        played_on.restart_site()
        return played_on

    yield broken
    played_on.program = whole
    played_on.restart_site()


def test_the_matrix_has_every_fault_at_every_moment_that_makes_sense():
    assert len(CELLS) == len(list(cells()))
    assert len(CELLS) > 400
    for rule in RULES:
        assert not any(rule.leaves_out(cell.fault, cell.moment, cell.client) for cell in CELLS.values())


def test_both_shapes_of_swift_are_in_the_matrix():
    assert {cell.fault.shape for cell in CELLS.values()} == set(Shape)


@pytest.mark.parametrize(("name", "ending"), REPRESENTATIVE.items(), ids=REPRESENTATIVE)
def test_nothing_is_lost(name, ending, played_on, sender_of):
    cell = CELLS[name]
    played = play(cell, played_on, sender_of(cell))
    assert played.violations == ()
    assert played.ending is ending


def test_a_page_says_that_its_file_was_changed(played_on, page_sender):
    played = play(CELLS["changed/ticket/browser"], played_on, page_sender())
    assert "changed" in played.words


def test_without_retries_a_page_tells_of_what_should_go_unnoticed(played_on, page_sender):
    cell = CELLS["503/middle/browser"]
    assert play(cell, played_on, page_sender()).ending is Ending.ALONE
    assert play(cell, played_on, page_sender(NO_RETRY)).ending is Ending.BROKEN


def test_without_retries_the_terminal_client_tells_of_what_should_go_unnoticed(played_on, broken_terminal):
    played = play(CELLS["lost-answer/middle/terminal"], played_on, broken_terminal("impatient.py"))
    assert played.violations == ("the person was told, and should not have been",)


def test_without_verification_a_page_makes_damage_visible(played_on, page_sender):
    played = play(CELLS["corrupted/middle/browser"], played_on, page_sender(NO_VERIFICATION))
    assert played.violations == (SEEN, "1 visible files are not what was sent")


def test_without_verification_the_terminal_client_makes_damage_visible(played_on, broken_terminal):
    played = play(CELLS["corrupted/middle/terminal"], played_on, broken_terminal("unverified.py"))
    assert played.violations == (SEEN, "1 visible files are not what was sent")


def test_damage_that_was_visible_is_found_although_the_client_has_deleted_it(played_on, broken_terminal):
    played = play(CELLS["corrupted/middle/terminal"], played_on, broken_terminal("late.py"))
    assert played.violations == (SEEN,)
    assert "deleted again" in played.words


def test_without_a_sweep_segments_are_left_over(played_on, sender_of, monkeypatch):
    monkeypatch.setattr(played_on, "program", BROKEN / "unswept.py")
    cell = CELLS["corrupted/complete/terminal"]
    (violation,) = play(cell, played_on, sender_of(cell)).violations
    assert "left over after a sweep" in violation


def test_a_file_that_is_still_there_is_not_deleted(broken_site, sender_of):
    cell = CELLS["duplicate/after/terminal"]
    played = play(cell, broken_site("undeleted.py"), sender_of(cell))
    assert played.violations == ("the client says that the file is deleted, and it is still there",)


@pytest.mark.parametrize(
    "arm",
    [lambda _: None, lambda scene: scene.strike(wire.Corrupt(at=1 << 30))],
    ids=["no fault at all", "a byte that is not there"],
)
def test_a_fault_that_does_not_strike_is_no_success(played_on, sender_of, arm):
    cell = CELLS["corrupted/middle/terminal"]
    spared = replace(cell, fault=replace(cell.fault, arm=arm))
    assert play(spared, played_on, sender_of(cell)).violations == ("the fault did not strike",)


def test_whoever_fails_again_when_all_is_mended_has_found_a_fault_of_ours(played_on, sender_of, monkeypatch):
    monkeypatch.setattr(TerminalSender, "again", lambda *_: None)
    cell = CELLS["403/last/terminal"]
    assert play(cell, played_on, sender_of(cell)).violations == ("trying again failed, too",)
