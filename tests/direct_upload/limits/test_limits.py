"""Limits of a site, at ticket and at commit, against a real Swift."""

from concurrent.futures import ThreadPoolExecutor

import pytest

MIB = 1 << 20
WISH = {"name": "a.txt", "size": 1, "type": "text/plain"}


@pytest.fixture
def start(sites):
    """A function that starts a site with this environment; it ends with the test, for there are many here."""
    with sites() as run:
        yield run


@pytest.fixture
def site_with(prepared, start):
    """A function that starts a site with these settings."""
    return lambda **settings: start(prepared(**settings))


def code_of(answer):
    return answer.status_code, answer.json()["code"]


def wish(api, **changes):
    return api.post("/api/uploads", json=WISH | changes)


def test_types_and_names_are_judged_when_an_upload_is_created(site_with, api_of):
    api = api_of(site_with(allowed_types="image/* text/*", denied_types="text/html", denied_names="*.exe"))
    assert code_of(wish(api, type="video/mp4")) == (403, "type-refused")
    assert code_of(wish(api, type="text/HTML")) == (403, "type-refused")
    assert code_of(wish(api, name="tools/Setup.EXE")) == (403, "name-refused")
    assert wish(api, type="image/png").status_code == 201


def test_rules_that_came_later_hold_for_uploads_that_began_before(prepared, start, api_of):
    environ = prepared()
    site = start(environ)
    api = api_of(site)
    upload, done = api.begin(b"x" * 100).send(), api.begin(b"y" * 100).send()
    assert done.complete().status_code == 201
    assert site.end() == 0
    start(environ | {"DIRECT_UPLOAD_MAX_FILE_SIZE": "99"})
    refused = upload.complete()
    assert code_of(refused) == (413, "file-too-large")
    assert refused.json()["limit"] == 99
    # What was complete before is no new file.
    assert done.complete().status_code == 200


def test_an_owner_has_so_many_bytes(site_with, api_of):
    site = site_with(owner_bytes=str(100))
    api, other = api_of(site), api_of(site)
    file = api.upload(b"x" * 60)
    refused = wish(api, size=41)
    assert code_of(refused) == (413, "quota-exceeded")
    expected = {"scope": "owner", "unit": "bytes", "limit": 100, "used": 60}
    assert {key: refused.json()[key] for key in expected} == expected
    assert other.upload(b"x" * 100)
    api.upload(b"x" * 40)
    api.delete(f"/api/files/{file['id']}")
    assert api.upload(b"x" * 60)


def test_an_owner_has_so_many_files(site_with, api_of):
    api = api_of(site_with(owner_files="2"))
    for _ in range(2):
        api.upload(b"")
    refused = wish(api, size=0)
    assert (code_of(refused), refused.json()["unit"]) == ((413, "quota-exceeded"), "files")


def test_uploads_that_would_fit_alone_do_not_fit_together(site_with, api_of):
    api = api_of(site_with(owner_bytes="100", swift_connections="8"))
    uploads = [api.begin(b"x" * 30).send() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda upload: upload.complete(), uploads))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [413] * 5
    assert len(api.get("/api/files").json()["files"]) == 3


def test_a_batch_takes_no_more_room_than_its_files_would_alone(site_with, api_of):
    api = api_of(site_with(owner_files="3"))
    uploads = [api.begin(b"x").send() for _ in range(3)]
    items = [{"id": one.id, "ticket": one.ticket, "segments": one.md5s} for one in uploads]
    assert api.upload(b"one before")
    results = api.post("/api/uploads/complete", json={"uploads": items}).json()["results"]
    assert sorted(key for result in results for key in result) == ["file", "file", "problem"]
    again = api.post("/api/uploads/complete", json={"uploads": items}).json()["results"]
    assert [sorted(result) for result in again] == [sorted(result) for result in results]


def test_a_refused_upload_can_be_completed_once_there_is_room(site_with, api_of):
    api = api_of(site_with(owner_files="1"))
    upload, file = api.begin(b"x").send(), api.upload(b"y")
    assert code_of(upload.complete()) == (413, "quota-exceeded")
    api.delete(f"/api/files/{file['id']}")
    assert upload.complete().status_code == 201


def test_completing_again_needs_no_room(site_with, api_of):
    api = api_of(site_with(owner_bytes="10", owner_files="1"))
    upload = api.begin(b"x" * 10).send()
    assert [upload.complete().status_code for _ in range(2)] == [201, 200]


def test_all_owners_share_what_the_site_has(site_with, api_of):
    site = site_with(site_bytes="100", site_files="2")
    api_of(site).upload(b"x" * 90)
    refused = wish(api_of(site), size=11)
    assert (code_of(refused), refused.json()["scope"]) == ((413, "quota-exceeded"), "site")
    api_of(site).upload(b"x" * 5)
    assert wish(api_of(site), size=0).json()["unit"] == "files"


def test_an_owner_has_so_many_open_uploads(site_with, api_of):
    site = site_with(owner_uploads="2")
    api = api_of(site)
    first, second = api.begin(b"x").send(), api.begin(b"x").send()
    refused = wish(api)
    assert code_of(refused) == (429, "too-many-uploads")
    assert (refused.json()["limit"], refused.json()["used"]) == (2, 2)
    assert int(refused.headers["retry-after"]) == refused.json()["retry_after"] > 0
    assert wish(api_of(site)).status_code == 201
    first.complete()
    third = api.begin(b"x").send()
    second.discard()
    third.complete()
    assert api.upload(b"x")


def test_all_owners_share_the_open_uploads_of_the_site(site_with, api_of):
    site = site_with(site_uploads="2", owner_uploads="2")
    first, other = (api_of(site).begin(b"x").send() for _ in range(2))
    refused = wish(api_of(site))
    assert code_of(refused) == (429, "too-many-uploads")
    expected = {"scope": "site", "limit": 2, "used": 2}
    assert {key: refused.json()[key] for key in expected} == expected
    # Whoever completes one makes room, once.
    assert [first.complete().status_code for _ in range(2)] == [201, 200]
    assert [wish(api_of(site)).status_code for _ in range(2)] == [201, 429]
    assert other.complete().status_code == 201


def test_a_thousand_wishes_at_once_do_not_slip_through(site_with, api_of):
    api = api_of(site_with(owner_uploads="5"))
    answer = api.post("/api/uploads/batch", json={"uploads": [WISH] * 100})
    assert [sorted(result) for result in answer.json()["results"]] == [["upload"]] * 5 + [["problem"]] * 95


@pytest.mark.parametrize("setting", ["owner_tickets", "address_tickets"])
def test_so_many_uploads_may_be_begun_in_a_minute(site_with, api_of, setting):
    api = api_of(site_with(**{setting: "3"}))
    assert [wish(api).status_code for _ in range(3)] == [201] * 3
    refused = wish(api)
    assert code_of(refused) == (429, "too-many-requests")
    problem = refused.json()
    assert (problem["limit"], problem["used"]) == (3, 3)
    assert 1 <= int(refused.headers["retry-after"]) == problem["retry_after"] <= 20


def test_each_owner_has_a_minute_of_his_own_and_each_address_too(site_with, api_of):
    site = site_with(owner_tickets="2", address_tickets="5", trusted_proxies="127.0.0.1")
    owners = [api_of(site, headers={"X-Forwarded-For": "198.51.100.7"}) for _ in range(3)]
    assert [wish(api).status_code for api in owners for _ in range(3)] == [
        *(201, 201, 429), *(201, 201, 429), *(201, 429, 429)
    ]  # fmt: skip
    elsewhere = api_of(site, headers={"X-Forwarded-For": "198.51.100.8"})
    assert wish(elsewhere).status_code == 201


def test_who_is_not_our_proxy_can_not_choose_his_address(site_with, api_of):
    site = site_with(address_tickets="2")
    answers = [
        wish(api_of(site, headers={"X-Forwarded-For": f"198.51.100.{n}"})).status_code for n in range(3)
    ]
    assert answers == [201, 201, 429]


def test_invalid_wishes_count_too(site_with, api_of):
    api = api_of(site_with(owner_tickets="2"))
    codes = [code_of(wish(api, name="..")) for _ in range(3)]
    assert codes == [(400, "invalid-name")] * 2 + [(429, "too-many-requests")]


def test_swift_itself_takes_no_more_than_the_container_s_quota(site_with, api_of):
    api = api_of(site_with(container_quota="1MiB"))
    upload = api.begin(b"x" * (2 * MIB))
    assert api.swift.put(upload.url(0), content=upload.parts[0]).status_code == 413
    assert api.upload(b"x" * 1000)


def test_setup_gives_the_container_a_quota_and_leaves_it_alone_without(prepared, command, connection):
    environ = prepared(container_quota="1MiB")
    name = environ["DIRECT_UPLOAD_CONTAINER"]
    without = {key: value for key, value in environ.items() if key != "DIRECT_UPLOAD_CONTAINER_QUOTA"}
    for settings in (environ, without):
        assert command(settings, "setup").returncode == 0
        assert connection.head_container(name)["x-container-meta-quota-bytes"] == str(MIB)


def test_redis_needs_its_package_only_when_it_is_asked_for(command, prepared):
    done = command(prepared() | {"DIRECT_UPLOAD_REDIS_URL": "nonsense"}, "serve")
    assert (done.returncode, "DIRECT_UPLOAD_REDIS_URL takes" in done.stderr) == (1, True)
