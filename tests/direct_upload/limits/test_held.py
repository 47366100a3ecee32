"""Held files come free, or go: by a signed message, by a command, by a scanner."""

import base64
import json

import pytest

from swift_store.dev import EmbeddedSwift
from swift_store.dev.changes import without
from swift_store.private_store import private_container

HOLD_ALL = "from direct_upload.policy import HOLD\n\ndef decide(question):\n    return HOLD\n"
BODY = b"x" * 1000
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
UUID7 = "01912345-6789-7abc-8def-0123456789ab"


def code_of(answer):
    return answer.status_code, answer.json()["code"]


def says(decision, **more):
    return 200, json.dumps({"decision": decision, **more}).encode()


@pytest.fixture(scope="module")
def site(prepared, start, policy, receiver):
    """A site that holds everything, and tells the receiver."""
    return start(prepared(webhook_secret=SECRET, webhook_url=receiver.url) | policy(HOLD_ALL))


@pytest.fixture
def held(site, api_of, receiver):
    """The client of somebody with a held file, and his name as messages have it."""
    api = api_of(site)
    api.environ, api.receiver = site.environ, receiver
    api.file = api.upload(BODY, name="hölle/a.txt")
    _headers, message = receiver.next(api.file)
    assert message["type"] == "file.held"
    api.owner = message["data"]["owner"]
    return api


def test_a_signed_message_releases_a_file(held, signed):
    decision = {"id": held.file["id"], "owner": held.owner, "decision": "release"}
    answer, again = signed(held, decision), signed(held, decision)
    assert (answer.status_code, again.status_code) == (200, 200)
    assert answer.json() == again.json() == held.file | {"state": "stored"}
    assert held.get("/api/files").json()["files"] == [answer.json()]
    moved = held.get(held.file["download_url"])
    assert held.swift.get(moved.headers["location"]).content == BODY
    assert held.receiver.next(held.file)[1]["type"] == "file.stored"
    assert code_of(signed(held, decision | {"decision": "reject"})) == (409, "not-held")


def test_a_signed_message_rejects_a_file(held, signed, connection):
    decision = {"id": held.file["id"], "owner": held.owner, "decision": "reject"}
    assert signed(held, decision).status_code == 204
    assert held.get("/api/files").json()["files"] == []
    container = held.environ["DIRECT_UPLOAD_CONTAINER"]
    for kind in ("held", "segments", "files"):
        assert connection.get_container(container, prefix=f"{kind}/{held.owner}/")[1] == []
    assert held.receiver.next(held.file)[1]["type"] == "file.rejected"
    for what in ("release", "reject"):
        assert code_of(signed(held, decision | {"decision": what})) == (404, "not-found")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"owner": "0" * 32}, (404, "not-found")),
        ({"owner": "../x"}, (404, "not-found")),
        ({"id": UUID7}, (404, "not-found")),
        ({"id": "x"}, (404, "not-found")),
        ({"decision": "hold"}, (400, "invalid-request")),
        ({"more": 1}, (400, "invalid-request")),
    ],
)
def test_a_signed_message_about_nothing_is_refused(held, signed, changes, code):
    decision = {"id": held.file["id"], "owner": held.owner, "decision": "release"}
    assert code_of(signed(held, decision | changes)) == code


def test_an_unsigned_message_is_not_believed(held, signed):
    decision = {"id": held.file["id"], "owner": held.owner, "decision": "release"}
    assert code_of(held.post("/api/hooks/release", json=decision)) == (401, "invalid-signature")
    other = "whsec_" + base64.b64encode(b"another secret of 32 bytes......").decode()
    assert code_of(signed(held, decision, secret=other)) == (401, "invalid-signature")
    assert held.get("/api/files").json()["files"] == [held.file]


def test_without_a_secret_nobody_can_release(prepared, start, api_of, signed):
    api = api_of(start(prepared()))
    assert code_of(signed(api, {})) == (401, "invalid-signature")


def test_a_link_for_one_time_is_not_used_up_while_the_file_is_held(held, signed, api_of, site):
    path, stranger = f"/api/files/{held.file['id']}/links", api_of(site)
    link = held.post(path, json={"expires_in": 600, "once": True}).json()
    assert code_of(stranger.get(link["url"])) == (409, "held")
    decision = {"id": held.file["id"], "owner": held.owner}
    signed(held, decision | {"decision": "release"})
    # Too late to reject it, and its links stay.
    assert code_of(signed(held, decision | {"decision": "reject"})) == (409, "not-held")
    assert [stranger.get(link["url"]).status_code for _ in range(2)] == [302, 404]


@pytest.mark.parametrize("by", ["a message", "the command"])
def test_with_a_rejected_file_its_links_go(held, signed, command, connection, by):
    held.post(f"/api/files/{held.file['id']}/links", json={"expires_in": 600})
    if by == "a message":
        signed(held, {"id": held.file["id"], "owner": held.owner, "decision": "reject"})
    else:
        assert command(held.environ, "reject", held.file["id"]).returncode == 0
    container = private_container(held.environ["DIRECT_UPLOAD_CONTAINER"])
    assert connection.get_container(container, prefix=f"links/{held.owner}/")[1] == []


def test_a_command_shows_and_releases_held_files(held, command):
    shown = command(held.environ, "held").stdout
    assert all(text in shown for text in (held.file["id"], held.owner, "hölle/a.txt", "1000"))
    done = command(held.environ, "release", held.file["id"])
    assert (done.returncode, done.stderr) == (0, "")
    assert held.get(held.file["download_url"]).status_code == 302
    assert held.file["id"] not in command(held.environ, "held").stdout
    again = command(held.environ, "release", held.file["id"])
    assert (again.returncode, len(again.stderr.splitlines())) == (1, 1)


def test_a_command_rejects_a_held_file_and_the_next_site_tells(held, site, command, start):
    assert command(held.environ, "reject", held.file["id"]).returncode == 0
    assert held.get("/api/files").json()["files"] == []
    site.end()
    start(held.environ)
    assert held.receiver.next(held.file)[1]["type"] == "file.rejected"


@pytest.fixture(scope="module")
def scanner(receiver_at):
    return receiver_at()


@pytest.fixture(scope="module")
def scanning_site(site_with, scanner):
    return site_with(scan_url=scanner.url, scan_timeout="2")


@pytest.fixture
def scanned(scanning_site, scanner, api_of):
    """A client of a site with a scanner, which is `api.scanner`."""
    api = api_of(scanning_site)
    api.scanner = scanner
    scanner.rest()
    return api


def test_a_scanner_gets_the_file_before_anybody_else_and_lets_it_pass(scanned):
    def scan(message):
        read.append(scanned.swift.get(message["data"]["download_url"]).content)
        return says("allow")

    read = []
    scanned.scanner.answer_with(scan)
    file = scanned.upload(BODY, name="a/b.bin", type="application/x-b")
    assert (file["state"], read) == ("stored", [BODY])
    assert scanned.get(file["download_url"]).status_code == 302
    headers, message = scanned.scanner.next()
    assert message["type"] == "file.scan"
    assert headers["webhook-id"] == f"file_scan_{file['id']}"
    assert {key: message["data"][key] for key in ("id", "name", "size", "type", "etag")} == {
        "id": file["id"], "name": "a/b.bin", "size": 1000, "type": "application/x-b", "etag": file["etag"]
    }  # fmt: skip


def test_what_a_scanner_refuses_is_gone(scanned):
    scanned.scanner.answer_with(says("refuse", detail="It has a virus."))
    upload = scanned.begin(BODY).send()
    refused = upload.complete()
    assert (code_of(refused), refused.json()["detail"]) == ((403, "refused"), "It has a virus.")
    assert scanned.get("/api/files").json()["files"] == []
    assert scanned.swift.head(upload.url(0)).status_code == 404


@pytest.mark.parametrize(
    "answer",
    [
        says("hold"),
        says("perhaps"),
        (200, b""),
        (200, b"[]"),
        (200, b"{}"),
        (200, b"x" * 100_000),
        (500, b""),
        (302, b""),
    ],
    ids=["hold", "unknown", "nothing", "a list", "no decision", "too much", "500", "302"],
)
def test_unless_a_scanner_says_yes_the_file_stays_held(scanned, answer):
    scanned.scanner.answer_with(answer)
    upload = scanned.begin(BODY).send()
    completed = upload.complete()
    assert (completed.status_code, completed.json()["state"]) == (201, "held")
    assert code_of(scanned.get(completed.json()["download_url"])) == (409, "held")
    assert upload.complete().json() == completed.json()


def test_a_scanner_that_is_away_holds_files_back(site_with, receiver_at, api_of):
    scanner = receiver_at()
    scanner.close()
    assert api_of(site_with(scan_url=scanner.url)).upload(BODY)["state"] == "held"


def test_a_file_that_a_scanner_holds_is_released_by_a_message_later(scanned, signed):
    scanned.scanner.answer_with(says("hold"))
    file = scanned.upload(BODY)
    owner = scanned.scanner.next()[1]["data"]["owner"]
    signed(scanned, {"id": file["id"], "owner": owner, "decision": "release"})
    assert scanned.get(file["download_url"]).status_code == 302


def test_a_batch_is_scanned_file_by_file(scanned):
    scanned.scanner.answer_with(
        lambda message: says("refuse" if "bad" in message["data"]["name"] else "allow")
    )
    uploads = [scanned.begin(BODY, name=name).send() for name in ("1", "bad", "3")]
    items = [{"id": one.id, "ticket": one.ticket, "segments": one.md5s} for one in uploads]
    results = scanned.post("/api/uploads/complete", json={"uploads": items}).json()["results"]
    assert [result.get("file", {}).get("state") for result in results] == ["stored", None, "stored"]
    assert results[1]["problem"]["code"] == "refused"


@pytest.fixture(scope="module")
def without_slo():
    """A cluster without Static Large Objects."""
    with EmbeddedSwift(background_seconds=0, changes=without("slo")) as cluster:
        yield cluster


def test_without_static_large_objects_nothing_is_scanned(without_slo, prepared, start, api_of):
    """Its uploader could change it after that. So it need not be sent at all."""
    site = start(prepared(cluster=without_slo, scan_url="http://127.0.0.1:9/scan", webhook_secret=SECRET))
    answer = api_of(site).post("/api/uploads", json={"name": "a", "size": 1, "type": "a/b"})
    assert code_of(answer) == (403, "refused")
    assert "Static Large Objects" in answer.json()["detail"]


def test_without_static_large_objects_nothing_is_held(without_slo, prepared, start, policy, api_of):
    upload = api_of(start(prepared(cluster=without_slo) | policy(HOLD_ALL))).begin(b"x").send()
    assert code_of(upload.complete()) == (403, "refused")
    assert upload.api.get("/api/files").json()["files"] == []
