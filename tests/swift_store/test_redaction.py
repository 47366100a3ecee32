"""What a log may not hold, in the forms in which it would come there; and what must stay readable."""

import pytest

from swift_store import tickets
from swift_store.redaction import redacted

SIGNED = tickets.seal_owner("0123456789abcdef" * 2, ["s" * 32])

# A line, and what of it has to be gone.
SECRETS = {
    "a signature": ("PUT http://swift/v1/a/c/o?temp_url_sig=0a1b2c&temp_url_expires=1", "0a1b2c"),
    "an encoded address": ("next=http%3A%2F%2Fs%3Ftemp_url_sig%3D0a1b2c", "0a1b2c"),
    "a bearer": ("Authorization: Bearer du_0123456789abcdef_secretsecret", "secretsecret"),
    "any bearer": ("authorization: bearer xyz", "xyz"),
    "a token": ("unknown token du_0123456789abcdef_" + "A" * 43, "A" * 43),
    "a link": ("GET /l/abcdefgh 302", "abcdefgh"),
    "a link in another spelling": ('{"path": "/l/abc%64efgh"}', "efgh"),
    "a sign-in": ("GET /auth/callback?code=abc&state=def", "abc"),
    "the state of a sign-in": ("GET /auth/callback?code=abc&state=def", "def"),
    "a ticket or cookie of ours": (f"ValueError: {SIGNED!r}", SIGNED),
    "Swift's token": ("{'X-Auth-Token': 'AUTH_tk123'}", "AUTH_tk123"),
    "a cookie": ("Cookie: direct-upload-session=abc", "abc"),
}


@pytest.mark.parametrize(("line", "secret"), SECRETS.values(), ids=SECRETS)
def test_a_secret_is_hidden(line, secret):
    assert secret not in redacted(line)


READABLE = [
    "POST /api/uploads/01912345-6789-7abc-8def-0123456789ab/complete 201 12.3 ms",
    "can't sign in to Swift, trying again: Swift answered 503 Service Unavailable",
    "GET /assets/index-DxY3kz0abcdefghijklmnopqrstuvwxyz.js 200 0.4 ms",
    "the status code is 5; state: held",
    '{"time": "2026-11-22", "path": "/files/x", "status": 302}',
    "direct_upload.access direct_upload/handlers.py",
]


@pytest.mark.parametrize("line", READABLE)
def test_everything_else_stays(line):
    assert redacted(line) == line
