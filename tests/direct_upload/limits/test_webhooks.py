"""Other servers are told what happens to files: at least once, whatever ends in between."""

import signal
import threading

import pytest

BODY = b"x" * 1000


@pytest.fixture(scope="module")
def site(site_with, receiver):
    """A site that tells the receiver."""
    return site_with(webhook_url=receiver.url)


@pytest.fixture
def api(site, receiver, api_of):
    """A client of the site; `api.receiver` has heard nothing yet."""
    api = api_of(site)
    api.site, api.receiver = site, receiver
    receiver.rest()
    receiver.answer_with((200, b""))
    return api


@pytest.fixture
def fresh(site_with, receiver_at, api_of):
    """A client of a site of its own, with a receiver of its own."""
    receiver = receiver_at()
    site = site_with(webhook_url=receiver.url)
    api = api_of(site)
    api.site, api.receiver = site, receiver
    return api


@pytest.fixture
def outbox(connection):
    """A function that names what a site has still to tell."""

    def names(site):
        container = site.environ["DIRECT_UPLOAD_CONTAINER"] + "-private"
        return [entry["name"] for entry in connection.get_container(container, prefix="outbox/")[1]]

    return names


def test_a_stored_and_a_deleted_file_are_told(api, eventually, outbox):
    file = api.upload(BODY, name="hölle/a.txt")
    headers, message = api.receiver.next()
    assert headers["webhook-id"] == f"file_stored_{file['id']}"
    assert message["type"] == "file.stored"
    told = {key: message["data"][key] for key in ("id", "name", "size", "type", "etag")}
    assert told == {key: file[key] for key in told}
    api.delete(f"/api/files/{file['id']}")
    headers, message = api.receiver.next()
    assert headers["webhook-id"] == f"file_deleted_{file['id']}"
    assert (message["type"], message["data"]["id"]) == ("file.deleted", file["id"])
    eventually(lambda: outbox(api.site) == [])


def test_a_refused_commit_is_not_told(api, outbox):
    upload = api.begin(BODY)
    assert upload.complete().status_code == 409
    assert outbox(api.site) == []
    upload.send().complete()
    assert api.receiver.next()[1]["type"] == "file.stored"
    assert api.receiver.rest() == []


def test_completing_again_tells_nothing_new(api, eventually, outbox):
    upload = api.begin(BODY).send()
    upload.complete()
    api.receiver.next()
    eventually(lambda: outbox(api.site) == [])
    assert upload.complete().status_code == 200
    assert (outbox(api.site), api.receiver.rest()) == ([], [])


def test_a_receiver_that_fails_is_told_again_under_the_same_id(api, eventually, outbox):
    api.receiver.answer_with((500, b""), (302, b""), (204, b""))
    file = api.upload(BODY)
    heard = [api.receiver.next() for _ in range(3)]
    assert {headers["webhook-id"] for headers, _ in heard} == {f"file_stored_{file['id']}"}
    assert len({str(message) for _, message in heard}) == 1
    eventually(lambda: outbox(api.site) == [])


def test_a_receiver_that_hangs_delays_no_answer(api):
    done = threading.Event()
    api.receiver.answer_with(lambda _: done.wait(20) and (200, b""))
    files = [api.upload(BODY) for _ in range(3)]
    assert not done.is_set()
    assert len(api.get("/api/files").json()["files"]) == len(files)
    done.set()


def test_what_a_killed_site_did_not_tell_the_next_one_tells(fresh, start, outbox, eventually):
    fresh.receiver.answer_with((500, b""))
    file = fresh.upload(BODY)
    fresh.receiver.next()
    assert outbox(fresh.site) == [f"outbox/file_stored_{file['id']}"]
    fresh.site.end(signal.SIGKILL)
    fresh.receiver.rest()
    fresh.receiver.answer_with((200, b""))
    start(fresh.site.environ)
    assert fresh.receiver.next()[0]["webhook-id"] == f"file_stored_{file['id']}"
    eventually(lambda: outbox(fresh.site) == [])


def test_what_was_announced_and_did_not_happen_is_not_told(fresh, start, outbox, connection, eventually):
    """A site was killed between its announcement and the commit."""
    upload = fresh.begin(BODY)
    told = fresh.begin(BODY).send()
    fresh.receiver.answer_with((500, b""))
    told.complete()
    fresh.receiver.next()
    [name] = outbox(fresh.site)
    container = fresh.site.environ["DIRECT_UPLOAD_CONTAINER"] + "-private"
    _headers, record = connection.get_object(container, name)
    other = name.replace(told.id, upload.id)
    connection.put_object(container, other, record.replace(told.id.encode(), upload.id.encode()))
    fresh.site.end(signal.SIGKILL)
    fresh.receiver.rest()
    fresh.receiver.answer_with((200, b""))
    start(fresh.site.environ)
    assert fresh.receiver.next()[1]["data"]["id"] == told.id
    eventually(lambda: outbox(fresh.site) == [other])
    assert fresh.receiver.rest() == []


def test_a_receiver_that_comes_back_is_told_what_it_missed(site_with, receiver_at, api_of):
    gone = receiver_at()
    site = site_with(webhook_url=gone.url)
    gone.close()
    files = [api_of(site).upload(BODY) for _ in range(3)]
    back = receiver_at(gone.port)
    assert {back.next()[1]["data"]["id"] for _ in files} == {file["id"] for file in files}


def test_nothing_secret_is_logged(fresh):
    fresh.receiver.answer_with((500, b""), (200, b""))
    fresh.upload(BODY)
    for _ in range(2):
        fresh.receiver.next()
    fresh.site.end()
    assert all(secret not in fresh.site.log for secret in ("hidden", "whsec_", "v1,"))
