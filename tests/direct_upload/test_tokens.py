"""API tokens: made and revoked by the command line, used by programs."""

import hashlib
import json
from hmac import compare_digest

import pytest

from direct_upload.identity.tokens import TokenBook, bearer_token
from swift_store import api_tokens
from swift_store.errors import Problem
from swift_store.links import LinkAddress
from swift_store.private_store import private_container

OWNER = "0123456789abcdef" * 2
NOW = 1_800_000_000
KEY = b"k" * 32
TEXT, TOKEN = api_tokens.new_token(
    "backup", OWNER, now=NOW, lifetime=60, randomness=bytes(range(41)), key=KEY
)


@pytest.fixture(scope="module")
def new_token(command, site):
    """A function that makes a token by the command line; returns its text."""

    def make(name, *options):
        done = command(site.environ, "token", "create", name, *options)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return make


@pytest.fixture
def bearer(api_of, site):
    """A function that makes a client with a token."""
    return lambda text, **more: api_of(site, headers={"Authorization": f"Bearer {text}", **more})


def test_a_program_uploads_and_lists_with_its_token(new_token, bearer):
    text = new_token("backup")
    file = bearer(text).upload()
    assert bearer(text).get("/api/files").json()["files"] == [file]
    session = bearer(text).get("/api/session").json()
    assert (session["identity"], session["name"]) == ("token", "backup")


def test_each_token_has_files_of_its_own(new_token, bearer):
    one, other = bearer(new_token("one")), bearer(new_token("other"))
    one.upload()
    assert other.get("/api/files").json()["files"] == []


def test_a_token_can_stand_for_an_owner(new_token, bearer, api, connection, site):
    file = api.upload()
    names = connection.get_container(site.environ["DIRECT_UPLOAD_CONTAINER"], prefix="files/")[1]
    owner = next(one["name"].split("/")[1] for one in names if file["id"] in one["name"])
    assert bearer(new_token("helper", "--owner", owner)).get("/api/files").json()["files"] == [file]


def test_a_revoked_token_is_refused_and_not_listed(command, site, new_token, bearer, eventually):
    text = new_token("short-lived")
    client = bearer(text)
    assert client.get("/api/files").status_code == 200
    listed = command(site.environ, "token", "list").stdout
    assert "short-lived" in listed
    assert text not in listed
    assert command(site.environ, "token", "revoke", "short-lived").returncode == 0
    eventually(lambda: client.get("/api/files").status_code == 401)
    assert "short-lived" not in command(site.environ, "token", "list").stdout


def test_a_wrong_token_is_nobody_even_with_a_good_cookie(api, new_token):
    api.upload()
    right = new_token("right")
    wrong = right[:-1] + ("A" if right[-1] != "A" else "B")
    for text in (wrong, "x", "du_0000000000000000_" + "A" * 52, right + "A"):
        answer = api.get("/api/files", headers={"Authorization": f"Bearer {text}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid-token")


def test_a_token_needs_no_header_of_a_browser_and_no_cookie_is_set(new_token, bearer):
    client = bearer(new_token("cli"), Origin="https://elsewhere.example")
    answer = client.post("/api/uploads", json={"name": "a", "size": 1, "type": "a/b"})
    assert answer.status_code == 201
    assert "set-cookie" not in answer.headers


def test_a_bad_token_does_not_open_what_is_closed_to_other_sites(api):
    headers = {"Authorization": "Bearer x", "Sec-Fetch-Site": "cross-site"}
    assert api.post("/api/uploads", json={}, headers=headers).status_code == 401
    assert api.post("/auth/sign-out", headers=headers).status_code == 403


def test_swift_and_the_log_hold_no_token(new_token, bearer, connection, site):
    text = new_token("hidden")
    bearer(text).upload()
    container = private_container(site.environ["DIRECT_UPLOAD_CONTAINER"])
    record = connection.get_object(container, f"tokens/{text.split('_')[1]}")[1]
    assert json.loads(record)["digest"] == hashlib.sha256(text.encode()).hexdigest()
    secret = text.split("_", 2)[2]
    assert secret.encode() not in record
    assert secret not in site.log


FAULTS = {
    "both": (("create", "x", "--identity", "a", "--owner", OWNER), "one of"),
    "a bad owner": (("create", "x", "--owner", "me"), "32"),
    "an identity on an anonymous site": (("create", "x", "--identity", "a"), "anonymous"),
    "an unknown token": (("revoke", "nothing"), "no such token"),
    "a bad time": (("create", "x", "--days", "0"), "days"),
}


@pytest.mark.parametrize(("arguments", "named"), FAULTS.values(), ids=FAULTS)
def test_a_wrong_command_says_what_is_wrong(command, site, arguments, named):
    done = command(site.environ, "token", *arguments)
    assert done.returncode != 0
    assert named in done.stderr


def test_without_swift_a_command_says_what_to_do(command, tmp_path):
    done = command({"DIRECT_UPLOAD_DATA_DIR": str(tmp_path)}, "token", "list")
    assert (done.returncode, "direct-upload serve" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    "text",
    [TEXT, TEXT[:-1] + "x", "x" + TEXT[1:], "x", ""],
    ids=["right", "wrong at the end", "wrong at once", "short", "empty"],
)
def test_the_comparison_takes_as_long_for_a_wrong_token_as_for_a_right_one(monkeypatch, text):
    """By construction: hashes of one length are compared, once, and by the function that is made for it."""
    compared = []

    def spy(one, other):
        compared.append((len(one), len(other)))
        return compare_digest(one, other)

    monkeypatch.setattr(api_tokens.hmac, "compare_digest", spy)
    assert TOKEN.is_valid(text, now=NOW) is (text == TEXT)
    assert compared == [(64, 64)]


def test_a_token_ends_with_its_time():
    assert TOKEN.is_valid(TEXT, now=NOW + 59)
    assert not TOKEN.is_valid(TEXT, now=NOW + 60)


def test_a_record_comes_back_and_a_damaged_one_is_none():
    assert api_tokens.from_record(TOKEN.record()) == TOKEN
    assert api_tokens.from_record({}) is None
    assert api_tokens.from_record(TOKEN.record() | {"owner": "../x"}) is None


def test_a_token_shows_in_no_repr():
    assert TOKEN.digest not in repr(TOKEN)


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer x", "x"), ("bearer  x", "x"), ("Bearer", ""), ("Basic x", None), ("", None), (None, None)],
)
def test_where_a_token_is_read_from(header, token):
    assert bearer_token(header) == token


@pytest.mark.anyio
async def test_a_token_is_asked_for_once_in_a_while():
    asked, now = [], [NOW]

    async def read(name):
        asked.append(name)
        return TOKEN.record() if name.endswith(TOKEN.id) else None

    book = TokenBook(read, lambda: KEY, lambda: now[0])
    for _ in range(3):
        assert (await book.caller_of(TEXT)).owner == OWNER
    revoked, _ = api_tokens.new_token("x", OWNER, now=NOW, lifetime=60, randomness=b"r" * 41, key=KEY)
    for _ in range(3):
        with pytest.raises(Problem):
            await book.caller_of(revoked)
    assert len(asked) == 2
    now[0] += 11
    await book.caller_of(TEXT)
    assert len(asked) == 3


def invented(number):
    """A token as anybody can make them up, who has seen one of ours."""
    made = api_tokens.new_token(
        "x",
        OWNER,
        now=NOW,
        lifetime=60,
        randomness=number.to_bytes(41),
        key=b"my own key, of thirty-two bytes.",
    )
    return made[0]


@pytest.mark.anyio
async def test_for_invented_tokens_nobody_is_asked():
    async def read(name):
        raise AssertionError(name)

    book = TokenBook(read, lambda: KEY, lambda: NOW)
    for text in (*map(invented, range(10)), "x", TEXT[:-1], TEXT + "A", TEXT[:-1] + "A", ""):
        with pytest.raises(Problem):
            await book.caller_of(text)


def test_invented_tokens_and_links_do_not_reach_swift(bearer, api_of, site, relay, new_token):
    kept = bearer(new_token("kept"))
    stranger = api_of(site)
    kept.get("/api/session")
    before = relay.bytes
    for number in range(20):
        assert bearer(invented(number)).get("/api/files").status_code == 401
        link = LinkAddress(OWNER, f"01912345-6789-7abc-8def-{number:012d}", bytes(16)).text(bytes(32))
        assert stranger.get(f"/l/{link}").status_code == 404
    assert relay.bytes == before


@pytest.fixture
def anyio_backend():
    return "asyncio"
