"""`<direct-upload>` in a form: the Flask example's page, as a person and as the page's author see it."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

AXE = Path(__file__).parents[2] / "direct_upload/frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MIB = 1 << 20
# What a careful site allows: the element needs no more than this, and Swift's address.
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
    "style-src 'unsafe-inline'; form-action 'self'; img-src data:; connect-src 'self' {swift}"
)


def named(name, content=b"some bytes", kind="text/plain"):
    return {"name": name, "mimeType": kind, "buffer": content}


@pytest.fixture(scope="module")
def flask_site(run_example):
    return run_example("flask_site")


@pytest.fixture
def ann(visit, flask_site):
    """Somebody who has signed in, and writes a report."""
    return visit("ann", flask_site)


def send(person, title="Storm"):
    person.page.get_by_label("Title").fill(title)
    person.page.get_by_role("button", name="Send the report").click()


def states(person):
    return person.element.locator("li").evaluate_all("rows => rows.map(({ dataset }) => dataset.state)")


def test_a_form_sends_the_ids_of_the_stored_files(ann):
    ann.choose(named("one.txt", b"1"), named("two.txt", b"22"))
    ann.expect_stored("one.txt")
    ann.expect_stored("two.txt")
    send(ann)
    expect(ann.page.get_by_role("status")).to_contain_text("“Storm” has arrived")
    expect(ann.page.get_by_role("listitem")).to_have_text(["one.txt, 1 bytes", "two.txt, 2 bytes"])
    address = ann.page.get_by_role("link", name="two.txt").get_attribute("href")
    assert ann.page.request.get(f"{ann.url}{address}").body() == b"22"


def test_a_form_takes_no_file_of_somebody_else(ann, visit, flask_site):
    ann.choose(named("private.txt"))
    ann.expect_stored("private.txt")
    (file,) = ann.files()
    eve = visit("eve", flask_site)
    answer = eve.page.request.post(f"{eve.url}/reports", form={"title": "Mine", "files": file["id"]})
    assert answer.status == 404


def test_a_form_waits_for_its_uploads(ann):
    ann.hold()
    ann.choose(named("slow.txt"))
    expect(ann.row("slow.txt").get_by_role("button", name="Pause: slow.txt")).to_be_visible()
    send(ann)
    assert (
        ann.element.evaluate("element => element.validationMessage") == "Wait until the uploads are stored."
    )
    expect(ann.page.get_by_label("Title")).to_be_visible()
    ann.row("slow.txt").get_by_role("button", name="Pause: slow.txt").click()
    expect(ann.row("slow.txt")).to_contain_text("Paused")
    assert ann.element.evaluate("element => element.checkValidity()") is False
    ann.let_go()
    ann.row("slow.txt").get_by_role("button", name="Resume: slow.txt").click()
    ann.expect_stored("slow.txt")
    send(ann)
    expect(ann.page.get_by_role("status")).to_contain_text("has arrived")


def test_a_form_that_needs_a_file_says_so_at_the_button(ann):
    send(ann)
    assert ann.element.evaluate("element => element.validity.valueMissing") is True
    expect(ann.element.get_by_role("button", name="Choose files")).to_be_focused()


def test_a_form_that_is_reset_begins_anew_and_what_is_stored_stays(ann):
    ann.choose(named("kept.txt"))
    ann.expect_stored("kept.txt")
    ann.element.evaluate("element => element.form.reset()")
    expect(ann.row("kept.txt")).to_have_count(0)
    assert ann.element.evaluate("element => element.value") == []
    assert [file["name"] for file in ann.files()] == ["kept.txt"]


def test_a_disabled_fieldset_takes_nothing(ann):
    ann.page.evaluate(
        "() => { const set = document.createElement('fieldset'); set.disabled = true;"
        "const element = document.querySelector('direct-upload');"
        "element.replaceWith(set); set.append(element) }"
    )
    expect(ann.element.get_by_role("button", name="Choose files")).to_be_disabled()
    drop(ann, "dropped.txt")
    expect(ann.row("dropped.txt")).to_have_count(0)


def drop(person, *names):
    """Drop files on the element, as the browser tells it."""
    person.element.locator(".zone").evaluate(
        """(zone, names) => {
            const dataTransfer = new DataTransfer();
            const type = "text/plain";
            for (const name of names) dataTransfer.items.add(new File(["dropped"], name, {type}));
            for (const type of ["dragover", "drop"])
                zone.dispatchEvent(new DragEvent(type, {dataTransfer, bubbles: true, cancelable: true}));
        }""",
        names,
    )


def test_dropped_files_are_uploaded(ann):
    drop(ann, "one.txt", "two.txt")
    ann.expect_stored("one.txt")
    ann.expect_stored("two.txt")


def test_the_page_hears_what_is_stored_and_how_far_it_is(ann):
    ann.listen("upload-stored")
    ann.choose(named("a.txt", b"abc"))
    (told,) = ann.heard(1)
    (file,) = ann.files()
    assert (told["file"]["id"], told["file"]["size"]) == (file["id"], 3)
    assert told["file"]["downloadUrl"] == f"{ann.url}{file['download_url']}"
    ann.listen("upload-progress")
    ann.choose(named("b.txt", b"x" * MIB))
    ann.expect_stored("b.txt")
    assert ann.heard(1)[-1]["total"] == 2


@pytest.mark.parametrize(
    ("attributes", "code", "notice"),
    [
        ({"accept": "image/*"}, "type-refused", "a.txt is of a type that is not taken here."),
        ({"max-size": "2"}, "file-too-large", "a.txt is too large: at most 2 bytes."),
    ],
    ids=["type", "size"],
)
def test_what_the_page_does_not_take_is_said_and_not_sent(ann, attributes, code, notice):
    ann.element.evaluate(
        "(element, all) => Object.entries(all).forEach(one => element.setAttribute(...one))", attributes
    )
    ann.listen("upload-failed")
    drop(ann, "a.txt")
    (told,) = ann.heard(1)
    assert (told["name"], told["failure"]["code"]) == ("a.txt", code)
    expect(ann.element.locator(".notice")).to_have_text(notice)
    assert states(ann) == []


def test_what_the_site_refuses_is_told_with_its_reason(ann):
    ann.listen("upload-failed")
    refusal = {
        "status": 403,
        "code": "type-refused",
        "title": "Forbidden",
        "detail": "No text files, please.",
    }
    ann.page.route(
        "**/api/uploads**",
        lambda route: route.fulfill(status=403, json=refusal, content_type="application/json"),
    )
    ann.choose(named("a.txt"))
    assert ann.heard(1)[0]["failure"]["code"] == "type-refused"
    expect(ann.row("a.txt")).to_contain_text("No text files, please.")
    expect(ann.row("a.txt").get_by_role("button")).to_have_text(["Cancel"])


def test_one_file_takes_the_place_of_another_where_one_is_wanted(ann):
    ann.element.evaluate("element => element.removeAttribute('multiple')")
    ann.choose(named("first.txt"))
    ann.expect_stored("first.txt")
    ann.choose(named("second.txt"))
    ann.expect_stored("second.txt")
    assert states(ann) == ["done"]
    assert len(ann.element.evaluate("element => element.value")) == 1


def test_a_cancelled_upload_leaves_nothing(ann):
    ann.hold()
    ann.choose(named("gone.txt"))
    ann.row("gone.txt").get_by_role("button", name="Cancel: gone.txt").click()
    expect(ann.row("gone.txt")).to_have_count(0)
    expect(ann.element.get_by_role("button", name="Choose files")).to_be_focused()
    assert ann.files() == []


def test_all_of_it_works_from_the_keyboard(ann, eventually):
    choosers = []
    ann.page.on("filechooser", lambda chooser: choosers.insert(0, chooser))
    ann.page.get_by_label("Title").focus()
    ann.page.keyboard.press("Tab")
    expect(ann.element.get_by_role("button", name="Choose files")).to_be_focused()
    ann.page.keyboard.press("Enter")
    eventually(lambda: ann.page.wait_for_timeout(10) or choosers)
    choosers[0].set_files([named("a.txt")])
    ann.expect_stored("a.txt")
    ann.page.keyboard.press("Tab")
    expect(ann.element.get_by_role("link", name="Download: a.txt")).to_be_focused()
    ann.page.keyboard.press("Tab")
    ann.page.keyboard.press("Space")
    expect(ann.row("a.txt")).to_have_count(0)


def test_the_label_of_the_page_names_it_and_leads_to_it(ann):
    # Playwright does not know what an element says of itself by its internals; the browser does.
    tree = ann.page.context.new_cdp_session(ann.page).send("Accessibility.getFullAXTree")["nodes"]
    groups = [node["name"]["value"] for node in tree if node["role"]["value"] == "group"]
    assert groups == ["Pictures and recordings"]
    ann.page.get_by_text("Pictures and recordings").click()
    expect(ann.element.get_by_role("button", name="Choose files")).to_be_focused()


def test_what_happens_is_said_once(ann):
    ann.choose(named("a.txt"))
    ann.expect_stored("a.txt")
    expect(ann.element.get_by_role("status")).to_have_text("a.txt is stored.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, flask_site, scheme):
    ann = visit("ann", flask_site, color_scheme=scheme)
    ann.choose(named("stored.txt"))
    ann.expect_stored("stored.txt")
    ann.hold()
    ann.choose(named("under way.txt", b"x" * MIB))
    expect(ann.row("under way.txt").get_by_role("progressbar")).to_be_visible()
    ann.element.evaluate("element => element.setAttribute('max-size', '1')")
    drop(ann, "refused.txt")
    expect(ann.element.locator(".notice")).to_be_visible()
    # Without a background of its own a page counts as white.
    ann.page.evaluate("document.body.style.background = 'Canvas'")
    ann.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = ann.page.evaluate(
        "rules => axe.run('direct-upload', {runOnly: {type: 'tag', values: rules}})"
        ".then(({violations}) => violations.map(({id, nodes}) => [id, nodes.map(({html}) => html)]))",
        RULES,
    )
    assert found == []


def test_the_page_gives_it_another_language_and_other_colours(ann):
    ann.element.evaluate(
        "element => { element.lang = 'de';"
        "element.labels = { choose: 'Dateien wählen', done: 'Gespeichert' };"
        "element.style.setProperty('--direct-upload-accent', 'rgb(1, 2, 3)');"
        "document.head.append(Object.assign(document.createElement('style'),"
        "{ textContent: 'direct-upload::part(name) { font-style: italic }' })) }"
    )
    choose = ann.element.get_by_role("button", name="Dateien wählen")
    expect(choose).to_have_css("color", "rgb(1, 2, 3)")
    ann.choose(named("a.txt", b"x" * 1_500_000))
    expect(ann.row("a.txt")).to_contain_text("1,5 MB · Gespeichert")
    expect(ann.element.locator(".name")).to_have_css("font-style", "italic")


def test_a_strict_content_security_policy_is_enough(visit, flask_site):
    # What a test answers in a site's place has no address, and may reach local ones only when allowed to.
    ann = visit("ann", flask_site, permissions=["local-network-access"])
    asked = {"name": "x", "size": 1, "type": "text/plain"}
    created = ann.page.request.post(f"{ann.url}/uploads/api/uploads", data=asked).json()
    swift = re.match(r"https?://[^/]+", created["target"]["url"])[0]

    def strict(route):
        answer = route.fetch()
        route.fulfill(
            response=answer, headers={**answer.headers, "content-security-policy": POLICY.format(swift=swift)}
        )

    ann.page.route(f"{ann.url}/", strict)
    ann.page.reload()
    ann.choose(named("a.txt"))
    ann.expect_stored("a.txt")


def test_an_element_that_is_moved_goes_on_and_one_that_is_taken_out_stops(ann):
    ann.hold()
    ann.choose(named("a.txt"))
    expect(ann.row("a.txt")).to_be_visible()
    ann.element.evaluate("element => document.body.append(element)")
    expect(ann.row("a.txt")).to_be_visible()
    ann.element.evaluate("element => { window.kept = element }")
    ann.page.evaluate("async () => { kept.remove(); await 0; document.body.append(kept) }")
    expect(ann.row("a.txt")).to_have_count(0)


def test_after_a_reload_it_goes_on_where_it_stopped(visit, run_example, tmp_path):
    ann = visit("ann", run_example("asgi_site"))
    source = tmp_path / "film.bin"
    source.write_bytes(os.urandom(3 * MIB))
    ann.hold()
    ann.choose(source)
    expect(ann.row("film.bin").get_by_role("progressbar")).to_be_visible()
    ann.page.wait_for_function(
        "() => new Promise(found => { const asked = indexedDB.open('direct-upload');"
        "asked.onsuccess = () => found(asked.result.objectStoreNames.length > 0) })"
    )
    ann.page.reload()
    expect(ann.row("film.bin")).to_contain_text("Choose the same file again")
    ann.let_go()
    ann.choose(source)
    ann.expect_stored("film.bin")
    assert len(ann.files()) == 1
