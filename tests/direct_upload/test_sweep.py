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


def test_a_sweep_deletes_what_nobody_can_complete_and_says_so(command, environ, segments):
    segments(9)
    young = segments(7.5)
    done = command(environ, "sweep")
    assert (done.stdout, done.returncode) == ("Deleted 1 segments of 1 uploads, 4 bytes.\n", 0)
    assert segments.listed() == {young}


def test_a_rehearsal_deletes_nothing(command, environ, segments):
    segments(9)
    found = {"uploads": 1, "segments": 1, "size": 4}
    assert json.loads(command(environ, "sweep", "--dry-run", "--json").stdout) == found | {"deleted": False}
    assert len(segments.listed()) == 1
    assert json.loads(command(environ, "sweep", "--json").stdout) == found | {"deleted": True}
    assert segments.listed() == set()


def test_a_longer_life_of_tickets_keeps_uploads_longer(command, environ, segments):
    segments(9)
    done = command(environ | {"DIRECT_UPLOAD_TICKET_LIFETIME": str(30 * 86400)}, "sweep")
    assert "0 uploads" in done.stdout
    assert len(segments.listed()) == 1
