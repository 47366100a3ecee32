"""Attacks in a real Chromium: by a page of another site, and by what somebody stores."""

import http.server
import threading

import pytest
from playwright.sync_api import expect

PATIENCE_MS = 30_000
XSS = "<img src=x onerror=\"document.title='stolen'\">.txt"
MARKED = "<script>document.title = 'stolen'</script>"


class EvilSite:
    """Another site: 127.0.0.1, where ours is localhost. `pages` are its documents by path."""

    def __init__(self):
        site = self
        self.pages = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = site.pages.get(self.path, "").encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture(scope="module")
def evil():
    site = EvilSite()
    yield site
    site.close()


@pytest.fixture
def victim(chromium, site, api):
    """A browser with the cookie of an owner who has a file; `file` is it."""
    context = chromium.new_context()
    file = api.upload(b"the victim's", name="own.txt")
    context.add_cookies(
        [{"name": name, "value": value, "url": site.url} for name, value in api.cookies.items()]
    )
    page = context.new_page()
    page.file = file
    yield page
    context.close()


def names(api):
    return [file["name"] for file in api.get("/api/files").json()["files"]]


def test_a_name_with_markup_is_text(victim, api, site):
    """Stored XSS by name."""
    api.upload(b"x", name=XSS)
    victim.goto(site.url)
    expect(victim.get_by_test_id("file-row").filter(has_text="onerror")).to_have_count(1, timeout=PATIENCE_MS)
    assert "stolen" not in victim.title()
    assert victim.locator("img[onerror]").count() == 0


FILES = {
    "HTML": ("x.html", "text/html", f"<!doctype html>{MARKED}"),
    "SVG": ("x.svg", "image/svg+xml", f'<svg xmlns="http://www.w3.org/2000/svg">{MARKED}</svg>'),
    "XML": ("x.xml", "text/xml", f'<x xmlns="http://www.w3.org/1999/xhtml">{MARKED}</x>'),
    "HTML that says it is a picture": ("x.png", "image/png", f"<!doctype html>{MARKED}"),
    "HTML that says it is text": ("x.txt", "text/plain", f"<!doctype html>{MARKED}"),
    "HTML of no type": ("x.html", "application/octet-stream", f"<!doctype html>{MARKED}"),
    "a script": ("x.js", "text/javascript", "document.title = 'stolen'"),
}


@pytest.mark.parametrize("stored", FILES.values(), ids=FILES)
def test_a_stored_file_does_not_run(victim, api, site, stored):
    """Stored XSS by contents, even where somebody adds `inline` to the link, which Swift does not sign."""
    name, declared, contents = stored
    file = api.upload(contents.encode(), name=name, type=declared)
    ours = site.url + file["download_url"]
    link = api.get(file["download_url"]).headers["location"]
    for address in (ours, f"{ours}?inline", link, f"{link}&inline"):
        try:
            victim.goto(address)
        except Exception as error:
            if "Download is starting" not in str(error) and "ERR_ABORTED" not in str(error):
                raise
        assert victim.title() != "stolen"
        assert victim.url.startswith(("about:", site.url, "http://127.0.0.1"))


def test_a_cross_site_form_changes_nothing(victim, api, site, evil):
    """CSRF by a form, which needs no permission to be sent."""
    evil.pages["/form"] = (
        f'<form method="post" enctype="text/plain" action="{site.url}/api/uploads">'
        '<input name=\'{"name":"evil.txt","size":0,"type":"text/plain","x":"\' value=\'"}\'></form>'
        "<script>document.forms[0].submit()</script>"
    )
    with victim.expect_response("**/api/uploads") as answer:
        victim.goto(f"{evil.url}/form")
    assert answer.value.status == 403
    assert names(api) == ["own.txt"]


SENT = {
    "a deletion": "fetch(`${SITE}/api/files/${ID}`, {method: 'DELETE', credentials: 'include'})",
    "an upload": "fetch(`${SITE}/api/uploads`, {method: 'POST', mode: 'no-cors', credentials: 'include'})",
    "a sign-out": "fetch(`${SITE}/auth/sign-out`, {method: 'POST', mode: 'no-cors', credentials: 'include'})",
    "a look": "fetch(`${SITE}/api/files`, {credentials: 'include'})",
    "a look without permission": "fetch(`${SITE}/api/files`, {mode: 'no-cors', credentials: 'include'})",
}


@pytest.mark.parametrize("script", SENT.values(), ids=SENT)
def test_a_cross_site_script_changes_and_learns_nothing(victim, api, site, evil, script):
    evil.pages["/script"] = "<h1>evil</h1>"
    victim.goto(f"{evil.url}/script")
    told = victim.evaluate(
        f"""async ([SITE, ID]) => {{
            try {{ return await (await {script}).text(); }} catch (error) {{ return ""; }}
        }}""",
        [site.url, victim.file["id"]],
    )
    assert told == ""
    assert names(api) == ["own.txt"]


def test_the_page_can_t_be_framed(victim, site, evil):
    """Clickjacking."""
    evil.pages["/frame"] = f'<iframe src="{site.url}/"></iframe>'
    victim.goto(f"{evil.url}/frame")
    victim.wait_for_timeout(500)
    framed = next(frame for frame in victim.frames if frame is not victim.main_frame)
    assert framed.url.startswith("chrome-error:") or framed.evaluate("document.body.innerHTML") == ""


def test_a_script_does_not_see_the_cookie(victim, site, api):
    victim.goto(site.url)
    assert victim.evaluate("document.cookie") == ""
    assert all(value not in victim.content() for value in api.cookies.values())


def test_an_injected_script_does_not_run_and_reaches_no_other_site(victim, site, evil):
    """What the page's policy is for, should there ever be a hole."""
    victim.goto(site.url)
    injected = "const s = document.createElement('script'); s.textContent = \"document.title='stolen'\";"
    victim.evaluate(f"() => {{ {injected} document.body.append(s); }}")
    assert victim.title() != "stolen"
    leaked = victim.evaluate("url => fetch(url).then(() => 'sent', () => 'refused')", evil.url)
    assert leaked == "refused"
    pictures = """url => new Promise(resolve => {
        const image = new Image();
        image.onload = image.onerror = event => resolve(event.type);
        image.src = url; })"""
    assert victim.evaluate(pictures, f"{evil.url}/x.png") == "error"


def test_an_opened_window_has_no_hold_on_the_page(victim, site, evil):
    evil.pages["/opener"] = "<h1>evil</h1>"
    victim.goto(f"{evil.url}/opener")
    with victim.expect_popup() as popup:
        victim.evaluate("url => { window.opened = open(url); }", site.url)
    popup.value.wait_for_load_state()
    victim.wait_for_timeout(200)
    assert victim.evaluate("window.opened.closed") is True


def test_a_link_to_elsewhere_does_not_tell_where_one_was(victim, site):
    answer = victim.goto(site.url)
    assert answer.headers["referrer-policy"] == "no-referrer"
