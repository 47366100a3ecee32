"""The programs that our images bring: these need no Docker engine."""

import gzip
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


def run(*command, **environ):
    """Run a program with these variables only, and PATH; return its end."""
    variables = {"PATH": os.environ["PATH"], **environ}
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def with_secrets(**environ):
    """The variables that a program sees behind the images' entry point."""
    seen = run("sh", DEPLOY / "compose/with-secrets", "env", **environ)
    assert seen.returncode == 0, seen.stderr
    variables = dict(line.split("=", 1) for line in seen.stdout.splitlines())
    return {name: variables[name] for name in variables.keys() - {"PATH", "PWD", "SHLVL", "_", "OLDPWD"}}


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "a secret"
    path.write_text("what nobody knows\n")
    return str(path)


@pytest.mark.parametrize(
    "name", ["DIRECT_UPLOAD_SECRET", "ST_KEY", "OS_APPLICATION_CREDENTIAL_SECRET", "RS_API_KEY"]
)
def test_a_secret_in_a_file_becomes_a_variable(name, secret):
    assert with_secrets(**{f"{name}_FILE": secret}) == {name: "what nobody knows"}


def test_other_variables_that_name_files_stay_as_they_are():
    others = {"OS_CLIENT_CONFIG_FILE": "/etc/clouds.yaml", "DIRECT_UPLOAD_MAX_FILE_SIZE": "1GiB"}
    assert with_secrets(**others) == others


def test_a_secret_that_can_not_be_read_stops_the_start():
    refused = run("sh", DEPLOY / "compose/with-secrets", "env", ST_KEY_FILE="/nowhere")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "ST_KEY_FILE: /nowhere can't be read\n"


def test_secrets_are_made_once_and_for_their_owner_only(tmp_path):
    def make():
        assert run("sh", DEPLOY / "swift/make-secrets", tmp_path).returncode == 0
        return {path.name: path.read_text() for path in tmp_path.iterdir()}

    made = make()
    assert make() == made
    assert made.keys() == {"application-secret", "swift-key", "swift-hash-suffix"}
    assert len(set(made.values())) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", text) for text in made.values())
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize(("minutes_ago", "status"), [(1, 0), (20, 1), (None, 1)])
def test_an_expirer_is_well_while_it_passes(tmp_path, minutes_ago, status):
    record = tmp_path / "object.recon"
    if minutes_ago is not None:
        record.touch()
        os.utime(record, (time.time() - 60 * minutes_ago,) * 2)
    assert run(sys.executable, DEPLOY / "swift/healthy.py", record).returncode == status


def rings(folder, **servers):
    folder.mkdir()
    written = run(sys.executable, "-W", "ignore", DEPLOY / "swift/rings.py", folder, **servers)
    assert written.returncode == 0, written.stderr
    return {path.name: gzip.decompress(path.read_bytes()) for path in folder.iterdir()}


def test_containers_agree_on_the_rings_without_asking(tmp_path):
    three = {"SWIFT_OBJECT_SERVERS": "one two three"}
    mine, yours = rings(tmp_path / "mine", **three), rings(tmp_path / "yours", **three)
    assert mine == yours
    assert mine.keys() == {"account.ring.gz", "container.ring.gz", "object.ring.gz"}
    assert all(name in mine["object.ring.gz"] for name in (b"one", b"two", b"three"))


def test_requirements_are_those_of_the_project_and_of_the_extras(tmp_path):
    project = tmp_path / "pyproject.toml"
    project.write_text(
        '[project]\nname = "site"\ndependencies = ["base>=1"]\n'
        '[project.optional-dependencies]\nfast = ["loop"]\nall = ["site[fast]", "more"]\nother = ["no"]\n'
    )
    told = run(sys.executable, DEPLOY / "compose/requirements.py", project, "fast,all")
    assert told.stdout.split() == ["base>=1", "loop", "more"]
