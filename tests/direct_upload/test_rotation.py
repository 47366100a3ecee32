"""A new application secret in the middle of an upload, by `direct-upload rotate`."""

import httpx
import pytest
import swiftclient

from swift_store import account_keys
from swift_store.dev import EmbeddedSwift
from swift_store.dev.changes import like_rgw
from swift_store.keys import tempurl_keys

MIB = 1 << 20
DAY = 86400
BODY = bytes(range(256)) * 4 * 1024 * 3
OLD, NEW = "0123456789abcdef" * 2, "fedcba9876543210" * 2
BOTH = {"DIRECT_UPLOAD_SECRET": NEW, "DIRECT_UPLOAD_OLD_SECRETS": OLD}
NEW_ONLY = {"DIRECT_UPLOAD_SECRET": NEW}


@pytest.fixture(scope="module")
def gateway():
    """A cluster like Ceph's RGW, with keys of the account only."""
    with EmbeddedSwift(background_seconds=0, changes=like_rgw()) as cluster:
        yield cluster


@pytest.fixture
def account(gateway):
    """The headers of that cluster's account; what was there is taken away first."""
    connection = swiftclient.Connection(gateway.auth_url, gateway.user, gateway.key, retries=0)
    connection.post_account({account_keys.KEY: "", account_keys.OLD_KEY: ""})
    yield connection.head_account
    connection.close()


@pytest.fixture
def rotate(invoke):
    """A function that rotates with the changed settings of an environment; returns status and output."""

    def run(environ, changed, *options):
        done = invoke(environ | changed, "rotate", *options)
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture(params=["keys of containers", "keys of the account"])
def environ(request, prepared):
    """That of a site under the old secret, on each kind of cluster."""
    if request.param == "keys of containers":
        return prepared(secret=OLD)
    request.getfixturevalue("account")
    return prepared(secret=OLD, cluster=request.getfixturevalue("gateway"))


@pytest.fixture
def started(run_site, ready, api_of):
    """A function that starts a site and gives a client of it."""

    def start(environ):
        site = run_site(environ)
        ready(site)
        return site, api_of(site)

    return start


def test_an_upload_goes_on_over_a_change_of_secret(environ, rotate, started):
    first, api = started(environ)
    upload = api.begin(BODY, segment_size=MIB).send(0)
    assert "secrets.token_hex" in rotate(environ, {})[1]

    # Swift learns the new key while the site still runs with the old one.
    for _ in range(2):
        code, said = rotate(environ, BOTH)
        assert (code, "Restart every replica" in said) == (0, True)
    upload.send(1)
    upload.target = upload.renew().json()["target"]
    first.end()

    second, _ = started(environ | BOTH)
    upload.send(2)
    file = upload.complete()
    assert file.status_code == 201
    assert api.get("/api/files").json()["files"] == [file.json()]
    under_old = upload.target["query"]
    assert upload.renew().json()["target"]["query"] != under_old
    assert under_old not in second.log
    second.end()


def test_the_old_secret_is_worth_something_until_its_last_ticket_ends(environ, rotate, started):
    site, api = started(environ)
    upload = api.begin(BODY, segment_size=MIB).send(0)
    assert rotate(environ, BOTH)[0] == 0

    code, said = rotate(environ, NEW_ONLY)
    assert (code, "may go on until" in said) == (1, True)
    assert httpx.head(upload.url(0)).status_code == 200
    code, said = rotate(environ, NEW_ONLY, "--now")
    assert (code, "worth nothing" in said) == (0, True)
    assert httpx.head(upload.url(0)).status_code == 401
    site.end()

    last, api = started(environ | NEW_ONLY)
    file = api.upload(BODY, segment_size=MIB)
    assert httpx.get(api.get(file["download_url"]).headers["location"]).content == BODY
    assert rotate(environ, NEW_ONLY)[1].startswith("Swift has the key of this secret and no other.")
    assert last.end() == 0


def test_after_a_leak_the_old_secret_ends_at_once(environ, rotate, started):
    site, api = started(environ)
    upload = api.begin(b"x").send()
    assert rotate(environ, NEW_ONLY, "--now")[0] == 0
    assert httpx.head(upload.url(0)).status_code == 401
    assert rotate(environ, NEW_ONLY)[1].startswith("Swift has the key of this secret and no other.")
    site.end()


def test_of_an_account_s_keys_only_ours_are_changed(prepared, rotate, account, gateway):
    connection = swiftclient.Connection(gateway.auth_url, gateway.user, gateway.key, retries=0)
    connection.post_account({account_keys.KEY: "somebody else's"})
    environ = prepared(secret=OLD, cluster=gateway)
    assert rotate(environ, NEW_ONLY, "--now")[0] == 0
    (ours,) = tempurl_keys([NEW], environ["DIRECT_UPLOAD_CONTAINER"])
    found = account()
    assert (found[account_keys.KEY], found[account_keys.OLD_KEY]) == ("somebody else's", ours.decode())
    connection.close()


def test_tickets_that_live_longer_than_new_ones_are_waited_for(prepared, rotate, invoke):
    environ = prepared(secret=OLD)
    month = {"DIRECT_UPLOAD_TICKET_LIFETIME": str(30 * DAY)}
    assert invoke(environ | month, "sweep").returncode == 0
    dates = {rotate(environ, BOTH | lifetime)[1].split("From ")[1][:10] for lifetime in ({}, month)}
    assert len(dates) == 1
    assert rotate(environ, NEW_ONLY)[1].split("until ")[1][:10] in dates


def test_the_end_at_once_is_refused_while_the_old_secret_is_kept(prepared, rotate):
    """After a leak, nobody must believe that it is over."""
    environ = prepared(secret=OLD)
    code, said = rotate(environ, BOTH, "--now")
    assert (code, "Unset that" in said) == (2, True)
    assert rotate(environ, {})[1].startswith("Swift has the key of this secret and no other.")


def test_a_new_secret_without_the_old_one_is_refused(prepared, rotate):
    """It would end all running uploads."""
    code, said = rotate(prepared(secret=OLD), NEW_ONLY)
    assert (code, "DIRECT_UPLOAD_OLD_SECRETS" in said, NEW in said) == (1, True, False)


def test_before_setup_there_is_nothing_to_change(prepared, rotate):
    code, said = rotate(prepared(), {"DIRECT_UPLOAD_CONTAINER": "never-made"})
    assert (code, "direct-upload setup" in said) == (1, True)
