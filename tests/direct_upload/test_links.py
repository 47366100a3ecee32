"""Links to a file: made, followed, limited and revoked, against real Swift."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx
import pytest

from swift_store.private_store import private_container


@pytest.fixture
def file(api):
    return api.upload(b"linked", name="linked.txt")


@pytest.fixture
def make(api, file):
    """A function that makes a link to the file."""

    def make(**wish):
        answer = api.post(f"/api/files/{file['id']}/links", json={"expires_in": 600, **wish})
        assert answer.status_code == 201
        return answer.json()

    return make


@pytest.fixture
def stranger(api_of, site):
    """Somebody with no cookie of the owner's."""
    return api_of(site)


@pytest.fixture
def records(connection, site):
    """A function that names all records of links."""
    container = private_container(site.environ["DIRECT_UPLOAD_CONTAINER"])
    return lambda: [one["name"] for one in connection.get_container(container, prefix="links/")[1]]


def links_of(api, file):
    return api.get(f"/api/files/{file['id']}/links").json()["links"]


def contents(answer):
    assert answer.status_code == 302
    return httpx.get(answer.headers["location"]).content


def test_whoever_has_the_link_has_the_file(make, stranger):
    link = make()
    for _ in range(2):
        assert contents(stranger.get(link["url"])) == b"linked"
    assert "set-cookie" not in stranger.get(link["url"]).headers


def test_the_owner_sees_the_link_but_not_its_address_again(api, file, make):
    link = make(once=True, addresses="192.0.2.0/24")
    (listed,) = links_of(api, file)
    assert listed == {name: value for name, value in link.items() if name != "url"}
    assert link["id"] not in link["url"]


def test_a_revoked_link_opens_no_more(api, file, make, stranger):
    link, other = make(), make()
    path = f"/api/files/{file['id']}/links/{link['id']}"
    assert [api.delete(path).status_code for _ in range(2)] == [204, 404]
    assert stranger.get(link["url"]).status_code == 404
    assert contents(stranger.get(other["url"])) == b"linked"
    assert [one["id"] for one in links_of(api, file)] == [other["id"]]


def test_a_link_for_one_time_opens_one_time(api, file, make, stranger):
    link = make(once=True)
    assert contents(stranger.get(link["url"])) == b"linked"
    assert stranger.get(link["url"]).json()["code"] == "not-found"
    assert links_of(api, file) == []


def signed_until(answer):
    return int(httpx.URL(answer.headers["location"]).params["temp_url_expires"])


def test_where_a_link_leads_ends_with_the_link(make, stranger):
    link = make(expires_in=30)
    ends_at = datetime.fromisoformat(link["expires_at"]).timestamp()
    assert signed_until(stranger.get(link["url"])) == ends_at
    now = time.time()
    assert now + 60 < signed_until(stranger.get(make()["url"]))


def test_where_a_link_for_one_time_leads_ends_within_a_minute(make, stranger):
    opened = stranger.get(make(once=True)["url"])
    assert signed_until(opened) <= time.time() + 60
    short = make(once=True, expires_in=10)
    ends_at = datetime.fromisoformat(short["expires_at"]).timestamp()
    assert signed_until(stranger.get(short["url"])) == ends_at


def test_of_many_visitors_at_once_one_gets_it(make):
    link = make(once=True)
    with ThreadPoolExecutor(5) as pool:
        statuses = list(pool.map(lambda _: httpx.get(link["url"]).status_code, range(5)))
    assert statuses.count(302) <= 1
    assert set(statuses) <= {302, 404, 503}


def test_a_look_without_download_does_not_use_it_up(make, stranger):
    """Programs that preview links in chats ask for the headers first."""
    link = make(once=True)
    assert httpx.head(link["url"]).status_code == 405
    assert contents(stranger.get(link["url"])) == b"linked"


def test_a_link_ends_and_is_forgotten(api, file, make, stranger, eventually):
    link = make(expires_in=10)
    assert contents(stranger.get(link["url"])) == b"linked"
    begun = time.monotonic()
    eventually(lambda: stranger.get(link["url"]).status_code == 404)
    assert time.monotonic() - begun < 15
    assert links_of(api, file) == []


def over_ipv4(link):
    """The link's address, opened from 127.0.0.1: where "localhost" leads is the system's choice."""
    return link["url"].replace("localhost", "127.0.0.1")


def test_a_link_opens_for_its_addresses_only(make, stranger):
    assert stranger.get(over_ipv4(make(addresses="192.0.2.0/24"))).status_code == 404
    opened = stranger.get(over_ipv4(make(addresses="127.0.0.0/8")))
    assert "temp_url_ip_range=127.0.0.0" in opened.headers["location"]
    assert contents(opened) == b"linked"


def test_swift_too_keeps_other_addresses_out(make, stranger):
    """Whoever passes the signed address on gives away nothing."""
    location = stranger.get(over_ipv4(make(addresses="127.0.0.1"))).headers["location"]
    reached = httpx.URL(location).host
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(transport=elsewhere) as somebody_else:
        assert reached == "127.0.0.1"
        assert somebody_else.get(location).status_code == 401
    assert httpx.get(location.replace("127.0.0.1%2F32", "0.0.0.0%2F0")).status_code == 401
    assert httpx.get(location).content == b"linked"


def test_a_made_up_address_opens_nothing(make, stranger):
    link = make(addresses="192.0.2.0/24")
    assert stranger.get(link["url"], headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404


def test_a_link_to_a_deleted_file_opens_nothing_and_nothing_is_left_of_it(api, file, make, stranger, records):
    links, others = [make(), make(once=True)], api.upload(b"other")
    kept = api.post(f"/api/files/{others['id']}/links", json={"expires_in": 60}).json()
    assert api.delete(f"/api/files/{file['id']}").status_code == 204
    assert [stranger.get(link["url"]).status_code for link in links] == [404, 404]
    ids = {name.rsplit("/", 1)[1] for name in records()}
    assert {link["id"] for link in (*links, kept)} & ids == {kept["id"]}


WRONG = {
    "too short": {"expires_in": 1},
    "too long": {"expires_in": 10**9},
    "no time": {},
    "no network": {"expires_in": 60, "addresses": "here"},
    "a host within a network": {"expires_in": 60, "addresses": "192.0.2.1/24"},
    "lines to be signed": {"expires_in": 60, "addresses": "::1%a\nPUT\n2000000000"},
    "something else": {"expires_in": 60, "owner": "me"},
}


@pytest.mark.parametrize("wish", WRONG.values(), ids=WRONG)
def test_a_wrong_wish_is_refused(api, file, wish):
    answer = api.post(f"/api/files/{file['id']}/links", json=wish)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-request")


@pytest.mark.parametrize("text", ["x", "A" * 72, "A" * 71, "A" * 64, "..%2F..%2Ftokens", "%00", "A" * 5000])
def test_a_made_up_link_opens_nothing(stranger, text):
    answer = stranger.get(f"/l/{text}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_another_secret_opens_nothing(make, stranger):
    url = make()["url"]
    changed = url[:-1] + ("A" if url[-1] != "A" else "B")
    assert stranger.get(changed).status_code == 404


def test_only_what_can_t_run_is_shown_in_the_browser(api, stranger):
    for declared, shown in (
        ("image/png", True),
        ("text/plain", True),
        ("image/svg+xml", False),
        ("text/html", False),
    ):
        file = api.upload(b"x", name="x", type=declared)
        link = api.post(f"/api/files/{file['id']}/links", json={"expires_in": 60}).json()
        for address in (f"{link['url']}?inline", f"{file['download_url']}?inline"):
            location = (stranger if "/l/" in address else api).get(address).headers["location"]
            disposition = httpx.get(location).headers["content-disposition"]
            assert disposition.startswith("inline" if shown else "attachment")
