"""Every variant against requests that no good client sends: words, nothing left behind, and the worker
lives.
"""

from dataclasses import dataclass, field

import pytest

BOUNDARY = "----boundary-of-a-browser"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
MAX_BODY = 8 << 20
A_FILE = ('name="file"; filename="a.bin"', [], b"contents " * 50_000)
A_FIELD = ('name="comment"', [], b"hello")


@dataclass(frozen=True)
class Bad:
    """A request: its parts or its body, how it lies about them, and what is said about it."""

    status: int
    code: str
    parts: tuple = (A_FILE,)
    body: bytes | None = None
    content_type: str = CONTENT_TYPE
    headers: dict = field(default_factory=dict)
    missing: int = 0
    announced_extra: int = 0
    chunked: bool = False
    # Tornado closes without a word where the client has closed its half, or broken the framing.
    may_be_silent: bool = False


def part(content=b"x", **disposition):
    text = "; ".join(f'{name}="{value}"' for name, value in disposition.items())
    return (text, [], content)


def raw_part(header):
    line = f"--{BOUNDARY}".encode()
    return b"\r\n".join([line, header, b"", b"content", line + b"--", b""])


TOO_MUCH = part(b"z" * (MAX_BODY + 1), name="file", filename="a")

BAD = {
    "truncated": Bad(400, "truncated-body", missing=200_000, may_be_silent=True),
    "shorter than announced": Bad(408, "body-too-slow", announced_extra=1000),
    "longer than announced": Bad(400, "malformed-form", announced_extra=-100_000),
    "another boundary": Bad(400, "malformed-form", content_type="multipart/form-data; boundary=other"),
    "no boundary": Bad(400, "malformed-form", content_type="multipart/form-data"),
    "an impossible boundary": Bad(400, "malformed-form", content_type='multipart/form-data; boundary="é"'),
    "no end": Bad(400, "malformed-form", body=b"--" + BOUNDARY.encode() + b"\r\n"),
    "nothing at all": Bad(400, "malformed-form", body=b""),
    "a part without a name": Bad(400, "malformed-form", body=raw_part(b"X: y")),
    "headers that are no text": Bad(400, "malformed-form", body=raw_part(b"Content-Disposition: \xff")),
    "no file": Bad(400, "no-file", parts=(A_FIELD,)),
    "an empty form": Bad(400, "no-file", parts=()),
    "nothing chosen": Bad(400, "no-file", parts=(part(b"", name="file", filename=""),)),
    "a file in another field": Bad(400, "no-file", parts=(part(name="image", filename="a"),)),
    "two files": Bad(400, "several-files", parts=(A_FILE, A_FIELD, part(name="file", filename="b"))),
    "no form": Bad(415, "not-multipart", body=b"{}", content_type="application/json"),
    "too many parts": Bad(413, "form-too-large", parts=(A_FIELD,) * 30),
    "too many parts behind the file": Bad(413, "form-too-large", parts=(A_FILE, *(A_FIELD,) * 30)),
    "a huge field": Bad(413, "form-too-large", parts=(part(b"y" * 2_000_000, name="comment"), A_FILE)),
    "a huge body": Bad(413, "body-too-large", announced_extra=MAX_BODY),
    "a huge chunked body": Bad(413, "body-too-large", parts=(TOO_MUCH,), chunked=True),
    "chunked without end": Bad(408, "body-too-slow", chunked=True, missing=5),
    "chunked and cut": Bad(400, "truncated-body", chunked=True, missing=100_000, may_be_silent=True),
    "a name of dots": Bad(400, "invalid-name", parts=(part(name="file", filename=".."),)),
    "a name of slashes": Bad(400, "invalid-name", parts=(part(name="file", filename="a/"),)),
    "a name with a control character": Bad(400, "invalid-name", parts=(part(name="file", filename="a\x07"),)),
    "a name that is too long": Bad(400, "invalid-name", parts=(part(name="file", filename="n" * 256),)),
    "from another site": Bad(403, "cross-site", headers={"Origin": "https://evil.example"}),
    "from another site's page": Bad(403, "cross-site", headers={"Sec_Fetch_Site": "cross-site"}),
}  # fmt: skip


def framed(body):
    chunks = [body[start : start + 65_536] for start in range(0, len(body), 65_536)]
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


def send(site, form, bad):
    body = form(*bad.parts) if bad.body is None else bad.body
    headers = {"Content_Type": bad.content_type, **bad.headers}
    if bad.chunked:
        headers["Transfer_Encoding"], body = "chunked", framed(body)
    else:
        headers["Content_Length"] = len(body) + bad.announced_extra
    connection = site.connect()
    connection.send(site.request_head("POST", "/upload", **headers))
    connection.send(body[: len(body) - bad.missing])
    if bad.may_be_silent:
        connection.end_sending()
    return connection.answer()


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_bad_request_is_refused_in_words_and_leaves_nothing(site, form, eventually, bad):
    answer = send(site, form, bad)
    if not (bad.may_be_silent and site.variant.worker == "tornado" and answer.status is None):
        assert (answer.status, answer.code) == (bad.status, bad.code)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json["detail"].endswith(".")
    assert site.get("/ping").body == b"pong\n"
    assert site.objects() == []
    eventually(lambda: site.spooled_files() == [])


def test_a_client_that_vanishes_leaves_nothing(site, form, eventually):
    body = form(A_FILE, end=False)
    connection = site.connect()
    head = site.request_head("POST", "/upload", Content_Length=4_000_000, Content_Type=CONTENT_TYPE)
    connection.send(head + body)
    connection.socket.close()
    eventually(lambda: site.get("/ping").status == 200)
    eventually(lambda: site.spooled_files() == [])
    assert site.objects() == []


def test_what_gunicorn_itself_refuses_ends_in_400(streaming):
    connection = streaming.connect()
    head = streaming.request_head("POST", "/upload", Content_Length=5, Transfer_Encoding="chunked")
    connection.send(head + b"0\r\n\r\n")
    assert connection.answer().status == 400
    assert streaming.get("/ping").status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/upload", 405),
        ("POST", "/ping", 405),
        ("GET", "/files/not-an-id", 404),
        ("GET", "/uploads/01900000-0000-7000-8000-000000000000", 404),
        ("GET", "/files?after=x", 400),
        ("GET", "/static/app.py", 404),
        ("GET", "/static/..%2fapp.py", 404),
    ],
)
def test_other_addresses_are_refused_in_words(site, method, path, status):
    connection = site.connect()
    connection.send(site.request_head(method, path, Connection="close", Content_Length=0))
    answer = connection.answer()
    assert answer.status == status
    assert answer.json["status"] == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_somebody_elses_files_are_not_found(site, file_form, site_of, eventually):
    upload_id = site.post(file_form(b"mine")).json["id"]
    eventually(lambda: site.get(f"/uploads/{upload_id}").json["state"] == "stored")
    stranger = site_of(site.variant)
    assert stranger.get("/files").json["files"] == []
    assert stranger.get(f"/files/{upload_id}").status == 404
    assert stranger.get(f"/uploads/{upload_id}").status == 404
