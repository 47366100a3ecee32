"""A Swift that lets uploaders read other people's files: the site signs nothing, and doctor says why."""

import asyncio
from contextlib import suppress

import httpx
import pytest

from direct_upload.storage import Storage
from swift_store.dev import EmbeddedSwift
from swift_store.dev.changes import tempurl_that_takes
from swift_store.observer import SwiftObserver
from swift_store.settings import from_environ

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
    [({}, [2, 4, 8, 16, 32, 64, 64]), ({"ST_AUTH": "http://127.0.0.1:9/auth/v1.0"}, [2, 4, 8, 8, 8, 8, 8])],
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
