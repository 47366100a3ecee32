"""Signing in by an identity service: Rackspace's exchange as it is documented, in front of a real Swift.

The request and the members of the answer are those of
https://docs.rackspace.com/reference/annotated-authentication-request-and-response.
"""

import json
import threading
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from swift_store.client import SwiftClient
from swift_store.credentials import credentials_from
from swift_store.errors import SwiftRefused, SwiftUnavailable


class Rackspace:
    """The identity service: knows one user, and names the embedded Swift as Cloud Files in DFW."""

    def __init__(self, connection):
        self.connection = connection
        self.token_seconds = 86400
        self.asked = []
        self.down = False

    def answer(self, path, message):
        self.asked.append((path, message))
        if self.down:
            return 503, {}
        expected = {"auth": {"RAX-KSKEY:apiKeyCredentials": {"username": "jane", "apiKey": "right"}}}
        if (path, message) != ("/v2.0/tokens", expected):
            return 401, {"unauthorized": {"code": 401, "message": "Username or api key is invalid."}}
        return 200, {"access": self._access()}

    def _access(self):
        storage_url, token = self.connection.get_auth()
        expires = datetime.now(UTC) + timedelta(seconds=self.token_seconds)
        endpoint = {"tenantId": "MossoCloudFS_1", "region": "DFW", "publicURL": storage_url}
        elsewhere = {"tenantId": "MossoCloudFS_1", "region": "ORD", "publicURL": "http://127.0.0.1:9/v1/x"}
        return {
            "token": {
                "id": token,
                "expires": expires.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "tenant": {"id": "123456", "name": "123456"},
                "RAX-AUTH:authenticatedBy": ["APIKEY"],
            },
            "user": {"id": "1", "name": "jane", "roles": [], "RAX-AUTH:defaultRegion": "DFW"},
            "serviceCatalog": [
                {"name": "cloudFilesCDN", "type": "rax:object-cdn", "endpoints": [elsewhere]},
                {"name": "cloudFiles", "type": "object-store", "endpoints": [elsewhere, endpoint]},
            ],
        }


@contextmanager
def served(identity):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            status, message = identity.answer(self.path, json.loads(self.rfile.read(length)))
            body = json.dumps(message).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v2.0"
        server.shutdown()
        thread.join()


@pytest.fixture
def rackspace(connection):
    return Rackspace(connection)


@pytest.fixture
def sign_in(rackspace):
    """A function that makes a client which signs in at Rackspace; keywords replace variables."""
    with served(rackspace) as url:
        clients = []

        def make(**changed):
            environ = {
                "RS_USERNAME": "jane",
                "RS_API_KEY": "right",
                "RS_REGION_NAME": "DFW",
                "RS_AUTH_URL": url,
            }
            clients.append(SwiftClient(credentials_from(environ | changed), connections=1, timeout=10))
            return clients[-1]

        yield make
        for client in clients:
            client.close()


def test_cloud_files_is_used_with_a_user_name_and_an_api_key(sign_in, swift, container):
    client = sign_in()
    assert client.cluster().storage_url == swift.storage_url
    client.put_object(container, "a", b"body", content_type="text/plain")
    assert client.read_object(container, "a", 10) == b"body"


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
    storage_url, token = rackspace.connection.get_auth()
    tokens = iter(["ended", token])
    monkeypatch.setattr(rackspace.connection, "get_auth", lambda: (storage_url, next(tokens)))
    assert sign_in().head_container(container)
    assert len(rackspace.asked) == 2


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
