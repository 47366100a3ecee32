"""A Swift that lets uploaders read other people's files: the site signs nothing, and doctor says why."""

import asyncio
from contextlib import ExitStack, suppress

import httpx
import pytest
from swiftclient.client import Connection

from direct_upload.storage import Storage
from direct_upload.swift_guard import RECORD
from swift_store.dev import EmbeddedSwift
from swift_store.dev.changes import tempurl_that_takes
from swift_store.observer import SwiftObserver
from swift_store.private_store import private_container
from swift_store.settings import Settings, from_environ

SECRET = "an application secret of the tests, long enough"
WISH = {"name": "a.txt", "size": 1, "type": "text/plain"}


@pytest.fixture(scope="module")
def weak_environ(command):
    """A prepared container in an older Swift."""
    with EmbeddedSwift(background_seconds=0, changes=tempurl_that_takes("x-copy-from")) as cluster:
        environ = {**cluster.environ, "DIRECT_UPLOAD_SECRET": SECRET, "DIRECT_UPLOAD_PORT": "0"}
        assert command(environ, "setup").returncode == 0
        yield environ


def test_the_site_signs_nothing_and_says_what_is_wrong(weak_environ, run_site, eventually):
    site = run_site(weak_environ)
    eventually(lambda: "X-Copy-From" in httpx.get(f"{site.url}/readyz").text)
    for answer in (httpx.get(f"{site.url}/readyz"), httpx.post(f"{site.url}/api/uploads", json=WISH)):
        assert (answer.status_code, answer.json()["code"]) == (503, "not-ready")
    assert "temp_url_sig" not in httpx.get(site.url).text
    assert "X-Copy-From" in site.log
    assert site.end() == 0


def test_the_operator_may_allow_it(weak_environ, run_site, eventually):
    site = run_site(weak_environ | {"DIRECT_UPLOAD_ALLOW_UNSAFE_SWIFT": "1"})
    eventually(lambda: httpx.post(f"{site.url}/api/uploads", json=WISH).status_code == 201)
    assert "X-Copy-From" in site.log
    assert site.end() == 0


@pytest.fixture
def connection_to():
    """A function that connects to the Swift of an environment."""
    with ExitStack() as connections:

        def connect(environ):
            connection = Connection(environ["ST_AUTH"], environ["ST_USER"], environ["ST_KEY"])
            connections.callback(connection.close)
            return connection

        yield connect


@pytest.fixture
def filled(connection_to):
    """A function that fills the container of an environment, up to its quota."""

    def fill(environ):
        container, connection = environ["DIRECT_UPLOAD_CONTAINER"], connection_to(environ)
        connection.put_object(container, "filling", b"x" * 100)
        connection.post_container(container, {"X-Container-Meta-Quota-Bytes": "100"})

    return fill


def test_while_a_full_container_hides_what_swift_lets_uploaders_do_nothing_is_signed(
    weak_environ, command, run_site, filled, eventually
):
    environ = weak_environ | {"DIRECT_UPLOAD_CONTAINER": "full-from-the-beginning"}
    assert command(environ, "setup").returncode == 0
    filled(environ)
    site = run_site(environ)
    eventually(lambda: "can't be told yet" in httpx.get(f"{site.url}/readyz").text)
    refused = httpx.post(f"{site.url}/api/uploads", json=WISH)
    assert (refused.status_code, refused.json()["code"]) == (503, "not-ready")
    assert "413" in site.log
    assert site.end() == 0


def test_a_full_container_does_not_shake_the_trust_in_a_swift_that_was_safe(
    prepared, run_site, ready, api_of, filled
):
    environ = prepared()
    first = run_site(environ)
    ready(first)
    file = api_of(first).upload(b"before")
    assert first.end() == 0
    filled(environ)
    site = run_site(environ)
    ready(site)
    assert api_of(site).begin(b"after").renew().status_code == 200
    assert "413" in site.log
    assert file["size"] == len(b"before")
    assert site.end() == 0


def test_what_was_found_safe_is_forgotten_when_it_is_not_any_more(
    weak_environ, connection_to, run_site, eventually
):
    container = private_container(Settings().container)
    connection_to(weak_environ).put_object(container, RECORD, b'{"signs_prefixes": true}')
    site = run_site(weak_environ)
    eventually(lambda: "X-Copy-From" in httpx.get(f"{site.url}/readyz").text)
    assert site.end() == 0
    assert RECORD not in [one["name"] for one in connection_to(weak_environ).get_container(container)[1]]


def test_doctor_names_the_hole_and_fails(weak_environ, command):
    done = command(weak_environ, "doctor")
    assert done.returncode == 1
    assert "FAULT hazards: Swift lets an uploader do what he must not: X-Copy-From." in done.stdout


def test_doctor_is_content_with_a_sound_swift(prepared, command):
    environ = prepared()
    done = command(environ, "doctor")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "All is well.")


def test_doctor_says_what_setup_would_mend(prepared, command):
    done = command(prepared() | {"DIRECT_UPLOAD_CONTAINER": "never-made"}, "doctor")
    assert done.returncode == 1
    assert "does not exist" in done.stdout
    assert "direct-upload setup" in done.stdout


@pytest.mark.parametrize(
    ("away", "pauses"),
    [({}, [2, 4, 8, 8, 8, 8, 8]), ({"ST_AUTH": "http://127.0.0.1:9/auth/v1.0"}, [2, 4, 8, 8, 8, 8, 8])],
    ids=["before setup", "without Swift"],
)
def test_what_can_t_be_told_yet_is_tried_more_and_more_rarely(swift, away, pauses):
    """Each try is a sign-in, a probe and its deletions, of every worker."""
    environ = {"DIRECT_UPLOAD_SECRET": SECRET, "DIRECT_UPLOAD_CONTAINER": "never-made"}
    storage = Storage(from_environ({**swift.environ, **environ, **away}), SwiftObserver())
    slept = []

    async def sleep(seconds):
        slept.append(seconds)
        if len(slept) == len(pauses):
            raise TimeoutError

    with suppress(TimeoutError):
        asyncio.run(storage.connect(sleep))
    storage.close()
    assert slept == pauses


def test_a_container_that_is_made_later_is_looked_at_then(prepared, run_site, command, ready):
    environ = prepared() | {"DIRECT_UPLOAD_CONTAINER": "made-later"}
    site = run_site(environ)
    assert httpx.get(f"{site.url}/readyz").status_code == 503
    assert command(environ, "setup").returncode == 0
    ready(site)
    assert httpx.post(f"{site.url}/api/uploads", json=WISH).status_code == 201
    assert site.end() == 0
