"""What a client may get wrong: each is a 4xx in words with a stable code, and Swift hears nothing of it."""

import json
import time

import httpx
import pytest

from swift_store import tickets

MIB = 1 << 20
SECRET = "an application secret of the tests, long enough"
WISH = {"name": "a.txt", "size": 5, "type": "text/plain"}
JSON = {"Content-Type": "application/json"}
UUID7 = "01912345-6789-7abc-8def-0123456789ab"


@pytest.fixture
def refused(relay):
    """A function that checks a refusal: its form, its code, and that Swift got nothing."""
    before = relay.bytes

    def check(answer, code):
        assert 400 <= answer.status_code < 500
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert (problem["code"], problem["status"]) == (code, answer.status_code)
        assert problem["detail"].endswith(".")
        assert problem["title"]
        assert relay.bytes == before

    return check


def wish(**changes):
    return json.dumps(WISH | changes)


def without(name):
    return json.dumps({key: value for key, value in WISH.items() if key != name})


WISHES = {
    "no body": ("", "invalid-json"),
    "no JSON": ("name=a.txt&size=5", "invalid-json"),
    "cut off": (wish()[:-1], "invalid-json"),
    "two objects": (wish() + wish(), "invalid-json"),
    "not UTF-8": (wish().encode("utf-16"), "invalid-json"),
    "a stray byte": (b'{"name": "\xff"}', "invalid-json"),
    "too deep": ("[" * 60_000, "invalid-json"),
    "a lone surrogate": ('{"name": "\\ud800", "size": 5, "type": "a/b"}', "invalid-json"),
    "a late surrogate": ('{"name": "x\\udfff", "size": 5, "type": "a/b"}', "invalid-json"),
    "a list": ("[]", "invalid-request"),
    "null": ("null", "invalid-request"),
    "a text": ('"x"', "invalid-request"),
    "an empty object": ("{}", "invalid-request"),
    "no name": (without("name"), "invalid-request"),
    "no size": (without("size"), "invalid-request"),
    "no type": (without("type"), "invalid-request"),
    "an unknown field": (wish(owner="0" * 32), "invalid-request"),
    "a number as name": (wish(name=5), "invalid-request"),
    "no name at all": (wish(name=None), "invalid-request"),
    "a text as size": (wish(size="5"), "invalid-request"),
    "a fraction": (wish(size=5.5), "invalid-request"),
    "a float": (wish(size=5.0), "invalid-request"),
    "1e3": ('{"name": "a", "size": 1e3, "type": "a/b"}', "invalid-request"),
    "NaN": ('{"name": "a", "size": NaN, "type": "a/b"}', "invalid-request"),
    "a switch as size": (wish(size=True), "invalid-request"),
    "less than nothing": (wish(size=-1), "invalid-request"),
    "5000 digits": ('{"name": "a", "size": ' + "9" * 5000 + ', "type": "a/b"}', "invalid-json"),
    "4000 digits": ('{"name": "a", "size": ' + "9" * 4000 + ', "type": "a/b"}', "file-too-large"),
    "2^63": (wish(size=1 << 63), "file-too-large"),
    "a byte too much": (wish(size=(1 << 40) + 1), "file-too-large"),
    "an empty name": (wish(name=""), "invalid-name"),
    "a blank name": (wish(name=" \t"), "invalid-name"),
    "this folder": (wish(name="."), "invalid-name"),
    "the folder above": (wish(name=".."), "invalid-name"),
    "a path": (wish(name="../../etc/passwd"), "invalid-name"),
    "a root": (wish(name="/a"), "invalid-name"),
    "a folder": (wish(name="a/"), "invalid-name"),
    "an empty part": (wish(name="a//b"), "invalid-name"),
    "a way up": (wish(name="a/../b"), "invalid-name"),
    "NUL": (wish(name="a\0b"), "invalid-name"),
    "a line break": (wish(name="a\nb"), "invalid-name"),
    "a C1 control": (wish(name="a\x85b"), "invalid-name"),
    "a line separator": (wish(name="a\u2028b"), "invalid-name"),
    "256 characters": (wish(name="a" * 256), "invalid-name"),
    "904 bytes": (wish(name="\U0001f600" * 226), "invalid-name"),
    "5000 characters": (wish(name="a" * 5000), "invalid-request"),
    "an empty type": (wish(type=""), "invalid-type"),
    "half a type": (wish(type="text"), "invalid-type"),
    "a type with parameters": (wish(type="text/plain; charset=utf-8"), "invalid-type"),
    "a type with a header": (wish(type="text/plain\r\nX-Evil: 1"), "invalid-type"),
    "any type": (wish(type="*/*"), "invalid-type"),
    "tiny segments": (wish(segment_size=MIB - 1), "invalid-segment-size"),
    "huge segments": (wish(segment_size=1 << 60), "invalid-segment-size"),
    "negative segments": (wish(segment_size=-MIB), "invalid-segment-size"),
    "a fraction of a segment": (wish(segment_size=1.5), "invalid-request"),
    "2 MiB of blanks": (" " * 2 * MIB, "request-too-large"),
    "a byte above 64 KiB": (" " * 65537, "request-too-large"),
    "64 KiB": (" " * 65536, "invalid-json"),
}


@pytest.mark.parametrize(("body", "code"), WISHES.values(), ids=WISHES)
def test_a_wrong_wish_is_refused(api, refused, body, code):
    refused(api.post("/api/uploads", content=body, headers=JSON), code)


def in_chunks(text, size=1 << 16):
    """A body that does not announce its length."""
    body = text.encode()
    return (body[at : at + size] for at in range(0, len(body), size))


def test_a_body_in_chunks_is_a_body_like_others(api):
    assert api.post("/api/uploads", content=in_chunks(wish(name="in chunks"), size=3)).status_code == 201


@pytest.mark.parametrize("size", [1 << 10, 1 << 20, 3 * MIB])
def test_a_body_in_chunks_has_the_same_limit(api, refused, size):
    refused(api.post("/api/uploads", content=in_chunks(" " * 3 * MIB, size)), "request-too-large")
    assert api.get("/healthz").status_code == 200


def test_all_wrong_fields_are_named_at_once(api):
    problem = api.post("/api/uploads", json={"name": 1, "size": -1, "extra": 0}).json()
    assert {error["field"] for error in problem["errors"]} == {"name", "size", "type", "extra"}


UNKNOWN = {
    "many": {str(number): 0 for number in range(7000)},
    "long": {"x" * 60_000: 0},
    "deep": {"name": {"x" * 60_000: 0}},
}


@pytest.mark.parametrize("wish", UNKNOWN.values(), ids=UNKNOWN)
def test_however_much_is_wrong_the_answer_is_short(api, refused, wish):
    answer = api.post("/api/uploads", json=wish)
    refused(answer, "invalid-request")
    assert len(answer.content) < 6000


def test_so_much_as_is_not_named_is_counted(api):
    problem = api.post("/api/uploads", json=WISH | UNKNOWN["many"]).json()
    assert len(problem["errors"]) == 20
    assert problem["detail"].endswith("; and 6980 more.")


def test_in_a_batch_each_item_s_faults_are_bounded(api):
    batch = {"uploads": [WISH, {str(number): 0 for number in range(90_000)}]}
    answer = api.post("/api/uploads/batch", content=json.dumps(batch, separators=(",", ":")))
    good, bad = answer.json()["results"]
    assert good["upload"]
    assert (bad["problem"]["code"], len(bad["problem"]["errors"])) == ("invalid-request", 20)


def test_the_longest_completion_is_no_larger_than_a_body_may_be(api):
    longest = {"ticket": "x" * 8192, "segments": [GOOD] * 1000}
    answer = api.post(f"/api/uploads/{UUID7}/complete", content=json.dumps(longest, indent=2))
    assert answer.json()["code"] == "invalid-ticket"


def test_a_refused_file_size_tells_the_limit(api):
    assert api.post("/api/uploads", content=wish(size=1 << 50)).json()["limit"] == 1 << 40


@pytest.fixture(scope="module")
def begun(api_of, site):
    """An upload of two segments that the tests do wrong things to."""
    return api_of(site).begin(b"x" * (MIB + 1), segment_size=MIB)


def forged(upload, **changes):
    """The upload's ticket with changes, signed with a secret of one's own."""
    ticket = tickets.open_ticket(upload.ticket, [SECRET], now=0)
    return tickets.seal(type(ticket)(**vars(ticket) | changes), ["another secret, of somebody else"])


def expired(upload):
    ticket = tickets.open_ticket(upload.ticket, [SECRET], now=0)
    return tickets.seal(type(ticket)(**vars(ticket) | {"expires_at": int(time.time())}), [SECRET])


def changed(upload):
    letter = "A" if upload.ticket[5] != "A" else "B"
    return upload.ticket[:5] + letter + upload.ticket[6:]


TICKETS = {
    "empty": (lambda _: "", "invalid-request"),
    "no text": (lambda _: 5, "invalid-request"),
    "too long": (lambda _: "x" * 9000, "invalid-request"),
    "nonsense": (lambda _: "nonsense", "invalid-ticket"),
    "not ASCII": (lambda _: "é.日本", "invalid-ticket"),
    "dots": (lambda _: "...", "invalid-ticket"),
    "changed": (changed, "invalid-ticket"),
    "cut": (lambda upload: upload.ticket[:-1], "invalid-ticket"),
    "longer": (lambda upload: upload.ticket + "A", "invalid-ticket"),
    "of another secret": (forged, "invalid-ticket"),
    "bigger by forgery": (lambda upload: forged(upload, size=1 << 50), "invalid-ticket"),
    "expired": (expired, "ticket-expired"),
}


@pytest.mark.parametrize("action", ["complete", "renew", "discard"])
@pytest.mark.parametrize(("make", "code"), TICKETS.values(), ids=TICKETS)
def test_a_wrong_ticket_is_refused(begun, refused, action, make, code):
    upload = type(begun)(begun.api, begun.created, b"x" * (MIB + 1))
    upload.ticket = make(begun)
    if action == "discard":
        # A header is a text of visible ASCII, and one that is not ours is simply no ticket of ours.
        upload.ticket = str(upload.ticket).encode()
        code = "invalid-ticket" if code == "invalid-request" else code
    refused(getattr(upload, action)(), code)


def test_discarding_needs_a_ticket(begun, refused):
    refused(begun.api.delete(f"/api/uploads/{begun.id}"), "invalid-ticket")


@pytest.mark.parametrize("upload_id", [UUID7, "x", "..%2F..", "%00", "é"])
def test_a_ticket_is_good_at_its_own_address_only(begun, refused, upload_id):
    path, header = f"/api/uploads/{upload_id}", {"Upload-Ticket": begun.ticket}
    refused(begun.api.post(f"{path}/renew", json={"ticket": begun.ticket}), "wrong-upload")
    refused(begun.api.delete(path, headers=header), "wrong-upload")


def test_somebody_else_s_ticket_is_refused(begun, api, refused):
    body = {"ticket": begun.ticket, "segments": begun.md5s}
    refused(api.post(f"/api/uploads/{begun.id}/complete", json=body), "foreign-ticket")


def test_a_lost_cookie_is_somebody_else(begun, refused):
    cookie = dict(begun.api.cookies)
    begun.api.cookies.set("direct-upload-owner", next(iter(cookie.values()))[:-1] + "!")
    try:
        refused(begun.renew(), "foreign-ticket")
    finally:
        begun.api.cookies.clear()
        begun.api.cookies.update(cookie)


GOOD = "0" * 32
CHECKSUMS = {
    "none": ([], "invalid-segments"),
    "one too few": ([GOOD], "invalid-segments"),
    "one too many": ([GOOD] * 3, "invalid-segments"),
    "1001": ([GOOD] * 1001, "invalid-request"),
    "upper case": ([GOOD, "A" * 32], "invalid-segments"),
    "31 digits": ([GOOD, "0" * 31], "invalid-segments"),
    "a line break": ([GOOD, GOOD + "\n"], "invalid-segments"),
    "no hex": ([GOOD, "z" * 32], "invalid-segments"),
    "quoted": ([GOOD, f'"{GOOD}"'], "invalid-segments"),
    "numbers": ([GOOD, 5], "invalid-request"),
    "null": ([GOOD, None], "invalid-request"),
    "a text": (GOOD, "invalid-request"),
    "an object": ({"0": GOOD}, "invalid-request"),
}


@pytest.mark.parametrize(("md5s", "code"), CHECKSUMS.values(), ids=CHECKSUMS)
def test_wrong_checksums_are_refused(begun, refused, md5s, code):
    refused(begun.complete(md5s), code)


def test_malformed_checksums_are_listed(begun):
    assert begun.complete(["x", GOOD]).json()["segments"] == [{"number": 0, "reason": "malformed"}]


@pytest.mark.parametrize("action", ["complete", "renew"])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "invalid-json"),
        ("[]", "invalid-request"),
        ("{}", "invalid-request"),
        (" " * 2 * MIB, "request-too-large"),
    ],
    ids=["empty", "a list", "nothing in it", "2 MiB"],
)
def test_later_steps_take_json_objects_only(begun, refused, action, body, code):
    refused(begun.api.post(f"/api/uploads/{begun.id}/{action}", content=body), code)


def test_unknown_fields_are_refused_in_later_steps_too(begun, refused):
    refused(begun.complete(size=1), "invalid-request")


FILE_IDS = ["x", "0", "%2e%2e%2f", UUID7.upper(), UUID7 + "%0a", f"%7B{UUID7}%7D", "%00", "é", "a%2Fb"]


@pytest.mark.parametrize("file_id", FILE_IDS)
def test_what_is_no_id_is_not_found(api, refused, file_id):
    refused(api.get(f"/api/files/{file_id}"), "not-found")
    refused(api.delete(f"/api/files/{file_id}"), "not-found")
    refused(api.get(f"/files/{file_id}"), "not-found")


def test_a_well_formed_id_of_nothing_is_not_found(api):
    assert api.get(f"/api/files/{UUID7}").status_code == 404


def test_an_address_that_is_no_text_is_refused(api, refused):
    refused(api.get("/api/files/%ff"), "invalid-request")


@pytest.mark.parametrize("after", ["x", "", "..", UUID7.upper(), "é"])
def test_a_list_continues_after_ids_only(api, refused, after):
    refused(api.get("/api/files", params={"after": after}), "invalid-request")


@pytest.mark.parametrize("limit", ["", "0", "-1", "1001", "10000", "1e2", "01", "\u0661", "all"])
def test_a_page_has_from_1_to_1000_files(api, refused, limit):
    refused(api.get("/api/files", params={"limit": limit}), "invalid-request")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "DELETE", "GET"])
def test_a_wrong_method_is_told_the_right_ones(api, refused, method):
    answer = api.request(method, "/api/uploads")
    refused(answer, "method-not-allowed")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/nothing", "/api", "/api/", "/api/uploads/x/y", "/.env"])
def test_an_unknown_address_is_not_found(api, refused, method, path):
    refused(api.request(method, path), "not-found")


@pytest.mark.parametrize(("method", "code"), [("GET", "not-found"), ("POST", "method-not-allowed")])
def test_a_missing_asset_is_a_problem_too(site, refused, method, code):
    refused(httpx.request(method, f"{site.url}/assets/nothing"), code)


def test_assets_do_not_lead_out_of_their_folder(site):
    for path in ("/assets/../server.py", "/assets/%2e%2e/%2e%2e/server.py", "/assets//etc/passwd"):
        answer = httpx.get(httpx.URL(site.url).copy_with(raw_path=path.encode()))
        assert answer.status_code in {403, 404, 400}
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_of_many_megabytes_is_refused_before_it_has_come(api):
    answer = api.post("/api/uploads", content=b"x" * 8 * MIB, headers={"Expect": "100-continue"})
    assert answer.status_code == 413


def test_the_connection_stays_good_after_refusals(api):
    for body in ("", " " * 2 * MIB, "[]"):
        api.post("/api/uploads", content=body)
    assert api.upload()["size"] == 1
