"""A stand-in for Rackspace's identity service, which names an embedded Swift as Cloud Files.

It takes the request, and gives the members of the answer, that are documented at
https://docs.rackspace.com/reference/annotated-authentication-request-and-response.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from swiftclient import get_auth

from swift_store.dev.embedded import EmbeddedSwift

_DAY_SECONDS = 86400
_ACCOUNT = "MossoCloudFS_123456"


class RackspaceIdentity:
    """Knows one user, `jane`. `asked` has each request's path and message; while `down`, it answers 503."""

    user = "jane"
    api_key = "the right key"

    def __init__(self, swift: EmbeddedSwift) -> None:
        self._swift = swift
        self.url = ""
        self.token_seconds = _DAY_SECONDS
        self.asked: list[tuple[str, Any]] = []
        self.down = False

    def environ(self) -> dict[str, str]:
        """The variables that sign its user in."""
        return {
            "RS_USERNAME": self.user,
            "RS_API_KEY": self.api_key,
            "RS_REGION_NAME": "DFW",
            "RS_AUTH_URL": self.url,
        }

    def token(self) -> str:
        """A token that the embedded Swift takes."""
        _url, token = get_auth(self._swift.auth_url, self._swift.user, self._swift.key)
        return str(token)

    def answer(self, path: str, message: Any) -> tuple[int, dict[str, Any]]:
        """The status and the message for a POST."""
        self.asked.append((path, message))
        if self.down:
            return 503, {}
        key = {"username": self.user, "apiKey": self.api_key}
        if (path, message) != ("/v2.0/tokens", {"auth": {"RAX-KSKEY:apiKeyCredentials": key}}):
            return 401, {"unauthorized": {"code": 401, "message": "Username or api key is invalid."}}
        return 200, {"access": self._access()}

    def _access(self) -> dict[str, Any]:
        expires = datetime.now(UTC) + timedelta(seconds=self.token_seconds)
        return {
            "token": {
                "id": self.token(),
                "expires": expires.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "tenant": {"id": "123456", "name": "123456"},
                "RAX-AUTH:authenticatedBy": ["APIKEY"],
            },
            "user": {"id": "1", "name": self.user, "roles": [], "RAX-AUTH:defaultRegion": "DFW"},
            "serviceCatalog": self._catalog(),
        }

    def _catalog(self) -> list[dict[str, Any]]:
        # Nothing listens on port 9: who takes the wrong endpoint notices.
        elsewhere = "http://127.0.0.1:9/v1/elsewhere"
        return [
            {"name": "cloudFilesCDN", "type": "rax:object-cdn", "endpoints": [_endpoint("DFW", elsewhere)]},
            {
                "name": "cloudFiles",
                "type": "object-store",
                "endpoints": [_endpoint("ORD", elsewhere), _endpoint("DFW", self._swift.storage_url)],
            },
        ]


def _endpoint(region: str, url: str) -> dict[str, str]:
    return {
        "region": region,
        "tenantId": _ACCOUNT,
        "publicURL": url,
        "internalURL": url.replace("127.0.0.1", "localhost"),
    }


@contextmanager
def rackspace_identity(swift: EmbeddedSwift) -> Iterator[RackspaceIdentity]:
    """Serve the stand-in on a free port of 127.0.0.1; `url` says where."""
    identity = RackspaceIdentity(swift)

    class Handler(BaseHTTPRequestHandler):
        timeout = 30

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            status, message = identity.answer(self.path, json.loads(self.rfile.read(length)))
            body = json.dumps(message).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Whoever wants to know looks at `asked`."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            identity.url = f"http://127.0.0.1:{server.server_address[1]}/v2.0"
            yield identity
        finally:
            server.shutdown()
            thread.join()
