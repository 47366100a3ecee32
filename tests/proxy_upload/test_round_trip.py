"""Every variant: a form goes in, the file is in Swift, listed and downloaded like any other."""

import hashlib
import os

import pytest

CONTENTS = {
    "nothing": b"",
    "one byte": b"x",
    "its boundary nearly": b"\r\n------boundary-of-a-browse\r\n--",
    "line ends": b"\r\n" * 40_000,
    "three MB": os.urandom(3_000_000),
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_a_file_comes_back_bit_for_bit(site, file_form, eventually, content):
    answer = site.post(file_form(content, name="r\u00e9 'x'.bin"))
    assert answer.status == (202 if site.variant.push == "background" else 201)
    upload_id = answer.json["id"]
    eventually(lambda: site.get(f"/uploads/{upload_id}").json["state"] == "stored")
    (listed,) = site.get("/files").json["files"]
    assert listed["id"] == upload_id
    assert (listed["name"], listed["size"]) == ("r\u00e9 'x'.bin", len(content))
    assert listed["type"] == "application/x-thing"
    assert listed["etag"] == hashlib.md5(content, usedforsecurity=False).hexdigest()
    if answer.status == 201:
        assert answer.json == listed
    downloaded = site.download(listed["download_url"])
    assert downloaded.body == content
    assert "filename*=UTF-8''r%C3%A9" in downloaded.headers["Content-Disposition"]
    assert site.spooled_files() == []


def test_a_chunked_form_is_taken_too(site, file_form, eventually):
    body = file_form(b"chunked " * 50_000)
    connection = site.connect()
    content_type = "multipart/form-data; boundary=----boundary-of-a-browser"
    connection.send(
        site.request_head("POST", "/upload", Transfer_Encoding="chunked", Content_Type=content_type)
    )
    for start in range(0, len(body), 33_333):
        piece = body[start : start + 33_333]
        connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
    connection.send(b"0\r\n\r\n")
    assert connection.answer().status in {201, 202}
    eventually(lambda: len(site.objects()) == 1)
    (listed,) = site.get("/files").json["files"]
    assert site.download(listed["download_url"]).body == b"chunked " * 50_000


NAMES = {
    r"C:\\fakepath\\report.pdf": "report.pdf",
    r"\\\\server\\share\\report.pdf": "report.pdf",
    "../../etc/passwd": "passwd",
    "/absolute/name": "name",
    "with %22quotes%22": 'with "quotes"',
    'with \\"quotes\\"': 'with "quotes"',
    "50%25.txt": "50%25.txt",
    "日本.pdf": "日本.pdf",
    ".hidden": ".hidden",
    "a;b=c.txt": "a;b=c.txt",
}


@pytest.mark.parametrize(("sent", "stored"), NAMES.items(), ids=NAMES.values())
def test_a_name_is_the_last_component_of_what_the_client_says(streaming, file_form, sent, stored):
    assert streaming.post(file_form(b"x", name=sent)).json["name"] == stored
    assert streaming.objects()[0].endswith("/" + stored)


def test_the_encoded_form_of_a_name_is_read(streaming, form):
    body = form(("name=\"file\"; filename*=UTF-8''na%C3%AFve.txt", [], b"x"))
    assert streaming.post(body).json["name"] == "naïve.txt"


TYPES = {
    "image/png": "image/png",
    "text/plain; charset=utf-8": "text/plain",
    "text/html": "application/octet-stream",
    "image/svg+xml": "application/octet-stream",
    "nonsense": "application/octet-stream",
    "": "application/octet-stream",
    "IMAGE/PNG": "image/png",
}


@pytest.mark.parametrize(("sent", "stored"), TYPES.items())
def test_a_type_is_stored_when_it_is_one_that_no_browser_runs(streaming, file_form, sent, stored):
    answer = streaming.post(file_form(b"x", content_type=sent))
    assert answer.json["type"] == stored
    assert streaming.download(answer.json["download_url"]).headers["Content-Type"] == stored
