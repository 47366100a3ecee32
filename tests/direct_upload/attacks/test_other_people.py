"""Attacks of somebody with an account of his own on what belongs to somebody else."""

import pytest

from swift_store import tickets

SECRET = "an application secret of the tests, long enough"
MIB = 1 << 20


@pytest.fixture(scope="module")
def victim(api_of, site):
    return api_of(site)


@pytest.fixture(scope="module")
def attacker(api_of, site):
    """Somebody with a file of his own, so that he is a known owner."""
    api = api_of(site)
    api.upload(b"the attacker's", name="own.txt")
    return api


@pytest.fixture(scope="module")
def begun(victim):
    """The victim's upload, whose segments are sent."""
    return victim.begin(b"the victim's", name="begun.txt").send()


@pytest.fixture(scope="module")
def stored(victim):
    """The victim's file."""
    return victim.upload(b"the victim's", name="stored.txt")


@pytest.fixture(scope="module")
def linked(victim, stored):
    """The same, and `link`: one that the victim has given to somebody."""
    link = victim.post(f"/api/files/{stored['id']}/links", json={"expires_in": 600}).json()
    return stored | {"link": link}


def complete(api, upload, ticket=None):
    body = {"ticket": ticket or upload.ticket, "segments": upload.md5s}
    return api.post(f"/api/uploads/{upload.id}/complete", json=body)


def batch_complete(api, upload):
    one = {"id": upload.id, "ticket": upload.ticket, "segments": upload.md5s}
    return api.post("/api/uploads/complete", json={"uploads": [one]})


def moved(upload, **changes):
    """The ticket's parts under another owner: signed by somebody who does not have our secret."""
    ticket = tickets.open_ticket(upload.ticket, [SECRET], now=0)
    return tickets.seal(
        type(ticket)(**vars(ticket) | changes), ["a secret of the attacker's own, long enough"]
    )


# Attack -> what the attacker asks for with the victim's id or ticket, and how he is refused.
UPLOADS = {
    "completing": (complete, "foreign-ticket"),
    "renewing": (
        lambda api, u: api.post(f"/api/uploads/{u.id}/renew", json={"ticket": u.ticket}), "foreign-ticket",
    ),
    "discarding": (
        lambda api, u: api.delete(f"/api/uploads/{u.id}", headers={"Upload-Ticket": u.ticket}),
        "foreign-ticket",
    ),
    "discarding without a ticket": (lambda api, u: api.delete(f"/api/uploads/{u.id}"), "invalid-ticket"),
    "a ticket signed by oneself": (lambda api, u: complete(api, u, moved(u)), "invalid-ticket"),
    "a ticket for a larger file": (lambda api, u: complete(api, u, moved(u, size=1 << 40)), "invalid-ticket"),
    "a ticket into another container": (
        lambda api, u: complete(api, u, moved(u, container="other")), "invalid-ticket",
    ),
    "a ticket with its payload changed": (
        lambda api, u: complete(api, u, "A" + u.ticket[1:]), "invalid-ticket",
    ),
    "the owner's cookie as ticket": (
        lambda api, u: complete(api, u, next(iter(dict(u.api.cookies).values()))), "invalid-ticket",
    ),
    "one's own ticket for the victim's id": (
        lambda api, u: complete(api, u, api.begin().ticket), "wrong-upload",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("attack", "code"), UPLOADS.values(), ids=UPLOADS)
def test_somebody_else_s_upload(attack, code, attacker, victim, begun):
    before = victim.get("/api/files").json()
    answer = attack(attacker, begun)
    assert (answer.status_code in {400, 403}, answer.json()["code"]) == (True, code)
    assert victim.get("/api/files").json() == before


def test_somebody_else_s_upload_in_a_batch(attacker, begun):
    (result,) = batch_complete(attacker, begun).json()["results"]
    assert result["problem"]["code"] == "foreign-ticket"


def test_a_stolen_ticket_after_the_cookie_is_lost(api_of, site, begun):
    assert complete(api_of(site), begun).json()["code"] == "foreign-ticket"


def test_a_ticket_as_the_cookie_of_its_owner(api_of, site, begun, stored):
    api = api_of(site, cookies={"direct-upload-owner": begun.ticket})
    assert api.get(f"/api/files/{stored['id']}").status_code == 404


def test_a_replayed_completion_changes_nothing(victim, attacker):
    upload = victim.begin(b"once").send()
    first = upload.complete().json()
    assert upload.complete().json() == first
    assert complete(attacker, upload).status_code == 403
    victim.delete(f"/api/files/{upload.id}")
    assert upload.complete().status_code in {404, 409}
    assert victim.get(f"/api/files/{upload.id}").status_code == 404


FILES = {
    "looking": lambda api, file: api.get(f"/api/files/{file['id']}"),
    "downloading": lambda api, file: api.get(file["download_url"]),
    "deleting": lambda api, file: api.delete(f"/api/files/{file['id']}"),
    "listing its links": lambda api, file: api.get(f"/api/files/{file['id']}/links"),
    "making a link": lambda api, file: api.post(f"/api/files/{file['id']}/links", json={"expires_in": 60}),
    "revoking a link": lambda api, file: api.delete(f"/api/files/{file['id']}/links/{file['link']['id']}"),
}


@pytest.mark.parametrize("attack", FILES.values(), ids=FILES)
def test_somebody_else_s_file(attack, attacker, victim, stored, linked):
    answer = attack(attacker, linked)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert victim.get(f"/api/files/{stored['id']}").json() == stored
    assert victim.get(linked["link"]["url"]).status_code == 302


def test_somebody_else_s_listing(attacker, stored, begun):
    for path in ("/api/files", f"/api/files?after={stored['id']}", f"/api/files?after={'f' * 8}"):
        answer = attacker.get(path)
        assert stored["id"] not in answer.text
        assert begun.id not in answer.text


IDS = {
    "a path upwards": "..%2f..%2fsegments",
    "a path": "x%2Fy",
    "an id with an owner before it": "{owner}%2F{id}",
    "nothing": "%00",
    "upper case": "{upper}",
    "braces": "%7B{id}%7D",
    "a wildcard": "*",
    "a blank behind it": "{id}%20",
}


@pytest.mark.parametrize("spelling", IDS.values(), ids=IDS)
def test_an_id_in_another_spelling_finds_nothing(spelling, victim, stored):
    """Even for the owner: there is one spelling."""
    text = spelling.format(id=stored["id"], upper=stored["id"].upper(), owner="0" * 32)
    for path in (f"/api/files/{text}", f"/files/{text}"):
        assert victim.get(path).status_code == 404
