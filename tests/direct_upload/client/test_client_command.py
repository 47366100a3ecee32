"""The commands put, get, ls and rm, as a person or a script calls them."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

MIB = 1 << 20
COMMAND = str(Path(sys.executable).with_name("direct-upload"))


@pytest.fixture
def environ(clean_environ, proxied_site, tmp_path):
    return clean_environ | {"DU_URL": proxied_site.url, "XDG_STATE_HOME": str(tmp_path / "xdg")}


@pytest.fixture
def call(environ, tmp_path):
    """A function that runs `direct-upload` with arguments in the test's folder, to its end."""

    def run(*arguments, stdin=b"", **more):
        return subprocess.run(
            [COMMAND, *arguments], env=environ | more, cwd=tmp_path, input=stdin, capture_output=True,
            timeout=60, check=False,
        )  # fmt: skip

    return run


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_life_of_a_file(call, make_file, tmp_path):
    content = make_file(2 * MIB + 1).read_bytes()
    put = call("put", "data.bin", "--segment-size", "1MiB")
    assert (put.returncode, put.stderr) == (0, b"")
    file_id, name, size, _ = put.stdout.decode().split()
    assert (name, size) == ("data.bin", str(len(content)))
    assert file_id in call("ls").stdout.decode()
    got = call("get", "data.bin", "-o", "back.bin")
    assert b"verified content" in got.stdout
    assert (tmp_path / "back.bin").read_bytes() == content
    assert call("rm", "data.bin").returncode == 0
    assert call("ls").stdout == b""
    gone = call("get", file_id)
    assert (gone.returncode, gone.stdout) == (3, b"")
    assert b"no file with this id" in gone.stderr


def test_json_is_one_object_a_line(call, make_file):
    make_file(2 * MIB)
    told = lines(call("put", "data.bin", "--json"))
    assert {one["event"] for one in told} == {"progress", "done"}
    assert told[-1]["file"]["size"] == 2 * MIB
    (listed,) = lines(call("ls", "--json"))
    assert listed == told[-1]["file"]


def test_files_of_one_name_are_told_apart(call, make_file):
    for folder, size in (("one", 5 * MIB), ("other", 6 * MIB)):
        make_file(size, f"{folder}/data.bin")
    told = lines(call("put", "one/data.bin", "other/data.bin", "--json"))
    for source, size in (("one/data.bin", 5 * MIB), ("other/data.bin", 6 * MIB)):
        of_it = [one for one in told if one["source"] == source]
        assert {one["size"] for one in of_it if one["event"] == "progress"} == {size}
        assert of_it[-2]["phase"] == "done"
        assert of_it[-1]["event"] == "done"


def test_a_reader_that_goes_away_ends_it(environ, make_file, tmp_path, proxy):
    """As in `direct-upload put FILE --json | head -1`."""
    make_file(8 * MIB)
    with subprocess.Popen(
        [COMMAND, "put", "data.bin", "--json", "--segment-size", "1MiB", "--limit-rate", "1MB"],
        env=environ, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as run:  # fmt: skip
        run.stdout.readline()
        run.stdout.close()
        assert run.stderr.read() == b""
        assert run.wait() == 1
    assert set(proxy.begun.values()) == {1}


def test_each_command_tells_in_json_what_it_did(call, make_file, proxy):
    make_file(2 * MIB)
    file = lines(call("put", "data.bin", "--json"))[-1]["file"]
    got = lines(call("get", "data.bin", "-o", "back.bin", "--json"))
    assert {one["event"] for one in got} == {"progress", "done"}
    assert {one["source"] for one in got} == {"data.bin"}
    done = {"event": "done", "source": "data.bin", "file": file, "path": "back.bin", "verified": "content"}
    assert got[-1] == done
    assert lines(call("rm", "data.bin", "--json")) == [
        {"event": "deleted", "source": "data.bin", "file": file}
    ]
    proxy.rule = lambda _method, number, _nth: 413 if number == 1 else None
    call("put", "data.bin", "--segment-size", "1MiB")
    for was_there in (True, False):
        (told,) = lines(call("put", "data.bin", "--discard", "--json"))
        assert told == {"event": "discarded", "source": "data.bin", "was_there": was_there}


NOWHERE = {"DU_URL": "nowhere"}
UNKNOWN = "01a22a55-cd27-77b6-9c38-1735f85558dd"


@pytest.mark.parametrize(
    ("arguments", "environ_change", "failed", "status"),
    [
        (["get", "none"], {}, [("none", "NoSuchName")], 1),
        (["get", UNKNOWN], {}, [(UNKNOWN, "not-found")], 3),
        (["get", "none"], NOWHERE, [("none", "ClientError")], 1),
        (["rm", "none", UNKNOWN], {}, [("none", "NoSuchName"), (UNKNOWN, "not-found")], 1),
        (["rm", "a", "b"], NOWHERE, [("a", "ClientError"), ("b", "ClientError")], 1),
        (["put", "a", "b"], NOWHERE, [("a", "ClientError"), ("b", "ClientError")], 1),
        (["put", "a", "--discard"], NOWHERE, [("a", "ClientError")], 1),
    ],
    ids=["no name", "no id", "get nowhere", "rm", "rm nowhere", "put nowhere", "discard nowhere"],
)
def test_each_failure_is_told_in_json(call, arguments, environ_change, failed, status):
    done = call(*arguments, "--json", **environ_change)
    assert done.returncode == status
    assert [(one["event"], one["source"], one["code"]) for one in lines(done)] == [
        ("failed", source, code) for source, code in failed
    ]
    assert done.stderr == b""


def test_what_can_be_deleted_is_deleted_when_others_can_not(call, make_file):
    make_file(10)
    call("put", "data.bin")
    done = call("rm", "none", "data.bin")
    assert done.returncode == 1
    assert b"no file called none" in done.stderr
    assert call("ls").stdout == b""


def test_a_folder_keeps_its_paths(call, make_file):
    make_file(10, "holiday/beach.jpg")
    make_file(0, "holiday/deep/er/empty")
    refused = call("put", "holiday")
    assert refused.returncode == 2
    assert b"-r" in refused.stderr
    assert call("put", "-r", "holiday").returncode == 0
    assert {one["name"] for one in lines(call("ls", "--json"))} == {
        "holiday/beach.jpg",
        "holiday/deep/er/empty",
    }


def test_links_in_a_folder_are_followed(call, make_file, tmp_path):
    make_file(10, "elsewhere/file")
    make_file(20, "holiday/beach.jpg")
    (tmp_path / "holiday" / "link").symlink_to("beach.jpg")
    (tmp_path / "holiday" / "more").symlink_to("../elsewhere")
    assert call("put", "-r", "holiday").returncode == 0
    assert {one["name"]: one["size"] for one in lines(call("ls", "--json"))} == {
        "holiday/beach.jpg": 20,
        "holiday/link": 20,
        "holiday/more/file": 10,
    }


def test_what_can_not_be_looked_into_is_told_and_the_rest_is_sent(call, make_file, tmp_path):
    make_file(10, "one/file")
    make_file(10, "other/file")
    (tmp_path / "one" / "round").symlink_to("../other")
    (tmp_path / "other" / "about").symlink_to("../one")
    # Nobody, and be it root, may open a path of more than 4096 characters.
    long = make_folder_that_is_too_deep(tmp_path / "one")
    (tmp_path / "one" / "gone").symlink_to("nowhere")
    done = call("put", "-r", "one", "--json")
    assert done.returncode == 1
    told = [one for one in lines(done) if one["event"] != "progress"]
    assert {one["file"]["name"] for one in told if one["event"] == "done"} == {"one/file", "one/round/file"}
    failed = {one["source"]: one["detail"] for one in told if one["event"] == "failed"}
    assert failed.keys() == {"one/gone", "one/round/about", long}
    assert "a link to a folder that it is in" in failed["one/round/about"]


def make_folder_that_is_too_deep(folder):
    """Names below FOLDER's parent, of which the last can't be opened."""
    name, path = "x" * 250, folder.name
    here = os.open(folder, os.O_RDONLY)
    while len(path) < 4096:
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here, path = below, f"{path}/{name}"
    os.close(here)
    return path


def test_standard_input_is_sent(call, tmp_path):
    assert call("put", "-", "--name", "dump.sql", stdin=b"x" * 70_000).returncode == 0
    assert call("get", "dump.sql").returncode == 0
    assert (tmp_path / "dump.sql").read_bytes() == b"x" * 70_000


def test_standard_input_is_called_by_its_name_there(call):
    told = lines(call("put", "-", "--name", "beach.jpg", "--json", stdin=b"x" * 10))
    assert {one["source"] for one in told} == {"-"}
    assert told[-1]["file"]["type"] == "image/jpeg"


@pytest.fixture
def sending_stdin(environ, tmp_path, proxy, eventually):
    """A slow `put -`, of which something is stored; its temporary files go to `spool`."""
    (tmp_path / "spool").mkdir()
    with subprocess.Popen(
        [COMMAND, "put", "-", "--segment-size", "1MiB", "--limit-rate", "1MB"],
        env=environ | {"TMPDIR": str(tmp_path / "spool")},
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as run:  # fmt: skip
        run.stdin.write(bytes(8 * MIB))
        run.stdin.close()
        eventually(lambda: sum(proxy.stored.values()) >= 1)
        yield run
        run.kill()


def test_ctrl_c_promises_nothing_of_standard_input(sending_stdin):
    sending_stdin.send_signal(signal.SIGINT)
    words = sending_stdin.stderr.read().decode()
    assert sending_stdin.wait() == 130
    assert "the same command begins anew" in words


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=str)
def test_nothing_is_left_of_standard_input_however_it_ends(sending_stdin, tmp_path, number):
    sending_stdin.send_signal(number)
    assert sending_stdin.wait() == -number
    assert list((tmp_path / "spool").iterdir()) == []


def test_an_input_that_can_not_be_read_is_told(environ, tmp_path):
    with tmp_path.joinpath("closed").open("wb") as unreadable:
        done = subprocess.run(
            [COMMAND, "put", "-", "--json"],
            env=environ, stdin=unreadable, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    (told,) = lines(done)
    assert (told["event"], told["source"], told["code"]) == ("failed", "-", "SourceUnreadable")


def test_standard_input_has_a_limit(call):
    refused = call("put", "-", "--spool-limit", "1KiB", stdin=b"x" * 1025)
    assert refused.returncode == 1
    assert b"larger than 1024 bytes" in refused.stderr


def test_names_that_fit_several_files_are_not_guessed(call, make_file):
    make_file(10)
    assert call("put", "data.bin").returncode == call("put", "data.bin").returncode == 0
    refused = call("rm", "data.bin")
    assert refused.returncode == 1
    assert b"2 files are called data.bin" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "environ_change", "status"),
    [
        (["put", "missing"], {}, 1),
        (["put", "data.bin", "data.bin", "--name", "x"], {}, 2),
        (["put"], {}, 2),
        (["put", "data.bin"], {"DU_URL": ""}, 2),
        (["put", "data.bin", "--limit-rate", "fast"], {}, 2),
        (["put", "data.bin", "--limit-rate", "0"], {}, 2),
        (["put", "-", "--discard"], {}, 2),
        (["put", "data.bin"], {"DU_TOKEN": "du_wrong"}, 3),
        (["put", "data.bin", "--name", "a//b"], {}, 3),
        (["put", "data.bin", "missing"], {}, 1),
        (["ls", "--to", "nowhere"], {}, 1),
        (["put", "data.bin", "--give-up-after", "0.1"], {"DU_URL": "http://127.0.0.1:9"}, 4),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_the_exit_status_says_what_kind_of_failure_it_is(call, make_file, arguments, environ_change, status):
    make_file(10)
    done = call(*arguments, **environ_change)
    assert done.returncode == status
    assert done.stderr
    assert b"Traceback" not in done.stderr


def test_files_that_can_be_sent_are_sent_when_others_can_not(call, make_file):
    make_file(10)
    done = call("put", "missing", "data.bin", "--json")
    assert done.returncode == 1
    assert [one["event"] for one in lines(done) if one["event"] != "progress"] == ["failed", "done"]


def test_a_token_decides_whose_files_they_are(call, make_file, command, proxied_site):
    made = command(proxied_site.environ, "token", "create", "backup")
    token = made.stdout.split()[0]
    make_file(10)
    assert call("put", "data.bin", DU_TOKEN=token).returncode == 0
    assert call("ls").stdout == b""
    assert b"data.bin" in call("ls", "--token", token).stdout


def test_ctrl_c_leaves_an_upload_that_goes_on_and_says_how(  # noqa: PLR0913, PLR0917
    call, make_file, environ, tmp_path, proxy, eventually
):
    make_file(8 * MIB)
    arguments = ["put", "data.bin", "--segment-size", "1MiB"]
    with subprocess.Popen(
        [COMMAND, *arguments, "--limit-rate", "1MB"],
        env=environ, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as run:  # fmt: skip
        eventually(lambda: sum(proxy.stored.values()) >= 1)
        run.send_signal(signal.SIGINT)
        words = run.stderr.read().decode()
        assert run.wait() == 130
    assert "the same command goes on" in words
    assert "Traceback" not in words
    done = call(*arguments, "--json")
    assert lines(done)[-2]["resumed_bytes"] >= MIB
    assert max(proxy.stored.values()) == 1


def test_an_interrupted_upload_can_be_given_up(call, make_file, proxy):
    make_file(3 * MIB)
    proxy.rule = lambda _method, number, _nth: 413 if number == 2 else None
    assert call("put", "data.bin", "--segment-size", "1MiB").returncode == 3
    given_up = call("put", "--discard", "data.bin")
    assert given_up.stdout == b"Given up: data.bin\n"
    assert call("put", "--discard", "data.bin").stdout == b"Nothing to give up: data.bin\n"


def test_a_large_file_takes_little_memory(environ, tmp_path):
    """Segments of 32 MiB, four at a time, of a file that is sparse here."""
    with (tmp_path / "large").open("wb") as file:
        file.truncate(160 * MIB)
    script = (
        "from pathlib import Path; from direct_upload.__main__ import main\n"
        "try: main(['put', 'large'])\n"
        "finally: print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        timeout=100,
        check=False,
    )
    assert int(done.stdout.split()[-1]) < 120 * 1024, done.stderr
    assert b"167772160 bytes" in done.stdout


def test_people_see_bars(environ, make_file, tmp_path):
    """With a terminal. A bar may be drawn only once, so it has to be right from the first time on."""
    make_file(2 * MIB)
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [COMMAND, "put", "data.bin"], env=environ | {"TERM": "xterm-256color"}, cwd=tmp_path,
        stdout=subprocess.DEVNULL, stderr=theirs,
    ) as run:  # fmt: skip
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # the terminal's other side is closed
            pass
        os.close(ours)
        assert run.wait() == 0
    assert b"data.bin" in shown
    assert b"/2.0 MiB" in shown
    assert b"/100 bytes" not in shown
