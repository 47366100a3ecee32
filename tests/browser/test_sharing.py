"""Links are made, copied, opened by somebody else, and revoked, as a person does it on the page."""

import pytest
from playwright.sync_api import expect

PATIENCE_MS = 30_000


@pytest.fixture
def stored(uploads):
    """The page with one stored file."""
    uploads.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    uploads.choose({"name": "shared.txt", "mimeType": "text/plain", "buffer": b"some bytes"})
    expect(uploads.page.get_by_test_id("said")).to_have_text("“shared.txt” is stored.", timeout=PATIENCE_MS)
    return uploads.page


@pytest.fixture
def shared(stored):
    """The page with the dialog to share a file, and a function that makes a link and returns its address."""
    stored.get_by_test_id("file-share").click()
    expect(stored.get_by_test_id("share-none")).to_be_visible()

    def create():
        stored.get_by_test_id("share-create").click()
        address = stored.get_by_test_id("share-url")
        expect(address).to_be_focused(timeout=PATIENCE_MS)
        return address.input_value()

    return stored, create


@pytest.fixture
def visitor(chromium):
    """Somebody else's browser: a function that opens an address and returns status and body."""
    context = chromium.new_context()

    def get(address):
        answer = context.request.get(address)
        return answer.status, answer.body()

    yield get
    context.close()


def test_a_link_is_made_copied_opened_and_revoked(shared, visitor, site):
    page, create = shared
    address = create()
    expect(page.get_by_test_id("share-said")).to_have_text("Link created")
    page.get_by_test_id("share-copy").click()
    expect(page.get_by_test_id("share-said")).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == address
    assert address.startswith(f"{site.url}/l/")
    assert visitor(address) == (200, b"some bytes")
    expect(page.get_by_test_id("share-link")).to_have_count(1)
    page.get_by_test_id("share-revoke").click()
    expect(page.get_by_test_id("share-said")).to_have_text("Link revoked")
    expect(page.get_by_test_id("share-url")).to_have_count(0)
    expect(page.get_by_test_id("share-none")).to_be_visible()
    assert visitor(address)[0] == 404


def test_a_link_is_copied_in_one_click(stored, visitor):
    button = stored.get_by_role("button", name="Copy link: shared.txt")
    button.focus()
    stored.keyboard.press("Enter")
    expect(stored.get_by_test_id("said")).to_have_text("Link to “shared.txt” copied. It opens for 7 days.")
    expect(button).to_be_focused()
    address = stored.evaluate("navigator.clipboard.readText()")
    assert visitor(address) == (200, b"some bytes")
    # Another click makes no other link.
    stored.evaluate("navigator.clipboard.writeText('')")
    button.click()
    stored.wait_for_function(
        "async (address) => await navigator.clipboard.readText() === address", arg=address
    )
    stored.get_by_test_id("file-share").click()
    expect(stored.get_by_test_id("share-link")).to_have_count(1)


def test_a_link_that_cannot_be_copied_in_one_click_is_shown(stored):
    forbid_copying(stored)
    stored.get_by_test_id("file-copy-link").click()
    expect(stored.get_by_test_id("share-said")).to_contain_text("does not allow copying")
    expect(stored.get_by_test_id("share-url")).to_be_focused(timeout=PATIENCE_MS)
    stored.keyboard.press("Escape")
    expect(stored.get_by_test_id("file-copy-link")).to_be_focused()


def test_a_link_for_one_time_opens_one_time(shared, visitor):
    page, create = shared
    page.get_by_label("Works once").check()
    page.get_by_label("Ends after").select_option(label="1 hour")
    address = create()
    expect(page.get_by_test_id("share-link")).to_contain_text("works once")
    assert [visitor(address)[0] for _ in range(2)] == [200, 404]


def test_the_links_are_there_when_the_dialog_is_opened_again_but_not_their_addresses(shared):
    page, create = shared
    create()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("share-dialog")).to_be_hidden()
    expect(page.get_by_test_id("file-share")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("share-link")).to_have_count(1)
    expect(page.get_by_test_id("share-url")).to_have_count(0)


def test_the_dialog_opens_again_at_once_after_escape(shared):
    page, create = shared
    create()
    # As fast as Escape and Enter may come one after the other.
    page.get_by_test_id("share-dialog").evaluate(
        """dialog => {
          if (dialog.dispatchEvent(new Event("cancel", {cancelable: true}))) dialog.close();
          document.querySelector("[data-testid=file-share]").click();
        }"""
    )
    expect(page.get_by_test_id("share-url")).to_have_count(0)
    expect(page.get_by_test_id("share-link")).to_have_count(1)


def test_all_of_it_goes_by_keyboard(shared):
    page, _ = shared
    page.get_by_test_id("share-ends").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_test_id("share-once")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("share-url")).to_be_focused(timeout=PATIENCE_MS)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("share-said")).to_have_text("Link copied")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("share-said")).to_have_text("Link revoked")
    expect(page.get_by_role("heading", name="Links that open now")).to_be_focused()


def forbid_copying(page):
    page.evaluate("() => { navigator.clipboard.write = () => Promise.reject(new Error('no')); }")


def test_a_link_that_cannot_be_copied_can_be_taken_from_its_field(shared):
    page, create = shared
    forbid_copying(page)
    create()
    page.get_by_test_id("share-copy").click()
    expect(page.get_by_test_id("share-said")).to_contain_text("does not allow copying")


def test_what_goes_wrong_is_said_in_words(shared):
    page, create = shared
    problem = {"code": "storage-unavailable", "detail": "Away.", "status": 503}
    page.route("**/links", lambda route: route.fulfill(status=503, json=problem))
    page.get_by_test_id("share-create").click()
    expect(page.get_by_test_id("share-error")).to_contain_text("The storage does not answer.")
    page.unroute("**/links")
    create()
    expect(page.get_by_test_id("share-error")).to_be_empty()
