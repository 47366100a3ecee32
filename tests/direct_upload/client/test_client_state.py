"""What the client remembers in the user's folder, what it does when it can't, and what it leaves there."""

import errno
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from direct_upload.client import Client, Item, StateUnwritable

MIB = 1 << 20
DAY = 86400
OLD, NEW = "0123456789abcdef" * 2, "fedcba9876543210" * 2
BOTH = {"DIRECT_UPLOAD_SECRET": NEW, "DIRECT_UPLOAD_OLD_SECRETS": OLD}
COMMAND = str(Path(sys.executable).with_name("direct-upload"))


@pytest.mark.parametrize("folder", ["sites", "uploads"])
def test_a_state_folder_that_can_not_be_written_is_told_of_each_file(
    client_of, proxied_site, make_file, tmp_path, folder
):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / folder).touch()
    client = client_of(proxied_site)
    items = [Item(make_file(10, name), name) for name in ("a", "b")]
    outcomes = list(client.put_all(items))
    assert [type(one.error) for one in outcomes] == [StateUnwritable] * 2
    assert f"state/{folder}" in str(outcomes[0].error)


def test_a_command_says_where_nothing_can_be_written(clean_environ, proxied_site, make_file, tmp_path):
    (tmp_path / "xdg").touch()
    environ = clean_environ | {"DU_URL": proxied_site.url, "XDG_STATE_HOME": str(tmp_path / "xdg")}
    done = subprocess.run(
        [COMMAND, "put", make_file(10)],
        env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "xdg/direct-upload" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_disk_that_is_full_is_no_network_error(client, make_file, proxy, monkeypatch):
    def refuse(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("direct_upload.client.atomic.os.fsync", refuse)
    with pytest.raises(StateUnwritable, match="No space left"):
        client.put(make_file(2 * MIB))
    assert proxy.begun == {}


@pytest.fixture
def rotating(prepared, run_site, ready, invoke):
    """A function that starts one and the same site with other secrets, after it has ended the one before."""
    environ = prepared(secret=OLD)
    running = []

    def start(changed):
        for one in running:
            one.end()
        assert invoke(environ | changed, "setup").returncode == 0
        running.append(run_site(environ | changed))
        ready(running[-1])
        return running[-1]

    return start


@pytest.mark.parametrize("call", ["put", "ls"])
def test_who_comes_by_while_the_secret_is_changed_stays_who_he_is(rotating, make_file, tmp_path, call):
    path, state = make_file(10), tmp_path / "state"
    with Client(rotating({}).url, state=state) as client:
        stored = client.put(path, "first")
    with Client(rotating(BOTH).url, state=state) as client:
        if call == "put":
            client.put(path, "second")
        else:
            assert list(client.files()) == [stored]
    with Client(rotating({"DIRECT_UPLOAD_SECRET": NEW}).url, state=state) as client:
        assert stored.id in {one.id for one in client.files()}


def test_who_is_not_known_any_more_becomes_one_and_not_two(client_of, proxied_site, make_file, tmp_path):
    """Several requests at once come with a cookie that the site has forgotten."""
    client_of(proxied_site).put(make_file(1))
    (cookie,) = (tmp_path / "state" / "sites").glob("*.json")
    cookie.write_text(json.dumps(dict.fromkeys(json.loads(cookie.read_bytes()), "forgotten")))
    client = client_of(proxied_site)
    threads = [threading.Thread(target=client.put, args=(make_file(10, str(one)),)) for one in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(list(client.files())) == 4


def test_what_a_killed_client_left_is_removed_after_sixty_days(client_of, proxied_site, make_file, tmp_path):
    client_of(proxied_site).put(make_file(10))
    state = tmp_path / "state"
    for folder in ("sites", "uploads"):
        for days in (59, 61):
            for name in (f".{days}.json.abcdefgh", f"{days}.lock", f"{days}.json"):
                path = state / folder / name
                path.touch()
                os.utime(path, (time.time() - days * DAY,) * 2)
    client_of(proxied_site)
    left = {folder: {path.name for path in (state / folder).iterdir()} for folder in ("sites", "uploads")}
    assert left["uploads"] == {".59.json.abcdefgh", "59.lock", "59.json"}
    # Cookies say who somebody is: they stay.
    assert left["sites"] >= {".59.json.abcdefgh", "59.lock", "59.json", "61.json"}
    assert len(left["sites"]) == 5
