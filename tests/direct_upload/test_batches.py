"""Many small files in one request: each fares as it would alone."""

import asyncio
import json

import httpx
import pytest

from direct_upload.lane import Lane

MIB = 1 << 20
WISH = {"name": "a.txt", "size": 1, "type": "text/plain"}
JSON = {"Content-Type": "application/json"}

BAD_WISHES = {
    "an invalid name": (WISH | {"name": "../a"}, "invalid-name"),
    "an invalid type": (WISH | {"type": "text"}, "invalid-type"),
    "a huge file": (WISH | {"size": 1 << 50}, "file-too-large"),
    "tiny segments": (WISH | {"segment_size": 1}, "invalid-segment-size"),
    "a size in words": (WISH | {"size": "1"}, "invalid-request"),
    "an unknown field": (WISH | {"owner": "x"}, "invalid-request"),
    "nothing": ({}, "invalid-request"),
    "null": (None, "invalid-request"),
    "a list": ([], "invalid-request"),
}


def code_of(answer):
    return answer.status_code, answer.json()["code"]


def item(upload, **changes):
    return {"id": upload.id, "ticket": upload.ticket, "segments": upload.md5s} | changes


@pytest.fixture
def complete(api):
    """A function that completes items in one request and returns their results."""

    def run(*items):
        answer = api.post("/api/uploads/complete", json={"uploads": items})
        assert answer.status_code == 200
        return answer.json()["results"]

    return run


@pytest.fixture
def create(api):
    """A function that creates uploads in one request and returns their results."""

    def run(*wishes):
        answer = api.post("/api/uploads/batch", json={"uploads": wishes})
        assert answer.status_code == 200
        return answer.json()["results"]

    return run


def test_a_hundred_files_take_two_requests_and_keep_their_order(api, create, complete):
    begun = api.begin(b"x")
    sorts = [type(begun)(api, result["upload"], b"x") for result in create(*[WISH] * 100)]
    results = complete(*[item(upload.send()) for upload in sorts])
    assert [result["file"]["id"] for result in results] == [upload.id for upload in sorts]
    assert {file["id"] for file in api.get("/api/files").json()["files"]} == {upload.id for upload in sorts}


def test_a_new_browser_s_batch_belongs_to_one_owner(api, create, complete):
    begun = [result["upload"] for result in create(WISH | {"size": 0}, WISH | {"size": 0})]
    complete(*[{"id": one["id"], "ticket": one["ticket"], "segments": []} for one in begun])
    assert len(api.get("/api/files").json()["files"]) == 2


def test_an_upload_of_a_batch_is_as_one_created_alone(api, create):
    alone = api.begin(b"x" * 3 * MIB, segment_size=MIB)
    [result] = create(WISH | {"size": 3 * MIB, "segment_size": MIB})
    upload = type(alone)(api, result["upload"], b"x" * 3 * MIB)
    assert (upload.created.keys(), upload.created["segment_count"]) == (alone.created.keys(), 3)
    assert upload.send().complete().status_code == 201


@pytest.mark.parametrize(("wish", "code"), BAD_WISHES.values(), ids=BAD_WISHES)
def test_a_bad_wish_spoils_no_other(create, wish, code):
    first, bad, last = create(WISH, wish, WISH)
    assert "upload" in first
    assert "upload" in last
    assert bad["problem"]["code"] == code
    assert 400 <= bad["problem"]["status"] < 500


def test_a_bad_wish_is_told_which_field_is_wrong(create):
    [bad] = create({"name": "a", "size": -1, "type": "a/b"})
    assert [error["field"] for error in bad["problem"]["errors"]] == ["size"]


def test_a_bad_item_spoils_no_other(api, api_of, site, complete):
    uploads = [api.begin(b"x").send() for _ in range(4)]
    foreign, unsent = api_of(site).begin(b"x"), api.begin(b"x")
    results = complete(
        item(uploads[0]),
        item(unsent),
        item(uploads[1], segments=[]),
        item(foreign),
        item(uploads[2], ticket="nonsense"),
        item(uploads[2], id=uploads[1].id),
        {"id": uploads[3].id},
        item(uploads[3]),
    )
    assert [result["problem"]["code"] for result in results if "problem" in result] == [
        "segments-rejected", "invalid-segments", "foreign-ticket", "invalid-ticket", "wrong-upload",
        "invalid-request",
    ]  # fmt: skip
    assert results[1]["problem"]["segments"] == [{"number": 0, "reason": "missing"}]
    assert [results[number]["file"]["id"] for number in (0, -1)] == [uploads[0].id, uploads[3].id]


def test_a_batch_may_be_repeated(api, complete):
    items = [item(api.begin(b"x").send()) for _ in range(3)]
    first = complete(*items)
    assert complete(*items) == first


def test_the_same_upload_twice_in_a_batch_is_one_file(api, complete):
    one = item(api.begin(b"x").send())
    first, second = complete(one, one)
    assert first == second
    assert len(api.get("/api/files").json()["files"]) == 1


@pytest.mark.parametrize("address", ["/api/uploads/batch", "/api/uploads/complete"])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "invalid-json"),
        ("{}", "invalid-request"),
        ('{"uploads": {}}', "invalid-request"),
        ('{"uploads": []}', "invalid-request"),
        (json.dumps({"uploads": [WISH] * 101}), "invalid-request"),
        (json.dumps({"uploads": [WISH], "more": 1}), "invalid-request"),
    ],
)
def test_a_batch_has_from_1_to_100_items(api, address, body, code):
    assert code_of(api.post(address, content=body, headers=JSON)) == (400, code)


def test_while_swift_is_away_every_item_says_so(api, relay, complete):
    items = [item(api.begin(b"x").send()) for _ in range(2)]
    relay.cut()
    try:
        problems = [result["problem"] for result in complete(*items)]
    finally:
        relay.mend()
    assert [(one["code"], one["retry_after"]) for one in problems] == [("storage-unavailable", 5)] * 2


def test_refused_items_are_counted_like_refused_requests(site, create):
    name = 'direct_upload_problems_total{code="invalid-name"}'

    def counted():
        lines = httpx.get(f"{site.url}/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name))

    before = counted()
    create(WISH | {"name": "/"}, WISH | {"name": ".."})
    assert counted() == before + 2


class Work:
    """Calls that last until they are let go; knows which began, in their order."""

    def __init__(self):
        self.began, self.running, self.most = [], 0, 0

    async def __call__(self, name):
        self.began.append(name)
        self.running += 1
        self.most = max(self.most, self.running)
        for _ in range(3):
            await asyncio.sleep(0)
        self.running -= 1
        return name.upper()


async def _two_requests():
    work, lane = Work(), Lane(3)
    results = await asyncio.gather(lane.each(work, "abcdefghijkl"), lane.each(work, "123"))
    return work, results


def test_two_batches_share_the_places():
    work, results = asyncio.run(_two_requests())
    assert results == [list("ABCDEFGHIJKL"), list("123")]
    assert work.most == 3


def test_a_small_batch_need_not_wait_for_a_big_one_to_end():
    work, _results = asyncio.run(_two_requests())
    assert work.began.index("3") < work.began.index("l")
    assert work.began.index("1") <= 3
