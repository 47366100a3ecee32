"""Whichever way the site signs in to Swift, files go up, come down and go; tokens end and nobody notices."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import httpx
import pytest

from bench.runner.ports import free_port
from swift_store.client import SwiftClient
from swift_store.credentials import credentials_from
from swift_store.dev.keystone import EmbeddedKeystone, EnvironmentNotMadeError, environment
from swift_store.errors import SwiftRefused
from swift_store.observer import SwiftObserver

MIB = 1 << 20
BODY = bytes(range(256)) * 10 * 1024 + b"the end"
SECRET = "an application secret of the tests, long enough"
# Keystone's short tokens: long enough for one request on a busy machine.
TOKEN_SECONDS = 8
HOUR = 3600
CLIENT_SECONDS = 30
WAYS = (
    "v1",
    "keystone-password",
    "keystone-application-credential",
    "clouds.yaml-password",
    "clouds.yaml-application-credential",
    "rackspace",
)


@pytest.fixture
def environ_of(request):
    """A function from a way to the variables that sign in so; only what a way needs is started."""
    wanted = request.getfixturevalue
    ways = {
        "v1": lambda: wanted("swift").environ,
        "keystone-password": lambda: wanted("cluster").environ,
        "keystone-application-credential": lambda: wanted("cluster").application_environ,
        "clouds.yaml-password": lambda: wanted("clouds_yaml")("by-password"),
        "clouds.yaml-application-credential": lambda: wanted("clouds_yaml")("by-credential"),
        "rackspace": lambda: wanted("rackspace").environ(),
    }
    return lambda way: dict(ways[way]())


@pytest.fixture
def site_that_signs_in(environ_of, command, run_site, ready):
    """A function that prepares a container, and runs a site that signs in in this way."""

    def run(way):
        environ = environ_of(way) | {
            "DIRECT_UPLOAD_SECRET": SECRET,
            "DIRECT_UPLOAD_CONTAINER": f"site-{uuid.uuid4().hex}",
            "DIRECT_UPLOAD_PORT": str(free_port()),
        }
        done = command(environ, "setup")
        assert done.returncode == 0, done.stderr
        site = run_site(environ)
        ready(site)
        return site

    return run


@pytest.mark.parametrize("way", WAYS)
def test_a_file_goes_up_comes_down_and_goes(site_that_signs_in, api_of, way):
    site = site_that_signs_in(way)
    api = api_of(site)
    file = api.upload(BODY, name="a film.mp4", segment_size=MIB)
    assert [one["name"] for one in api.get("/api/files").json()["files"]] == ["a film.mp4"]
    signed = api.get(file["download_url"]).headers["location"]
    assert api.swift.get(signed).content == BODY
    assert api.delete(f"/api/files/{file['id']}").status_code == 204
    assert api.get("/api/files").json()["files"] == []
    assert site.end() == 0


class Answers(SwiftObserver):
    """The statuses that Swift answered with."""

    def __init__(self):
        self.statuses = []

    def request(self, operation):  # noqa: ARG002 - the observer's
        return nullcontext(lambda status, _transaction: self.statuses.append(status))


class Client(SwiftClient):
    """A client that shows its token and its answers, and trusts a token for some seconds after its end."""

    def __init__(self, environ, *, connections=1, trusts=None):
        self.answers = Answers()
        credentials = credentials_from(environ)
        super().__init__(credentials, connections=connections, timeout=CLIENT_SECONDS, observer=self.answers)
        self.session = self._sign_in._session
        if trusts is not None:
            self.session.auth.MIN_TOKEN_LIFE_SECONDS = -trusts

    def statuses_of(self, request):
        """What Swift answered meanwhile."""
        before = len(self.answers.statuses)
        request()
        return self.answers.statuses[before:]


@pytest.fixture
def client_of(cluster):
    """A function that makes clients which sign in with a password; keywords as `Client`'s."""
    clients = []

    def make(keystone=cluster.keystone, changed=(), **options):
        environ = {**cluster.environ, "OS_AUTH_URL": keystone.url, **dict(changed)}
        clients.append(Client(environ, **options))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def test_a_token_that_ends_is_replaced_before_or_at_the_latest_when_swift_refuses_it(
    cluster, keystone_data, client_of, eventually
):
    with EmbeddedKeystone(keystone_data, token_seconds=TOKEN_SECONDS) as short_lived:
        careful, trusting = client_of(short_lived), client_of(short_lived, trusts=HOUR)
        clients = (careful, trusting)
        for client in clients:
            client.put_container("tokens", {})
        tokens = [client.session.get_token() for client in clients]
        eventually(lambda: not any(map(cluster.keystone.directory.token_ends_at, tokens)))
        assert careful.statuses_of(lambda: careful.head_container("tokens")) == [204]
        assert trusting.statuses_of(lambda: trusting.head_container("tokens")) == [401, 204]


def test_a_token_that_is_still_good_is_used_again(client_of):
    client = client_of()
    client.put_container("tokens", {})
    first = client.session.get_token()
    client.head_container("tokens")
    assert client.session.get_token() == first


def test_all_connections_go_on_when_their_token_is_revoked(cluster, client_of, eventually):
    client = client_of(connections=4)
    client.put_container("tokens", {})
    token = client.session.get_token()
    cluster.keystone.directory.revoke(token)
    headers = {"X-Auth-Token": token}
    # The middleware may remember for a moment that the token was good.
    eventually(lambda: httpx.head(cluster.storage_url, headers=headers).status_code == 401)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: client.head_container("tokens"), range(8)))
    assert all(found)
    assert 401 in client.answers.statuses


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"OS_PASSWORD": "wrong"}, "identity service answered 401"),
        ({"OS_PROJECT_NAME": "another"}, "identity service answered 401"),
        ({"OS_USER_DOMAIN_NAME": "nowhere"}, "identity service answered 401"),
        ({"OS_REGION_NAME": "Mars"}, "no public object-store endpoint in the region Mars"),
        ({"OS_INTERFACE": "admin"}, "no admin object-store endpoint in the region RegionOne"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_keystone_refuses_is_told(client_of, changed, words):
    with pytest.raises(SwiftRefused, match=words):
        client_of(changed=changed).cluster()


@pytest.mark.parametrize(
    ("changed", "host"),
    [
        ({}, "127.0.0.1"),
        ({"OS_INTERFACE": "internal"}, "localhost"),
        ({"OS_ENDPOINT_TYPE": "internalURL"}, "localhost"),
        ({"OS_USER_DOMAIN_NAME": "", "OS_PROJECT_DOMAIN_NAME": ""}, "127.0.0.1"),
    ],
    ids=["as it is", "internal", "internalURL", "no domain"],
)
def test_the_endpoint_is_the_one_that_was_asked_for(client_of, cluster, changed, host):
    found = client_of(changed=changed).cluster().storage_url
    assert found == cluster.storage_url.replace("127.0.0.1", host)


def test_an_address_without_a_version_will_do(client_of, cluster):
    changed = {"OS_AUTH_URL": cluster.keystone.url.removesuffix("/v3")}
    assert client_of(changed=changed).cluster().storage_url == cluster.storage_url


@pytest.mark.parametrize("arguments", [("setup",), ("serve",)], ids=" ".join)
def test_a_cloud_that_is_not_there_is_told_in_one_line(command, arguments):
    done = command({"OS_CLOUD": "nowhere", "DIRECT_UPLOAD_SECRET": SECRET}, *arguments)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "OS_CLOUD=nowhere" in line


def test_without_its_packages_keystone_fails_and_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(EnvironmentNotMadeError, match="No matching distribution found"):
        environment(tmp_path / "keystone")
