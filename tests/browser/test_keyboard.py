"""Everything without a pointer: choose, upload, pause, delete, undo."""

import pytest
from playwright.sync_api import expect

MIB = 1 << 20
MOST_TABS = 40


@pytest.fixture
def keyboard_page(uploads):
    """The page in a browser without file pickers of its own: Playwright answers for the input's only."""
    uploads.page.add_init_script("delete window.showOpenFilePicker; delete window.showDirectoryPicker")
    uploads.page.reload()
    return uploads


def tab_to(page, test_id):
    """Press Tab until the element has the focus, and see that one sees it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.testid") == test_id:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    pytest.fail(f"{test_id} can't be reached by Tab")


def choose_by_keyboard(uploads, *files):
    with uploads.page.expect_file_chooser() as waiting:
        tab_to(uploads.page, "choose-files")
        uploads.page.keyboard.press("Enter")
    waiting.value.set_files(list(files))


def test_a_file_is_uploaded_deleted_and_kept(keyboard_page, make_file):
    page, keyboard = keyboard_page.page, keyboard_page.page.keyboard
    choose_by_keyboard(keyboard_page, make_file("by keyboard.txt", 10))
    keyboard_page.expect_stored("by keyboard.txt")
    tab_to(page, "file-delete")
    keyboard.press("Enter")
    expect(keyboard_page.stored("by keyboard.txt")).to_have_count(0)
    # The last row took the focus with it: the heading has it now.
    expect(page.get_by_role("heading", name="Your files")).to_be_focused()
    keyboard.press("Control+z")
    keyboard_page.expect_stored("by keyboard.txt")


def test_an_upload_is_paused_resumed_and_cancelled(keyboard_page, make_file):
    page, keyboard = keyboard_page.page, keyboard_page.page.keyboard
    page.route("**/segments/**", lambda _route: None)
    choose_by_keyboard(keyboard_page, make_file("by keyboard.bin", 2 * MIB))
    row = keyboard_page.upload_of("by keyboard.bin")
    expect(row).to_have_attribute("data-state", "uploading")
    tab_to(page, "upload-pause")
    keyboard.press("Enter")
    expect(row).to_have_attribute("data-state", "paused")
    # The same place has the opposite now.
    expect(row.get_by_test_id("upload-resume")).to_be_focused()
    keyboard.press("Space")
    expect(row).to_have_attribute("data-state", "uploading")
    tab_to(page, "upload-cancel")
    keyboard.press("Enter")
    expect(row).to_have_attribute("data-state", "cancelled")
    expect(row).to_be_focused()
