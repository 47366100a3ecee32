"""`direct-upload setup`: says first what it will change, and the second time that nothing is to be done."""

import json
import os
import pty
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).with_name("direct-upload"))
OTHER = {"DIRECT_UPLOAD_SECRET": "another secret of the tests, and a long one"}


@pytest.fixture
def environ(swift):
    return {
        **swift.environ,
        "DIRECT_UPLOAD_SECRET": "an application secret of the tests, long enough",
        "DIRECT_UPLOAD_CONTAINER": f"setup-{uuid.uuid4().hex}",
    }


@pytest.fixture
def is_made(connection, environ):
    def look():
        names = {entry["name"] for entry in connection.get_account()[1]}
        return environ["DIRECT_UPLOAD_CONTAINER"] in names

    return look


def test_a_plan_alone_changes_nothing(invoke, environ, is_made):
    done = invoke(environ, "setup", "--dry-run")
    assert done.returncode == 0
    assert "container" in done.stdout
    assert "Nothing was changed." in done.stdout
    assert not is_made()


def test_the_second_time_nothing_is_to_be_done(invoke, environ, is_made):
    first, second = (json.loads(invoke(environ, "setup", "--json").stdout) for _ in range(2))
    assert (first["applied"], bool(first["changes"])) == (True, True)
    assert (second["applied"], second["changes"]) == (False, [])
    assert is_made()
    for options in ([], ["--dry-run"]):
        assert invoke(environ, "setup", *options).stdout.startswith(
            "Nothing is to be done.\nContainer setup-"
        )


def test_the_end_of_running_uploads_is_a_warning(invoke, environ):
    invoke(environ, "setup")
    done = invoke(environ | OTHER, "setup", "--dry-run")
    assert "of another secret" in done.stdout
    assert "WARNING Uploads that were begun under the other secret end" in done.stdout


def on_a_terminal(environ, answer, *options):
    """Run `setup` where somebody sits before a terminal and types ANSWER; return status and what is shown."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "r+b", buffering=0) as terminal, os.fdopen(theirs, "r+b", buffering=0) as inner:
        terminal.write(answer)
        done = subprocess.run(
            [COMMAND, "setup", *options],
            env=os.environ | environ,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            timeout=60,
            check=False,
        )
        return done.returncode, terminal.read(65536).decode()


@pytest.mark.parametrize(
    ("answer", "options", "makes", "code"),
    [(b"n\n", [], False, 1), (b"y\n", [], True, 0), (b"", ["--yes"], True, 0), (b"", ["--json"], True, 0)],
    ids=["no", "yes", "--yes", "--json"],
)
def test_on_a_terminal_somebody_is_asked(environ, is_made, answer, options, makes, code):  # noqa: PLR0913, PLR0917
    status, shown = on_a_terminal(environ, answer, *options)
    assert (is_made(), status) == (makes, code)
    assert ("Do this?" in shown) == (not options)


def test_a_script_is_not_asked_though_it_keeps_the_terminal(environ, is_made):
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "r+b", buffering=0), os.fdopen(theirs, "rb", buffering=0) as stdin:
        done = subprocess.run(
            [COMMAND, "setup"],
            env=os.environ | environ,
            stdin=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, is_made()) == (0, True)
