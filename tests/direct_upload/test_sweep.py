"""`direct-upload sweep` on the container of a site."""

import json
import time

import pytest

from swift_store import names

OWNER = "a" * 32


@pytest.fixture
def environ(prepared):
    return prepared()


@pytest.fixture
def segments(connection, environ):
    """A function that stores a segment of an upload so many days old, and returns its object name."""
    container = environ["DIRECT_UPLOAD_CONTAINER"]

    def put(days_old):
        upload_id = names.uuid7(int((time.time() - days_old * 86400) * 1000), bytes(10))
        name = names.UploadNames(OWNER, upload_id, "a").segment(0)
        connection.put_object(container, name, b"four")
        return name

    put.listed = lambda: {entry["name"] for entry in connection.get_container(container)[1]}
    return put


@pytest.fixture
def swept(invoke, environ):
    """A function that sweeps with options, and returns what is written for programs."""

    def run(*options):
        done = invoke(environ, "sweep", "--json", *options)
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    return run


def test_a_sweep_deletes_what_nobody_can_complete_and_says_so(invoke, environ, segments):
    segments(9)
    young = segments(7.5)
    done = invoke(environ, "sweep")
    assert (done.stdout.splitlines()[-1], done.returncode) == (
        "Deleted 1 segments, 4 bytes.",
        0,
    )
    assert "open uploads        1     4 B" in done.stdout
    assert segments.listed() == {young}


def test_a_rehearsal_deletes_nothing(swept, segments):
    segments(9)
    found = {"uploads": 1, "segments": 1, "size": 4, "strays": 0, "open_uploads": 0, "broken_files": 0}
    said = swept("--dry-run")
    assert said | found | {"deleted": False, "orphan_bytes": 4} == said
    assert len(segments.listed()) == 1
    said = swept()
    assert said | found | {"deleted": True, "orphan_bytes": 4} == said
    assert segments.listed() == set()


def test_only_what_is_old_enough_is_touched(swept, segments):
    segments(9)
    older = segments(11)
    assert swept("--older-than", "2w")["uploads"] == 0
    assert swept("--older-than", "10d", "--dry-run")["size"] == 4
    assert swept("--older-than", "240h")["uploads"] == 1
    assert older not in segments.listed()
    assert len(segments.listed()) == 1


@pytest.mark.parametrize("age", ["7d", "191h", "1m", "10", "-9d", "soon"])
def test_what_may_still_be_completed_is_not_swept_by_mistake(invoke, environ, segments, age):
    segments(7.5)
    done = invoke(environ, "sweep", "--older-than", age)
    assert (done.returncode, "--older-than" in done.stderr) == (2, True)
    assert len(segments.listed()) == 1


def test_uploads_live_as_long_as_their_tickets_also_when_new_ones_live_shorter(invoke, environ, segments):
    segments(9)
    longer = environ | {"DIRECT_UPLOAD_TICKET_LIFETIME": str(30 * 86400)}
    for settings in (longer, environ, environ):
        assert "Deleted 0 segments" in invoke(settings, "sweep").stdout
    assert len(segments.listed()) == 1
    refused = invoke(environ, "sweep", "--older-than", "10d")
    assert (refused.returncode, "at least 31 days" in refused.stderr) == (2, True)


def test_a_rehearsal_does_not_say_how_long_tickets_live(invoke, environ, segments):
    segments(9)
    invoke(environ | {"DIRECT_UPLOAD_TICKET_LIFETIME": str(30 * 86400)}, "sweep", "--dry-run")
    assert "Deleted 1 segments" in invoke(environ, "sweep").stdout


def test_a_longer_life_of_tickets_keeps_uploads_longer(invoke, environ, segments):
    segments(9)
    done = invoke(environ | {"DIRECT_UPLOAD_TICKET_LIFETIME": str(30 * 86400)}, "sweep")
    assert "Deleted 0 segments" in done.stdout
    assert len(segments.listed()) == 1
