"""The upload protocol, step by step, over HTTP against a real site and a real Swift."""

from datetime import UTC, datetime, timedelta

import pytest

MIB = 1 << 20
BODY = bytes(range(256)) * 10 * 1024 + b"the end"
MD5_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e"


def code_of(answer):
    return answer.status_code, answer.json()["code"]


def download(api, file):
    """The file's bytes and headers, by the way a browser takes."""
    moved = api.get(file["download_url"])
    assert moved.status_code == 302
    return api.swift.get(moved.headers["location"])


def test_a_file_goes_up_in_segments_and_comes_down_as_it_was(api):
    upload = api.begin(BODY, name='ré"s\\ 日本.pdf', type="application/pdf", segment_size=MIB)
    assert (upload.created["segment_size"], upload.created["segment_count"]) == (MIB, 3)
    answer = upload.send().complete()
    file = answer.json()
    assert (answer.status_code, file["size"], file["name"]) == (201, len(BODY), 'ré"s\\ 日本.pdf')
    came = download(api, file)
    assert (came.content, came.headers["content-type"]) == (BODY, "application/pdf")
    assert came.headers["content-disposition"].endswith(
        "filename*=UTF-8''r%C3%A9%22s%5C%20%E6%97%A5%E6%9C%AC.pdf"
    )


def test_an_upload_says_when_it_began_and_its_signature_when_it_ends(api):
    upload = api.begin()
    until = datetime.fromisoformat(upload.target["expires_at"])
    assert timedelta(minutes=10) < until - datetime.now(UTC) <= timedelta(minutes=15)
    file = upload.send().complete().json()
    assert abs(datetime.fromisoformat(file["created_at"]) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_target_is_whole_by_itself_and_any_segment_may_be_signed_alone(api):
    upload = api.begin(BODY, segment_size=MIB)
    assert set(upload.target) == {"url", "query", "expires_at"}
    upload.target = {**upload.target, "query": upload.sign(1).json()["queries"][0]}
    upload.send(1)


def test_an_empty_file_has_no_segments(api):
    upload = api.begin(b"", name="empty")
    assert upload.created["segment_count"] == 0
    file = upload.complete().json()
    assert (file["size"], file["etag"]) == (0, MD5_OF_NOTHING)
    assert download(api, file).content == b""


@pytest.mark.parametrize("name", ["a", "é" * 255, "日本" * 127, "100% #?&=+;.txt", "a" * 251 + ".txt", " x "])
def test_any_good_name_comes_back(api, name):
    file = api.upload(b"x", name=name)
    assert api.get(f"/api/files/{file['id']}").json()["name"] == name
    assert download(api, file).content == b"x"


def test_a_file_of_a_folder_keeps_its_path_and_is_saved_under_its_name(api):
    file = api.upload(b"x", name="holiday/2026/été.jpg")
    assert api.get("/api/files").json()["files"][0]["name"] == file["name"] == "holiday/2026/été.jpg"
    saved_as = download(api, file).headers["content-disposition"]
    assert saved_as.endswith("filename*=UTF-8''%C3%A9t%C3%A9.jpg")
    assert api.delete(f"/api/files/{file['id']}").status_code == 204


def test_complete_again_gives_the_same_answer(api):
    upload = api.begin(BODY).send()
    first, again = upload.complete(), upload.complete()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_complete_again_with_other_checksums_is_refused(api):
    upload = api.begin(BODY).send()
    upload.complete()
    assert code_of(upload.complete(["0" * 32])) == (409, "already-complete")


def test_faulty_segments_are_listed_and_the_upload_can_go_on(api):
    upload = api.begin(BODY, segment_size=MIB).send(0)
    refused = upload.complete([upload.md5s[2], *upload.md5s[1:]])
    assert code_of(refused) == (409, "segments-rejected")
    assert refused.json()["segments"] == [
        {"number": 0, "reason": "checksum"},
        {"number": 1, "reason": "missing"},
        {"number": 2, "reason": "missing"},
    ]
    assert api.get("/api/files").json()["files"] == []
    assert upload.send(1, 2).complete().status_code == 201


def test_swift_itself_checks_the_announced_md5(api):
    upload = api.begin(BODY)
    answer = api.swift.put(upload.url(0), content=b"damaged", headers={"ETag": upload.md5s[0]})
    assert answer.status_code == 422


def test_head_tells_what_is_stored_already(api):
    upload = api.begin(BODY, segment_size=MIB).send(1)
    assert [api.swift.head(upload.url(number)).status_code for number in range(3)] == [404, 200, 404]
    assert api.swift.head(upload.url(1)).headers["etag"] == upload.md5s[1]


def test_a_renewed_signature_continues_the_same_upload(api):
    upload = api.begin(BODY, segment_size=MIB).send(0)
    answer = upload.renew()
    assert answer.status_code == 200
    assert answer.json()["target"]["url"] == upload.target["url"]
    upload.target = answer.json()["target"]
    assert upload.send(1, 2).complete().status_code == 201


def test_a_discarded_upload_is_gone(api):
    upload = api.begin(BODY, segment_size=MIB).send()
    assert upload.discard().status_code == 204
    assert api.swift.head(upload.url(0)).status_code == 404
    assert code_of(upload.complete()) == (409, "segments-rejected")
    assert upload.discard().status_code == 204


def test_a_complete_upload_is_not_discarded(api):
    upload = api.begin(BODY).send()
    file = upload.complete().json()
    assert code_of(upload.discard()) == (409, "already-complete")
    assert download(api, file).content == BODY


def test_files_are_listed_newest_first_until_they_are_deleted(api):
    files = [api.upload(b"x" * size, name=f"{size}.txt") for size in range(3)]
    assert api.get("/api/files").json() == {"files": files[::-1], "next": None}
    assert api.delete(f"/api/files/{files[1]['id']}").status_code == 204
    assert api.get("/api/files").json()["files"] == [files[2], files[0]]
    for gone in (api.get(f"/api/files/{files[1]['id']}"), api.get(files[1]["download_url"])):
        assert code_of(gone) == (404, "not-found")


def test_a_list_goes_on_after_any_file(api):
    files = [api.upload(b"", name=str(number)) for number in range(3)]
    assert api.get("/api/files", params={"after": files[2]["id"]}).json()["files"] == [files[1], files[0]]


def test_a_long_list_comes_in_pages(api):
    files = [api.upload(b"", name=str(number)) for number in range(101)]
    first = api.get("/api/files").json()
    second = api.get("/api/files", params={"after": first["next"]}).json()
    assert (len(first["files"]), second["next"]) == (100, None)
    assert first["files"] + second["files"] == files[::-1]


def test_a_page_has_as_many_files_as_asked_for(api):
    files = [api.upload(b"", name=str(number)) for number in range(3)]
    first = api.get("/api/files", params={"limit": 2}).json()
    assert first == {"files": [files[2], files[1]], "next": files[1]["id"]}
    second = api.get("/api/files", params={"limit": 1000, "after": first["next"]}).json()
    assert second == {"files": [files[0]], "next": None}


def test_the_declared_type_decides_but_nothing_that_a_browser_would_run_is_served(api):
    file = api.upload(b"<script>alert(1)</script>", name="a.html", type="text/html")
    assert file["type"] == "application/octet-stream"
    moved = api.get(file["download_url"])
    came = api.swift.get(moved.headers["location"] + "&inline")
    assert came.headers["content-type"] == "application/octet-stream"


def test_nobody_else_can_see_or_touch_an_upload_or_a_file(api, api_of, site):
    other, upload = api_of(site), api.begin(BODY).send()
    upload.api = other
    for refused in (upload.renew(), upload.complete(), upload.discard()):
        assert code_of(refused) == (403, "foreign-ticket")
    upload.api = api
    file = upload.complete().json()
    assert other.get("/api/files").json()["files"] == []
    path = f"/api/files/{file['id']}"
    for refused in (other.get(path), other.delete(path), other.get(file["download_url"])):
        assert code_of(refused) == (404, "not-found")
    assert download(api, file).content == BODY


def test_a_signature_is_for_its_own_upload_only(api):
    one, other = api.begin(BODY), api.begin(BODY)
    trespass = f"{other.target['url']}00000000?{one.target['query']}"
    assert api.swift.put(trespass, content=b"x").status_code == 401
    assert api.swift.get(one.send().url(0)).status_code == 401
    assert api.swift.delete(one.url(0)).status_code == 401


def test_an_upload_needs_a_request_to_swift_only_to_complete(api, relay):
    before = relay.bytes
    upload = api.begin(BODY)
    upload.renew()
    assert relay.bytes == before
    upload.send().complete()
    assert 0 < relay.bytes - before < len(BODY) // 100
