"""Every variant that asks Swift, while Swift is frozen, dead, or refuses: words, and the worker goes on."""

import os
import signal

import pytest

from swift_store import account
from swift_store.client import SwiftClient
from swift_store.credentials import credentials_from
from swift_store.dev import EmbeddedSwift

CONTENT = b"contents " * 100_000


@pytest.fixture(scope="module")
def fragile_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fragile")


@pytest.fixture
def fragile(fragile_folder, proxy_container):
    """A cluster of its own, with the container that the sites use."""
    with EmbeddedSwift(fragile_folder) as swift:
        client = SwiftClient(credentials_from(swift.environ), connections=1, timeout=20)
        account.prepare(client, proxy_container[0], ["0123456789abcdef" * 4], ["http://localhost:1"])
        client.close()
        yield swift


@pytest.fixture(
    params=["spool-gthread-plain", "spool-gevent-cooperative", "stream-sync-plain", "stream-tornado-plain"]
)
def asking(request, variants):
    """The variants whose requests ask Swift, each kind of worker once."""
    return variants[request.param]


def test_a_frozen_swift_means_503_a_thawed_one_works_and_a_dead_one_means_503(
    asking, fragile, start_site, file_form
):
    site = start_site(asking, fragile, push_timeout=1, client_timeout=10)
    assert site.post(file_form(CONTENT)).status == 201
    os.kill(fragile.pid, signal.SIGSTOP)
    try:
        answer = site.post(file_form(CONTENT))
        assert (answer.status, answer.code) == (503, "storage-unavailable")
        assert answer.headers["Retry-After"] == "5"
        assert site.get("/ping").status == 200
    finally:
        os.kill(fragile.pid, signal.SIGCONT)
    assert site.post(file_form(CONTENT)).status == 201
    fragile.stop()
    assert site.post(file_form(CONTENT)).status == 503
    assert site.get("/ping").status == 200
    assert site.spooled_files() == []
    site.stop()


def test_a_swift_that_refuses_means_502(asking, swift, start_site, file_form):
    site = start_site(asking, swift, container="was-never-made")
    answer = site.post(file_form(CONTENT))
    assert (answer.status, answer.code) == (502, "storage-refused")
    assert site.get("/ping").status == 200
    site.stop()


def test_in_the_background_way_uploads_are_taken_while_swift_is_away_and_pushed_when_it_is_back(
    fragile, start_site, variants, file_form, eventually
):
    site = start_site(variants["background-gthread-plain"], fragile, push_timeout=1, retry_seconds=0)
    os.kill(fragile.pid, signal.SIGSTOP)
    try:
        answer = site.post(file_form(CONTENT))
        assert answer.status == 202
        eventually(lambda: site.get(answer.json["status_url"]).json["attempts"] > 1)
    finally:
        os.kill(fragile.pid, signal.SIGCONT)
    eventually(lambda: site.get(answer.json["status_url"]).json["state"] == "stored")
    assert site.download(f"/files/{answer.json['id']}").body == CONTENT
    site.stop()
