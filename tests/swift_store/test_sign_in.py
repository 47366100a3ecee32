"""Signing in by an identity service: Rackspace's exchange as it is documented, in front of a real Swift."""

from contextlib import closing

import pytest

from swift_store.client import SwiftClient
from swift_store.credentials import credentials_from
from swift_store.dev.rackspace_identity import rackspace_identity
from swift_store.errors import SwiftRefused, SwiftUnavailable
from swift_store.observer import SwiftObserver
from swift_store.sign_in import SignIn, SignInNotPossible, check

CLOUDS = """\
clouds:
  no-credential:
    auth_type: v3applicationcredential
    auth: {auth_url: "http://127.0.0.1:9/v3"}
  unknown-way:
    auth_type: by-magic
    auth: {auth_url: "http://127.0.0.1:9/v3"}
"""


@pytest.fixture
def rackspace(swift):
    with rackspace_identity(swift) as identity:
        yield identity


@pytest.fixture
def sign_in(rackspace):
    """A function that makes a client which signs in at Rackspace; keywords replace variables."""
    clients = []

    def make(**changed):
        credentials = credentials_from(rackspace.environ() | changed)
        clients.append(SwiftClient(credentials, connections=1, timeout=10))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def test_cloud_files_is_used_with_a_user_name_and_an_api_key(sign_in, swift, container):
    client = sign_in()
    assert client.cluster().storage_url == swift.storage_url
    client.put_object(container, "a", b"body", content_type="text/plain")
    assert client.read_object(container, "a", 10) == b"body"


def test_servers_at_rackspace_may_take_the_internal_address(sign_in, swift):
    internal = sign_in(OS_INTERFACE="internal").cluster().storage_url
    assert internal == swift.storage_url.replace("127.0.0.1", "localhost")


def test_one_sign_in_serves_many_requests(sign_in, rackspace, container):
    client = sign_in()
    for _ in range(5):
        client.head_container(container)
    assert len(rackspace.asked) == 1


def test_a_token_is_renewed_before_it_ends(sign_in, rackspace, container):
    rackspace.token_seconds = 5
    client = sign_in()
    client.head_container(container)
    client.head_container(container)
    assert len(rackspace.asked) >= 2


def test_a_token_that_ended_too_early_is_renewed(sign_in, rackspace, container, monkeypatch):
    tokens = iter(["ended", rackspace.token()])
    monkeypatch.setattr(rackspace, "token", lambda: next(tokens))
    assert sign_in().head_container(container)
    assert len(rackspace.asked) == 2


def test_connections_that_meet_the_same_refusal_share_one_new_token(rackspace, monkeypatch):
    tokens = iter(["revoked", "new"])
    monkeypatch.setattr(rackspace, "token", lambda: next(tokens))
    shared = SignIn(credentials_from(rackspace.environ()), (1.0, 10.0), SwiftObserver())
    first, second = shared.connection(), shared.connection()
    assert first.get_auth()[1] == second.get_auth()[1] == "revoked"
    assert first.session.invalidate()
    assert first.get_auth()[1] == "new"
    assert second.session.invalidate()
    assert second.get_auth()[1] == "new"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"RS_API_KEY": "wrong"}, "identity service answered 401"),
        ({"RS_REGION_NAME": "SYD"}, "no public object-store endpoint in the region SYD"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_shows_no_key(sign_in, changed, words):
    with pytest.raises(SwiftRefused, match=words) as refused:
        sign_in(**changed).cluster()
    assert "wrong" not in str(refused.value)


def test_an_identity_service_that_is_away_is_told_from_a_refusal(sign_in, rackspace):
    rackspace.down = True
    with pytest.raises(SwiftUnavailable, match="identity service"):
        sign_in().cluster()
    nobody = sign_in(RS_AUTH_URL="http://127.0.0.1:9/v2.0")
    with closing(nobody), pytest.raises(SwiftUnavailable, match="identity service"):
        nobody.cluster()


# openstacksdk warns of the end of its metrics, which nobody has asked for.
@pytest.mark.filterwarnings("ignore:Support for InfluxDB")
@pytest.mark.parametrize(
    ("cloud", "words"),
    [
        ("nowhere", "OS_CLOUD=nowhere .* not found"),
        ("no-credential", "OS_CLOUD=no-credential .* application credential ID"),
        ("unknown-way", "OS_CLOUD=unknown-way .* by-magic"),
    ],
)
def test_what_is_wrong_in_clouds_yaml_is_told_before_anybody_is_asked(tmp_path, monkeypatch, cloud, words):
    (tmp_path / "clouds.yaml").write_text(CLOUDS)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))
    with pytest.raises(SignInNotPossible, match=words):
        check(credentials_from({"OS_CLOUD": cloud}))
