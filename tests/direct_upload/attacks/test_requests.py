"""Attacks by requests that no browser would send, and by names that some program would trust."""

import re
import socket

import httpx
import pytest

NAMES = {
    "a path upwards": "../../etc/passwd",
    "a path upwards in the middle": "a/../../b",
    "an absolute path": "/etc/passwd",
    "nothing between slashes": "a//b",
    "a folder": "a/",
    "dots alone": "..",
    "a line break": "a\r\nSet-Cookie: stolen=1",
    "NUL": "a.txt\x00.png",
    "a C1 line break": "a\x85b",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_that_leads_elsewhere_is_refused(api, name):
    """Zip-slip and header injection."""
    answer = api.post("/api/uploads", json={"name": name, "size": 1, "type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-name")


DOWNLOADED = {
    "quotes": 'a"; filename="evil.exe',
    "semicolons": "a; filename*=UTF-8''evil.exe",
    "percent signs": "%2e%2e%2f%0d%0aSet-Cookie: x=1",
    "backslashes": "..\\..\\evil.exe",
    "a right-to-left override": "photo\u202egpj.exe",
    "a tilde": "~root",
    "a dash": "-rf",
    "a folder": "folder/inner.txt",
}


@pytest.mark.parametrize("name", DOWNLOADED.values(), ids=DOWNLOADED)
def test_a_download_s_headers_hold_one_name_without_folders(api, name):
    file = api.upload(b"x", name=name)
    answer = httpx.get(api.get(file["download_url"]).headers["location"])
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; ")
    assert len(re.findall(r'(?:^|; )filename="[^"]*"', disposition)) == 1
    assert len(re.findall(r"(?:^|; )filename\*=", disposition)) == 1
    assert "/" not in re.search(r'filename="([^"]*)"', disposition)[1]
    assert "set-cookie" not in answer.headers


def test_a_redirect_has_no_line_break_in_it(api):
    file = api.upload(b"x", name="a b\tc.txt".replace("\t", " "))
    location = api.get(file["download_url"]).headers["location"]
    assert not re.search(r"[\r\n ]", location)


TYPES = (
    "text/html",
    "image/svg+xml",
    "text/xml",
    "application/xhtml+xml",
    "text/HTML",
    "application/rss+xml",
)


@pytest.mark.parametrize("declared", TYPES)
def test_what_a_browser_would_run_is_served_as_bytes(api, declared):
    file = api.upload(b"<script>alert(1)</script>", name="x.html", type=declared)
    link = api.get(file["download_url"]).headers["location"]
    for address in (link, f"{link}&inline", link.replace("filename=", "x=") + "&inline"):
        answer = httpx.get(address)
        assert answer.headers["content-type"] == "application/octet-stream"


METADATA = ("text/html\r\nX-Evil: 1", "text/html; charset=utf-7", "<script>/x", "x/y,text/html", "*/*")


@pytest.mark.parametrize("declared", METADATA)
def test_a_type_that_is_none_is_refused(api, declared):
    answer = api.post("/api/uploads", json={"name": "a", "size": 1, "type": declared})
    assert answer.json()["code"] == "invalid-type"


def test_the_type_and_headers_that_were_sent_to_swift_count_nothing(api, swift_headers):
    upload = api.begin(b"<script>alert(1)</script>", type="text/plain")
    answer = httpx.put(upload.url(0), content=upload.parts[0], headers=swift_headers)
    assert answer.status_code == 201
    file = upload.complete().json()
    served = httpx.get(api.get(file["download_url"]).headers["location"])
    assert served.headers["content-type"] == "text/plain"
    assert "evil" not in str(served.headers)


@pytest.fixture
def swift_headers():
    return {
        "Content-Type": "text/html", "Content-Disposition": "inline; filename=evil.html",
        "Content-Encoding": "evil", "X-Object-Meta-Public-Evil": "evil",
    }  # fmt: skip


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP"])
def test_a_made_up_address_is_not_believed(api, site, log_lines, eventually, header):
    path = f"/nothing/{header}"
    api.get(path, headers={header: "203.0.113.77"})
    eventually(lambda: any(line.get("path") == path for line in log_lines(site)))
    assert "203.0.113.77" not in site.log


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Forwarded-Proto", "Host", "X-Original-URL"])
def test_a_made_up_host_changes_no_address_of_ours(api, header):
    file = api.upload(b"x")
    answer = api.get(file["download_url"], headers={header: "evil.example"})
    assert "evil.example" not in answer.headers["location"]
    assert "evil.example" not in api.get("/api/files", headers={header: "evil.example"}).text


def raw(site, text):
    """Send these bytes, and read until the site hangs up."""
    host, port = site.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(text.encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


SMUGGLED = {
    "two lengths": "POST /api/uploads HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    "Content-Length: 0\r\nContent-Length: 30\r\n\r\nGET /evil HTTP/1.1\r\nHost: x\r\n\r\n",
    "a length and chunks": "POST /api/uploads HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\nHost: x\r\n\r\n",
    "a length with a sign": "POST /api/uploads HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    "Content-Length: +5\r\n\r\nxxxxx",
    "a header on two lines": "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    "X: a\r\n b\x0b\r\n\r\n",
    "a line break in the path": "GET /\rSet-Cookie:x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("text", SMUGGLED.values(), ids=SMUGGLED)
def test_a_request_within_a_request_is_not_answered(site, text):
    """Request smuggling: what two servers in a row could read differently."""
    answer = raw(site, text)
    assert answer.count("HTTP/1.1 ") <= 1
    assert " 200 " not in answer.split("\r\n")[0] or "X: a" in text
    assert "Set-Cookie:x" not in answer
