"""Held files in a real Swift: complete, seen by their owner, had by nobody until they are released."""

import pytest

from swift_store.containers import Containers
from swift_store.errors import Problem
from swift_store.files import FileState, FileStore
from swift_store.held_files import HeldFiles

MIB = 1 << 20
BODY = bytes(range(256)) * 8 * 1024 + b"the end"
OWNER, SOMEBODY = "a" * 32, "b" * 32
HELD = FileState.HELD


@pytest.fixture
def files(client, container):
    return FileStore(client, client, Containers(container), holding=True)


@pytest.fixture
def held(client, container):
    return HeldFiles(client, client, Containers(container))


@pytest.fixture
def hold(files, upload):
    """A function that uploads a file and holds it."""

    def make(body=BODY, **wish):
        one = upload(body, **wish)
        return files.commit(one.ticket, one.put().md5s, HELD)[0]

    return make


@pytest.fixture
def stored(connection, container):
    """A function that names everything in the container."""
    return lambda: {entry["name"] for entry in connection.get_container(container, full_listing=True)[1]}


def refusal(call, *arguments):
    with pytest.raises(Problem) as refused:
        call(*arguments)
    return refused.value


def test_a_held_file_is_found_and_listed_by_its_owner(files, hold, upload):
    first = hold(name="held/1.txt")
    plain = upload(BODY)
    second = files.commit(plain.ticket, plain.put().md5s)[0]
    third = hold(name="3.txt")
    assert (first.state, second.state, third.state) == (HELD, FileState.STORED, HELD)
    assert list(files.page(OWNER, after=None, limit=10).files) == [third, second, first]
    assert files.find(OWNER, first.names.upload_id) == first
    assert files.find(SOMEBODY, first.names.upload_id) is None


def test_pages_of_held_and_other_files_follow_one_another(files, upload):
    mine = []
    for number in range(7):
        one = upload(b"", name=str(number))
        mine.append(files.commit(one.ticket, [], HELD if number % 3 else FileState.STORED)[0])
    seen, after = [], None
    while (page := files.page(OWNER, after=after, limit=2)).next:
        seen += page.files
        after = page.next
    assert [*seen, *page.files] == mine[::-1]


def test_holding_again_changes_nothing(files, upload):
    one = upload(BODY).put()
    first, is_new = files.commit(one.ticket, one.md5s, HELD)
    assert is_new
    assert files.commit(one.ticket, one.md5s, HELD) == (first, False)
    assert files.committed(one.ticket, one.md5s) == first
    assert refusal(files.committed, one.ticket, one.md5s[::-1]).code == "already-complete"
    assert refusal(files.discard, one.ticket).code == "already-complete"


@pytest.mark.parametrize(("body", "type"), [(BODY, "image/png"), (b"", "image/png"), (b"<p>", "text/html")])
def test_a_released_file_is_as_if_it_had_never_been_held(  # noqa: PLR0913, PLR0917 - fixtures
    files, held, hold, upload, client, container, stored, body, type  # noqa: A002
):  # fmt: skip
    one = upload(body, type=type)
    usual = files.commit(one.ticket, one.put().md5s)[0]
    file = hold(body, type=type)
    released, was_held = held.release(OWNER, file.names.upload_id)
    assert (released.state, was_held) == (FileState.STORED, True)
    assert files.find(OWNER, file.names.upload_id) == released
    assert file.names.held not in stored()
    heads = [client.head_object(container, one.object_name) for one in (usual, released)]
    same = ("etag", "content-type", "content-length", "x-static-large-object", "x-object-meta-original-type")
    assert [heads[0].get(name) for name in same] == [heads[1].get(name) for name in same]


def test_its_bytes_are_the_same_before_and_after(held, hold, connection, container):
    file = hold()
    released, _ = held.release(OWNER, file.names.upload_id)
    assert connection.get_object(container, released.object_name)[1] == BODY


def test_releasing_again_is_no_error_and_tidies_up(held, hold, connection, container, stored):
    file = hold()
    released, _ = held.release(OWNER, file.names.upload_id)
    connection.put_object(container, file.names.held, b"left by somebody who was stopped")
    assert held.release(OWNER, file.names.upload_id) == (released, False)
    assert file.names.held not in stored()


def test_deleting_a_file_that_was_half_released_leaves_nothing(files, held, hold, client, stored):
    file = hold()
    released, _ = held.release(OWNER, file.names.upload_id)
    client.put_object(file.container, file.names.held, b"left over", content_type="a/b")
    files.delete(released)
    assert stored() == set()


def test_a_file_that_was_changed_while_it_was_held_is_not_released(held, hold, client, container):
    file = hold()
    client.put_object(container, file.names.segment(1), b"changed", content_type="a/b")
    problem = refusal(held.release, OWNER, file.names.upload_id)
    assert problem.code == "segments-rejected"
    assert {fault["number"] for fault in problem.members["segments"]} == {1}


def test_a_rejected_file_leaves_nothing(held, hold, stored):
    file = hold()
    assert held.reject(OWNER, file.names.upload_id) == file
    assert stored() == set()
    assert refusal(held.reject, OWNER, file.names.upload_id).code == "not-found"
    assert refusal(held.release, OWNER, file.names.upload_id).code == "not-found"


def test_a_released_file_is_not_rejected(held, hold):
    file = hold()
    held.release(OWNER, file.names.upload_id)
    assert refusal(held.reject, OWNER, file.names.upload_id).code == "not-held"


def test_the_owner_may_delete_a_held_file(files, hold, stored):
    files.delete(hold())
    assert stored() == set()


def test_held_files_of_everybody_are_found(held, hold):
    mine, other = hold(), hold(owner=SOMEBODY)
    assert [file.names.upload_id for file in held.all()] == [mine.names.upload_id, other.names.upload_id]
    assert held.owner_of(other.names.upload_id) == SOMEBODY
    assert held.owner_of("0") is None
