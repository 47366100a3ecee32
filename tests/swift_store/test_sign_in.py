"""Signing in by an identity service: Rackspace's exchange as it is documented, in front of a real Swift."""

import socket
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from swiftclient import get_auth

from swift_store import sign_in as signing_in
from swift_store.client import SwiftClient
from swift_store.credentials import credentials_from
from swift_store.dev.rackspace_identity import rackspace_identity
from swift_store.errors import SwiftRefused, SwiftUnavailable
from swift_store.observer import SwiftObserver
from swift_store.renewal import renewed_after
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


def test_while_the_identity_service_is_away_a_token_serves_until_it_ends(sign_in, rackspace, container):
    rackspace.token_seconds = 100
    client = sign_in()
    client.head_container(container)
    rackspace.asked.clear()
    rackspace.down = True
    for _ in range(5):
        assert client.head_container(container)
    # It is asked again after a while, not with each request.
    assert 0 < len(rackspace.asked) < 5


def test_a_token_that_has_ended_serves_no_more(sign_in, rackspace, container):
    rackspace.token_seconds = -1
    client = sign_in()
    client.head_container(container)
    rackspace.down = True
    with pytest.raises(SwiftUnavailable, match="identity service"):
        client.head_container(container)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_passes_by_itself_is_no_refusal(sign_in, rackspace, monkeypatch, status):
    monkeypatch.setattr(rackspace, "answer", lambda *_: (status, {}))
    with pytest.raises(SwiftUnavailable, match="identity service"):
        sign_in().cluster()


class V1Server:
    """Signs in by version 1 as Swift does, and says that its tokens live `seconds`; `asked` counts."""

    def __init__(self, swift):
        self._swift, self.asked, self.seconds, self.down = swift, 0, "86400", False

    def answer(self, request):
        self.asked += 1
        if self.down:
            request.send_error(503)
            return
        url, token = get_auth(self._swift.auth_url, self._swift.user, self._swift.key)
        request.send_response(200)
        for name, value in {
            "X-Storage-Url": url,
            "X-Auth-Token": token,
            "X-Auth-Token-Expires": self.seconds,
            "Content-Length": "0",
        }.items():
            request.send_header(name, value)
        request.end_headers()


@pytest.fixture
def v1(swift):
    """A stand-in for the sign-in of version 1, and a client that uses it."""
    stand_in = V1Server(swift)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            stand_in.answer(self)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        elsewhere = {"ST_AUTH": f"http://127.0.0.1:{server.server_port}/auth/v1.0"}
        with closing(
            SwiftClient(credentials_from(swift.environ | elsewhere), connections=1, timeout=10)
        ) as client:
            yield stand_in, client
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("seconds", "asked"), [("86400", 1), ("0", 4), ("soon", 1)])
def test_a_token_of_version_1_is_renewed_before_it_ends(v1, container, seconds, asked):
    stand_in, client = v1
    stand_in.seconds = seconds
    for _ in range(4):
        assert client.head_container(container)
    assert stand_in.asked == asked


def test_a_token_of_version_1_serves_while_there_is_no_other(v1, container):
    stand_in, client = v1
    stand_in.seconds = "0"
    client.head_container(container)
    stand_in.down = True
    for _ in range(3):
        assert client.head_container(container)
    assert stand_in.asked == 2


@pytest.mark.parametrize(
    ("told", "seconds"), [("86400", 86280), ("240", 120), ("100", 50), ("0", 0), (None, float("inf"))]
)
def test_a_token_is_renewed_two_minutes_early_or_after_half_its_life(told, seconds):
    assert renewed_after(told) == seconds


@pytest.mark.parametrize("way", ["v1", "rackspace"])
def test_a_patient_client_does_not_wait_as_long_for_a_token(swift, rackspace, monkeypatch, way):
    """A commit may take minutes. Who never answers our sign-in must not hold it up for so long."""
    monkeypatch.setattr(signing_in, "IDENTITY_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        environs = {
            "v1": swift.environ | {"ST_AUTH": f"{address}/auth/v1.0"},
            "rackspace": rackspace.environ() | {"RS_AUTH_URL": f"{address}/v2.0"},
        }
        client = SwiftClient(credentials_from(environs[way]), connections=1, timeout=300)
        with closing(client), pytest.raises(SwiftUnavailable):
            client.cluster()


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
