"""Tickets and cookies: readable by every replica, changeable by nobody."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swift_store import tickets
from swift_store.errors import Problem
from swift_store.signed_values import serializer
from swift_store.tickets import Ticket

OLD, NEW, OTHER = "o" * 32, "n" * 32, "x" * 32
OWNER = "0123456789abcdef" * 2
NOW = 1_800_000_000
TICKET = Ticket("id", OWNER, "container", 'ré"s 日本.pdf', 5, "image/png", 1 << 20, NOW + 10)

# The text of a ticket is URL-safe base64 with dots between its parts.
_ALPHABET = string.ascii_letters + string.digits + "-_.=!~ é"


def refusal(token, secrets=(NEW,), now=NOW):
    with pytest.raises(Problem) as refused:
        tickets.open_ticket(token, secrets, now=now)
    return refused.value.code


@given(
    st.builds(
        Ticket,
        upload_id=st.uuids().map(str),
        owner=st.just(OWNER),
        container=st.text(st.characters(exclude_categories=["Cs"])),
        name=st.text(st.characters(exclude_categories=["Cs"]), max_size=255),
        size=st.integers(0),
        type=st.just("a/b"),
        segment_size=st.integers(1),
        expires_at=st.integers(NOW + 1, NOW * 2),
    )
)
def test_a_ticket_comes_back_as_it_was_sealed(ticket):
    assert tickets.open_ticket(tickets.seal(ticket, [NEW]), [NEW], now=NOW) == ticket


def test_a_ticket_knows_its_names_and_segments():
    ticket = replace(TICKET, size=(1 << 20) + 1)
    assert ticket.names.file.endswith(f"{OWNER}/id/{TICKET.name}")
    assert ticket.segments.count == 2


@pytest.mark.parametrize(
    "seal", [lambda: tickets.seal(TICKET, [NEW]), lambda: tickets.seal_owner(OWNER, [NEW])]
)
def test_any_single_changed_character_is_refused(seal):
    token = seal()
    for position, right in enumerate(token):
        for character in _ALPHABET:
            if character != right:
                changed = token[:position] + character + token[position + 1 :]
                assert tickets.open_owner(changed, [NEW]) is None
                assert refusal(changed) == "invalid-ticket"


@given(st.text(), st.integers(0, 400))
def test_additions_and_cuts_are_refused(added, position):
    token = tickets.seal(TICKET, [NEW])
    position = min(position, len(token) - 1)
    if added:
        assert refusal(token[:position] + added + token[position:]) == "invalid-ticket"
    assert refusal(token[:position]) == "invalid-ticket"


def test_a_ticket_of_an_old_secret_is_accepted_while_that_is_listed():
    token = tickets.seal(TICKET, [OLD])
    assert tickets.open_ticket(token, [OLD, NEW], now=NOW) == TICKET
    assert refusal(token, [NEW]) == "invalid-ticket"


def test_the_newest_secret_seals():
    assert tickets.seal(TICKET, [OLD, NEW]) == tickets.seal(TICKET, [NEW])


def test_a_ticket_of_another_site_is_refused():
    assert refusal(tickets.seal(TICKET, [OTHER])) == "invalid-ticket"


@pytest.mark.parametrize("now", [TICKET.expires_at, TICKET.expires_at + 0.5, TICKET.expires_at + 1e9])
def test_a_ticket_ends_when_it_says(now):
    assert refusal(tickets.seal(TICKET, [NEW]), now=now) == "ticket-expired"


SIGNED = {
    **{
        f"no {name}": {key: value for key, value in vars(TICKET).items() if key != name}
        for name in vars(TICKET)
    },
    **{f"another type of {name}": vars(TICKET) | {name: [value]} for name, value in vars(TICKET).items()},
    "an end as a text": vars(TICKET) | {"expires_at": str(TICKET.expires_at)},
    "an endless one": vars(TICKET) | {"expires_at": 1e999},
    "a switch as a size": vars(TICKET) | {"size": True},
    "more than there is": vars(TICKET) | {"more": 1},
    "a list": [1, 2],
    "a text": "ticket",
    "nothing": None,
}


@pytest.mark.parametrize("payload", SIGNED.values(), ids=SIGNED)
def test_what_another_release_signed_otherwise_is_refused(payload):
    assert refusal(serializer([NEW], "ticket").dumps(payload)) == "invalid-ticket"


def test_a_cookie_is_no_ticket_and_a_ticket_no_cookie():
    assert refusal(tickets.seal_owner(OWNER, [NEW])) == "invalid-ticket"
    assert tickets.open_owner(tickets.seal(TICKET, [NEW]), [NEW]) is None


@pytest.mark.parametrize("secrets", [[NEW], [OLD, NEW], [NEW, OTHER]])
def test_an_owner_comes_back_with_any_listed_secret(secrets):
    assert tickets.open_owner(tickets.seal_owner(OWNER, [NEW]), secrets) == OWNER


@pytest.mark.parametrize("owner", ["", "../x", "A" * 32, 5, None, [OWNER]])
def test_a_signed_value_that_is_no_owner_is_none(owner):
    assert tickets.open_owner(tickets.seal_owner(owner, [NEW]), [NEW]) is None


def test_over_https_the_cookie_s_name_keeps_other_hosts_out():
    assert tickets.owner_cookie(over_https=True).startswith("__Host-")
    assert not tickets.owner_cookie(over_https=False).startswith("__")
