"""The files of an owner in a real Swift: what is visible, when, and what is left behind."""

import os
import signal

import pytest

from swift_store.containers import Containers
from swift_store.dev import EmbeddedSwift
from swift_store.dev.shape import Shape
from swift_store.errors import Problem, SwiftRefused, SwiftUnavailable
from swift_store.files import FileStore
from swift_store.manifests import labels
from swift_store.names import created_at
from swift_store.tickets import Ticket

MIB = 1 << 20
BODY = bytes(range(256)) * 8 * 1024 + b"the end"
OWNER, SOMEBODY = "a" * 32, "b" * 32
MD5_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e"


@pytest.fixture(scope="module", params=["static", "dynamic"])
def swift(request, swift):
    """Each kind of large objects."""
    return request.getfixturevalue("dynamic_swift") if request.param == "dynamic" else swift


@pytest.fixture
def stored(connection, container):
    """A function that names everything in the container."""
    return lambda: [entry["name"] for entry in connection.get_container(container, full_listing=True)[1]]


def refusal(call, *arguments):
    with pytest.raises(Problem) as refused:
        call(*arguments)
    return refused.value


def committed(files, upload):
    return files.commit(upload.ticket, upload.put().md5s)[0]


def test_a_commit_makes_the_segments_one_file(files, upload, connection, container):
    one = upload(BODY, name='ré"s 日本.pdf').put()
    file, is_new = files.commit(one.ticket, one.md5s)
    headers, body = connection.get_object(container, file.names.file)
    assert (body, is_new, file.size, file.type) == (BODY, True, len(BODY), "text/plain")
    assert headers["etag"].strip('"') == file.etag
    assert file.created_at == created_at(one.ticket.upload_id)


def test_the_same_commit_again_gives_the_same_file_and_changes_nothing(files, upload, client, container):
    one = upload(BODY).put()
    first, _ = files.commit(one.ticket, one.md5s)
    before = client.head_object(container, first.names.file)["x-timestamp"]
    assert files.commit(one.ticket, one.md5s) == (first, False)
    assert client.head_object(container, first.names.file)["x-timestamp"] == before


def test_a_commit_with_other_checksums_later_is_refused(files, upload):
    one = upload(BODY).put()
    files.commit(one.ticket, one.md5s)
    assert refusal(files.commit, one.ticket, one.md5s[::-1]).code == "already-complete"


def test_a_segment_that_changed_after_the_commit_does_not_undo_it(files, upload):
    one = upload(BODY)
    file = committed(files, one)
    one.put_other(1, b"changed")
    assert files.commit(one.ticket, one.md5s) == (file, False)


def _leave_one_out(one):
    one.put(0, 2)
    return one.md5s


def _announce_another(one):
    one.put()
    return [one.md5s[0], MD5_OF_NOTHING, one.md5s[2]]


def _shorten_one(one):
    one.put(0, 2)
    one.put_other(1, b"short")
    return [one.md5s[0], "f65bf6f2bcbbd5dd7b3dfbed10a5b8e9", one.md5s[2]]


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [(_leave_one_out, "missing"), (_announce_another, "checksum"), (_shorten_one, "checksum")],
)
def test_faulty_segments_are_named_nothing_is_visible_and_the_upload_goes_on(files, upload, prepare, reason):
    one = upload(BODY)
    problem = refusal(files.commit, one.ticket, prepare(one))
    assert problem.code == "segments-rejected"
    assert {"number": 1, "reason": reason} in problem.members["segments"]
    assert files.find(OWNER, one.ticket.upload_id) is None
    one.put(1)
    assert files.commit(one.ticket, one.md5s)[1]


def test_a_segment_of_the_wrong_size_is_named_even_when_its_checksum_is_told_truly(files, upload):
    one, short = upload(BODY), upload(b"short")
    one.put(0, 2)
    one.put_other(1, b"short")
    problem = refusal(files.commit, one.ticket, [one.md5s[0], *short.md5s, one.md5s[2]])
    assert problem.members["segments"] == [{"number": 1, "reason": "size"}]


@pytest.mark.parametrize("md5s", [[], ["0" * 32], ["0" * 32, "x", "0" * 32]])
def test_checksums_that_can_not_be_right_never_reach_swift(files, upload, stored, md5s):
    one = upload(BODY).put()
    before = stored()
    assert refusal(files.commit, one.ticket, md5s).code == "invalid-segments"
    assert stored() == before


def test_an_empty_file_is_a_file(files, upload, connection, container):
    one = upload(b"", name="empty")
    file, is_new = files.commit(one.ticket, [])
    assert (file.size, file.etag, is_new) == (0, MD5_OF_NOTHING, True)
    assert connection.get_object(container, file.names.file)[1] == b""
    assert files.commit(one.ticket, []) == (file, False)
    assert files.find(OWNER, one.ticket.upload_id) == file
    files.delete(file)
    assert files.find(OWNER, one.ticket.upload_id) is None


def test_what_a_browser_would_run_is_served_as_bytes_and_keeps_its_type_as_metadata(
    files, upload, client, container
):
    file = committed(files, upload(b"<script>", type="text/html"))
    head = client.head_object(container, file.names.file)
    assert labels.of_head(head).type == file.type == "application/octet-stream"
    assert head["x-object-meta-original-type"] == "text/html"


def test_a_discarded_upload_leaves_nothing(files, upload, stored):
    one = upload(BODY).put(0, 2)
    files.discard(one.ticket)
    assert stored() == []
    files.discard(one.ticket)


def test_a_complete_upload_is_not_discarded(files, upload, stored):
    one = upload(BODY)
    committed(files, one)
    before = stored()
    assert refusal(files.discard, one.ticket).code == "already-complete"
    assert stored() == before


def test_the_list_is_newest_first_and_shows_only_one_s_own(files, upload):
    mine = [committed(files, upload(name=f"{number}.txt")) for number in range(3)]
    committed(files, upload(owner=SOMEBODY))
    upload().put()
    page = files.page(OWNER, after=None, limit=100)
    assert (list(page.files), page.next) == (mine[::-1], None)


def test_pages_follow_one_another_without_gaps_or_repetitions(files, upload):
    mine = [committed(files, upload(b"", name=f"é {number}")) for number in range(7)]
    seen, after = [], None
    while (page := files.page(OWNER, after=after, limit=3)).next:
        assert len(page.files) == 3
        seen += page.files
        after = page.next
    assert [*seen, *page.files] == mine[::-1]


def test_nobody_has_files_in_the_beginning(files):
    page = files.page(OWNER, after=None, limit=3)
    assert (list(page.files), page.next) == ([], None)


def test_a_file_is_found_by_its_owner_only(files, upload):
    file = committed(files, upload(BODY))
    assert files.find(OWNER, file.names.upload_id) == file
    assert files.find(SOMEBODY, file.names.upload_id) is None


def test_deleting_a_file_takes_its_segments_and_nobody_else_s(files, upload, stored):
    file = committed(files, upload(BODY))
    before = stored()
    other = committed(files, upload(BODY, name="other"))
    files.delete(other)
    assert stored() == before
    assert files.find(OWNER, file.names.upload_id) == file


def test_deleting_a_file_takes_what_was_sent_beside_it_too(files, upload, stored):
    one = upload(BODY)
    file = committed(files, one)
    one.put_other(len(one.segments), b"one too many")
    files.delete(file)
    assert stored() == []


def test_a_file_that_somebody_deleted_in_between_is_deleted_all_the_same(files, upload, stored):
    file = committed(files, upload(BODY))
    files.delete(file)
    files.delete(file)
    assert stored() == []


def test_swift_s_refusal_of_something_else_is_no_problem_of_the_segments(files, upload):
    one = upload(BODY, name="x" * 1000).put()
    with pytest.raises(SwiftRefused) as refused:
        files.commit(one.ticket, one.md5s)
    assert refused.value.status == 400


def test_segments_that_swift_can_not_look_at_now_are_not_called_faulty(client_for, tmp_path):
    """All object servers are dead, so Swift knows nothing about the segments; the proxy still answers."""
    with EmbeddedSwift(tmp_path, shape=Shape.REPLICATED, background_seconds=0) as cluster:
        client = client_for(cluster)
        client.put_container("c", {})
        ticket = Ticket("an-id", OWNER, "c", "a.txt", 5, "text/plain", MIB, 0)
        md5 = client.put_object("c", ticket.names.segment(0), b"12345", content_type="a/b")
        for server in cluster.object_servers:
            os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(SwiftUnavailable):
            FileStore(client, client, Containers("c")).commit(ticket, [md5])
