"""`direct-upload status` on a site's container: totals, an owner, an upload."""

import json
import re
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from swift_store import names

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
ANNE, BOB = "a" * 32, "b" * 32


def upload_id(days_old, number):
    return names.uuid7(int((time.time() - days_old * 86400) * 1000), bytes([number] * 10))


@pytest.fixture(scope="module")
def environ(prepared):
    return prepared()


@pytest.fixture(scope="module")
def ids(connection, environ):
    """A file of Anne's, her open upload with a gap, and one of Bob's that nobody can complete."""
    container = environ["DIRECT_UPLOAD_CONTAINER"]
    uploads = {
        "file": names.UploadNames(ANNE, upload_id(2, 1), "trip/[sea].jpg"),
        "open": names.UploadNames(ANNE, upload_id(1, 2), ""),
        "expired": names.UploadNames(BOB, upload_id(9, 3), ""),
    }
    for upload, numbers in zip(uploads.values(), ([0, 1], [0, 2], [0]), strict=True):
        for number in numbers:
            connection.put_object(container, upload.segment(number), b"four")
    manifest = [{"path": f"/{container}/{uploads['file'].segment(number)}"} for number in (0, 1)]
    connection.put_object(
        container, uploads["file"].file, json.dumps(manifest), query_string="multipart-manifest=put"
    )
    return {name: upload.upload_id for name, upload in uploads.items()}


@pytest.fixture
def status(invoke, environ, ids):  # noqa: ARG001 - they have to be there
    """A function that asks with options, and returns what is written for programs."""

    def ask(*options):
        done = invoke(environ, "status", "--json", *options)
        assert (done.returncode, done.stderr) == (0, "")
        schema = re.search(r"<!-- status schema -->\n```json\n(.*?)```", OPERATIONS.read_text(), re.DOTALL)[1]
        said = json.loads(done.stdout)
        Draft202012Validator(json.loads(schema)).validate(said)
        return said

    return ask


def test_the_totals_are_those_of_everybody(status):
    said = status()
    found = {state: (one["uploads"], one["size"]) for state, one in said["states"].items()}
    assert found == {"file": (1, 8), "held": (0, 0), "broken": (0, 0), "open": (1, 8), "expired": (1, 4)}
    assert (said["owners"], said["uploads"]) == (2, [])


def test_an_owner_s_uploads_are_told_the_newest_first(status, ids):
    said = status("--owner", ANNE)
    assert [(one["id"], one["state"]) for one in said["uploads"]] == [
        (ids["open"], "open"),
        (ids["file"], "file"),
    ]
    assert said["states"]["expired"]["uploads"] == 0


@pytest.mark.parametrize("options", [[], ["--owner", ANNE]], ids=["alone", "with its owner"])
def test_an_upload_is_told_with_its_gaps_and_the_end_of_its_ticket(status, ids, options):
    (one,) = status("--upload", ids["open"], *options)["uploads"]
    assert (one["owner"], one["segments"], one["segment_bytes"], one["missing"]) == (ANNE, 2, 8, [1])
    assert one["age_seconds"] >= 86400
    assert one["ticket_ends_at"] > one["began_at"]


def test_people_get_tables(invoke, environ, ids):
    totals = invoke(environ, "status").stdout
    assert re.search(r"^ expired +1 +4 B +can't be completed", totals, re.MULTILINE)
    owner = invoke(environ, "status", "--owner", ANNE).stdout
    assert "trip/[sea].jpg" in owner
    one = invoke(environ, "status", "--upload", ids["file"]).stdout
    assert "file: can be downloaded" in one
    assert "trip/[sea].jpg" in one


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--upload", "x"], 2, "takes the id"),
        (["--upload", names.uuid7(0, bytes(10))], 1, "holds nothing"),
        (["--owner", "joe"], 1, "anonymous browsers have no identity"),
    ],
    ids=["no id", "an unknown id", "an identity where nobody signs in"],
)
def test_what_is_not_there_is_one_line(invoke, environ, options, code, said):
    done = invoke(environ, "status", *options)
    assert (done.returncode, said in done.stderr, done.stdout) == (code, True, "")


def test_an_identity_is_found_where_people_sign_in(invoke, environ):
    proxied = {"DIRECT_UPLOAD_IDENTITY": "proxy-header", "DIRECT_UPLOAD_IDENTITY_HEADER": "X-Remote-User",
               "DIRECT_UPLOAD_TRUSTED_PROXIES": "127.0.0.1"}  # fmt: skip
    said = json.loads(invoke(environ | proxied, "status", "--json", "--owner", "joe").stdout)
    assert names.is_owner(said["owner"])
    assert said["uploads"] == []
