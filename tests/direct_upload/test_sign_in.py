"""Signing in at a real OpenID Connect provider, in a real Chromium: who is let in, and who sees what."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import expect

PATIENCE_MS = 30_000
SESSION = "direct-upload-session"
# An upload as a page does it, with nothing but the browser's own cookie.
UPLOAD = """async (name) => {
  const post = async (path, body) => (await fetch(path, {method: "POST", body: JSON.stringify(body)})).json();
  const created = await post("/api/uploads", {name, size: 5, type: "text/plain"});
  const {url, query} = created.target;
  const put = await fetch(`${url}00000000?${query}`, {method: "PUT", body: "hello"});
  const md5 = put.headers.get("etag").replaceAll('"', "");
  return post(`/api/uploads/${created.id}/complete`, {ticket: created.ticket, segments: [md5]});
}"""
GET = "async (path) => { const answer = await fetch(path); return [answer.status, await answer.json()]; }"
SIGN_OUT = "async () => (await (await fetch('/auth/sign-out', {method: 'POST'})).json()).location"


class Person:
    """A browser of its own, with what somebody does in it."""

    def __init__(self, chromium, site):
        self.site = site
        self.context = chromium.new_context()
        # The provider's pages ask for fonts of another site.
        self.context.route(re.compile(r"^https://"), lambda route: route.abort())
        self.page = self.context.new_page()

    def sign_in(self, name, path="/"):
        """Open an address of the site, and sign in where it leads."""
        self.page.goto(self.site.url + path)
        self.at_provider(name)
        self.page.wait_for_url(f"{self.site.url}/**", timeout=PATIENCE_MS)

    def at_provider(self, name):
        expect(self.page.locator("input[name=login]")).to_be_visible(timeout=PATIENCE_MS)
        self.page.fill("input[name=login]", name)
        self.page.fill("input[name=password]", "any")
        self.page.click("button[type=submit]")
        self.page.click("button[type=submit]")

    def get(self, path):
        return self.page.evaluate(GET, path)

    def names(self):
        return [file["name"] for file in self.get("/api/files")[1]["files"]]

    def cookie(self, name=SESSION):
        return next((one for one in self.context.cookies() if one["name"] == name), None)


@pytest.fixture
def person(chromium, oidc_site):
    """A function that gives somebody a browser."""
    people = []

    def make():
        people.append(Person(chromium, oidc_site))
        return people[-1]

    yield make
    for one in people:
        one.context.close()


def test_somebody_signs_in_uploads_and_signs_out_and_the_next_one_sees_nothing_of_it(person):
    ann = person()
    ann.sign_in("ann")
    assert ann.get("/api/session") == [
        200,
        {"identity": "oidc", "name": "Ann Example", "sign_in_url": None, "sign_out_url": "/auth/sign-out"},
    ]
    file = ann.page.evaluate(UPLOAD, "ann.txt")
    assert ann.names() == ["ann.txt"]

    ann.page.goto(ann.page.evaluate(SIGN_OUT))
    ann.page.click("text=Yes, sign me out")
    expect(ann.page.get_by_role("heading")).to_have_text("Signed out", timeout=PATIENCE_MS)
    assert ann.cookie() is None
    refused = ann.context.request.get(f"{ann.site.url}/api/files")
    problem = refused.json()
    assert (refused.status, problem["code"], problem["sign_in_url"]) == (
        401,
        "sign-in-needed",
        "/auth/sign-in",
    )

    # The same browser, the next person.
    ann.page.click("text=Sign in again")
    ann.at_provider("ben")
    ann.page.wait_for_url(f"{ann.site.url}/")
    assert ann.get("/api/session")[1]["name"] == "Ben Example"
    assert ann.names() == []
    assert ann.get(f"/api/files/{file['id']}")[0] == 404


def test_the_page_s_own_upload_works_for_somebody_who_signed_in(person, eventually):
    cleo = person()
    cleo.sign_in("cleo")
    upload = {"name": "page.txt", "mimeType": "text/plain", "buffer": b"by the page"}
    cleo.page.get_by_test_id("file-input").set_input_files([upload])
    eventually(lambda: cleo.names() == ["page.txt"])


def test_the_same_person_has_the_same_files_in_another_browser(person):
    first, second = person(), person()
    first.sign_in("dora")
    first.page.evaluate(UPLOAD, "dora.txt")
    second.sign_in("dora")
    assert second.names() == ["dora.txt"]


def test_after_signing_in_one_is_where_one_wanted_to_be(person):
    emil = person()
    emil.sign_in("emil", "/auth/sign-in?next=/api/session")
    assert urlsplit(emil.page.url).path == "/api/session"


def test_a_link_to_a_file_leads_through_the_sign_in(person):
    fay = person()
    fay.sign_in("fay")
    file = fay.page.evaluate(UPLOAD, "fay.txt")
    fay.context.clear_cookies()
    with fay.page.expect_download() as download:
        try:
            fay.page.goto(fay.site.url + file["download_url"])
            fay.at_provider("fay")
        except Exception as error:
            if "download" not in str(error).lower():
                raise
    assert download.value.suggested_filename == "fay.txt"


def test_the_session_is_new_at_each_sign_in(person):
    """Session fixation: what was planted before has no part in it."""
    gus = person()
    gus.sign_in("gus")
    planted = gus.cookie()["value"]
    gus.page.goto(gus.site.url + "/auth/sign-in")
    gus.page.wait_for_url(f"{gus.site.url}/")
    assert gus.cookie()["value"] != planted


def test_scripts_do_not_see_the_session(person):
    hal = person()
    hal.sign_in("hal")
    cookie = hal.cookie()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    assert hal.page.evaluate("document.cookie") == ""


def test_a_sign_in_that_another_browser_began_is_refused(person, oidc_site):
    """Login CSRF: the victim is sent the end of the attacker's sign-in, to upload into his account."""
    attacker, victim = person(), person()
    ends = []
    attacker.page.on("request", lambda request: ends.append(request.url) if "?code=" in request.url else None)
    attacker.page.goto(oidc_site.url)
    # Without its cookie the attacker's browser does not use the code up.
    attacker.context.clear_cookies(name="direct-upload-sign-in")
    attacker.at_provider("mallory")
    expect(attacker.page.get_by_role("heading")).to_have_text("Not signed in")
    answer = victim.page.goto(ends[0])
    assert answer.status == 400
    expect(victim.page.get_by_role("heading")).to_have_text("Not signed in")
    assert victim.cookie() is None
    # The same with a sign-in of the victim's own under way.
    victim.page.goto(oidc_site.url)
    answer = victim.page.goto(ends[0])
    assert (answer.status, victim.cookie()) == (400, None)


@pytest.fixture
def web(oidc_site):
    """A client without a browser's habits."""
    with httpx.Client(base_url=oidc_site.url, verify=False) as client:  # noqa: S501 - plain HTTP
        yield client


def test_the_way_to_the_provider_has_all_that_protects_it(web, oidc_site):
    answer = web.get("/auth/sign-in")
    url = urlsplit(answer.headers["location"])
    sent = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert f"{url.scheme}://{url.netloc}" == oidc_site.provider.issuer
    assert (sent["response_type"], sent["code_challenge_method"]) == ("code", "S256")
    assert sent["redirect_uri"] == f"{oidc_site.url}/auth/callback"
    assert all(len(sent[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    again = parse_qs(urlsplit(web.get("/auth/sign-in").headers["location"]).query)
    assert not {sent[name] for name in ("state", "nonce", "code_challenge")} & {
        again[name][0] for name in ("state", "nonce", "code_challenge")
    }
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))


ANSWERS = {
    "nothing": "",
    "a code without a state": "?code=abc",
    "another state": "?code=abc&state=abc",
    "an error": "?error=access_denied&state={state}",
    "another provider": "?code=abc&state={state}&iss=https%3A%2F%2Fevil.example",
    "a made-up code": "?code=abc&state={state}",
    "no code": "?state={state}",
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_the_provider_did_not_give_signs_nobody_in(web, answer):
    location = web.get("/auth/sign-in").headers["location"]
    state = parse_qs(urlsplit(location).query)["state"][0]
    refused = web.get("/auth/callback" + answer.format(state=state))
    assert refused.status_code == 400
    assert SESSION not in web.cookies
    assert "Sign in again" in refused.text


def test_an_error_text_of_the_address_is_not_in_the_page(web):
    refused = web.get("/auth/callback?error=<script>alert(1)</script>&state=x")
    assert "alert(1)" not in refused.text


def test_another_site_s_page_can_t_sign_anybody_out(web):
    refused = web.post("/auth/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert (refused.status_code, refused.json()["code"]) == (403, "cross-site")
    assert "set-cookie" not in refused.headers
    assert web.get("/auth/sign-out").status_code == 405


def test_programs_are_told_to_sign_in_and_not_sent_there(web):
    refused = web.post("/api/uploads", json={"name": "a", "size": 1, "type": "a/b"})
    assert (refused.status_code, refused.json()["code"]) == (401, "sign-in-needed")
    assert refused.headers["www-authenticate"] == "Bearer"


def test_without_a_sign_in_on_the_site_there_is_nothing_at_its_addresses(site):
    with httpx.Client(base_url=site.url, verify=False) as web:  # noqa: S501 - plain HTTP
        for method, path in (
            ("GET", "sign-in"),
            ("GET", "callback"),
            ("POST", "sign-out"),
            ("GET", "signed-out"),
        ):
            assert web.request(method, f"/auth/{path}").json()["code"] == "not-found"
        assert web.get("/api/session").json() == {
            "identity": "anonymous", "name": None, "sign_in_url": None, "sign_out_url": None,
        }  # fmt: skip


def test_a_provider_that_is_gone_is_a_page_that_says_so(prepared, run_site, run_provider, ready):
    provider = run_provider("http://localhost:1")
    running = run_site(prepared(identity="oidc", oidc_issuer=provider.issuer, oidc_client_id="site"))
    ready(running)
    provider.end()
    answer = httpx.get(f"{running.url}/auth/sign-in")
    assert (answer.status_code, "be reached right now" in answer.text) == (503, True)
    assert running.end() == 0


def test_the_log_of_a_sign_in_holds_no_code_state_or_session(person, oidc_site):
    ida = person()
    seen = []
    ida.page.on("request", lambda request: seen.append(request.url))
    ida.sign_in("ida")
    end = next(url for url in seen if "/auth/callback?" in url)
    hidden = [
        value for values in parse_qs(urlsplit(end).query).values() for value in values if len(value) > 30
    ]
    hidden += [ida.cookie()["value"], oidc_site.provider.client_secret]
    assert len(hidden) >= 4
    assert [secret for secret in hidden if secret in oidc_site.log] == []
