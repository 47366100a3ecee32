"""Tickets and cookies from the network: what we did not sign is refused in words, what we signed comes back.

The first byte chooses: 0 takes the rest as a token, 1 takes it as the payload of a cookie that we sign (an
older release's, say), 2 as a file's name in a ticket whose text is then changed at one place, 3 as the JSON
of a ticket that we sign.
"""

from dataclasses import astuple

from itsdangerous.encoding import base64_encode

from swift_store import tickets
from swift_store.errors import Problem
from swift_store.signed_values import serializer

SECRET = "s" * 32
NOW = 1_800_000_000
OWNER = "0123456789abcdef" * 2
REFUSALS = {"invalid-ticket", "ticket-expired"}


def opened(token):
    """The ticket, or None when it is refused."""
    try:
        return tickets.open_ticket(token, [SECRET], now=NOW)
    except Problem as problem:
        assert problem.code in REFUSALS
        return None


def consume(data):
    kind, rest = (data[0] % 4, data[1:]) if data else (0, b"")
    (as_token, as_signed_payload, as_name, as_signed_ticket)[kind](rest)


def as_token(data):
    token = data.decode("utf-8", "replace")
    assert opened(token) is None
    assert tickets.open_owner(token, [SECRET]) is None
    assert tickets.owner_or_new(token, [SECRET], bytes) == "0" * 32


def as_signed_payload(data):
    signer = serializer([SECRET], "owner")
    owner = tickets.open_owner(signer.make_signer(signer.salt).sign(data).decode("latin-1"), [SECRET])
    assert owner is None or len(owner) == len(OWNER)


def as_signed_ticket(data):
    signer = serializer([SECRET], "ticket")
    ticket = opened(signer.make_signer(signer.salt).sign(base64_encode(data)).decode())
    assert ticket is None or [type(value) for value in astuple(ticket)] == [str] * 4 + [int, str, int, int]


def as_name(data):
    position, letter, name = data[:1], data[1:2], data[2:].decode("utf-8", "replace")
    ticket = tickets.Ticket("id", OWNER, "container", name, 5, "a/b", 1 << 20, NOW + 1)
    token = tickets.seal(ticket, [SECRET])
    assert opened(token) == ticket
    at = int.from_bytes(position) % len(token)
    changed = token[:at] + letter.decode("latin-1") + token[at + 1 :]
    assert changed == token or opened(changed) is None
