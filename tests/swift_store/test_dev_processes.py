"""The life of the embedded cluster's processes: how they start, what survives them, and what ends them."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import psutil
import pytest
import swiftclient

from swift_store.dev import EmbeddedSwift, EmbeddedSwiftError, Shape, extra

END_SECONDS = 10
PARENT = """
import sys, time
from pathlib import Path
from swift_store.dev import EmbeddedSwift, Shape
swift = EmbeddedSwift(Path(sys.argv[1]), shape=Shape(sys.argv[2])).start()
print(swift.pid, *(server.pid for server in swift.object_servers), flush=True)
time.sleep(60)
"""


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def ended(pids):
    return lambda: not any(map(alive, pids))


@contextmanager
def connected(swift):
    with closing(swiftclient.Connection(swift.auth_url, swift.user, swift.key, retries=0)) as connection:
        yield connection


@contextmanager
def command(*arguments, **options):
    """`python -m swift_store.dev` in a session of its own, ended with the block in any case."""
    process = subprocess.Popen(
        [sys.executable, "-m", "swift_store.dev", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )
    with process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(END_SECONDS)


def port_of(url):
    return urlsplit(url).port


def environment_of(process):
    lines = [process.stdout.readline() for _ in range(3)]
    return dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("name", ["data", "dåta; # 100%", "'%%' %"])
def test_what_was_stored_survives_a_restart_on_another_port(tmp_path, shape, name):
    objects = {f"o{number}": b"kept %d" % number for number in range(8)}
    with EmbeddedSwift(tmp_path / name, shape=shape) as first, connected(first) as connection:
        connection.put_container("c")
        for key, body in objects.items():
            connection.put_object("c", key, body)
        before = first.environ
    with (
        socket.create_server(("127.0.0.1", port_of(before["ST_AUTH"]))),
        EmbeddedSwift(tmp_path / name, shape=shape) as second,
        connected(second) as connection,
    ):
        assert (second.key, second.auth_url == before["ST_AUTH"]) == (before["ST_KEY"], False)
        assert {key: connection.get_object("c", key)[1] for key in objects} == objects


def test_several_clusters_run_at_once():
    with EmbeddedSwift() as one, EmbeddedSwift() as other, connected(one) as here, connected(other) as there:
        here.put_container("c")
        assert [entry["name"] for entry in here.get_account()[1]] == ["c"]
        assert there.get_account()[1] == []


def test_stop_ends_the_process_and_start_may_follow(eventually):
    swift = EmbeddedSwift().start()
    pid = swift.pid
    swift.stop()
    eventually(ended([pid]))
    with pytest.raises(EmbeddedSwiftError, match="does not run"):
        swift.environ  # noqa: B018 - reading it is the test
    with swift:
        assert swift.environ["ST_USER"] == swift.user
        with pytest.raises(EmbeddedSwiftError, match="runs already"):
            swift.start()


@pytest.mark.parametrize("shape", Shape)
def test_the_kill_of_its_parent_ends_every_process(tmp_path, shape, eventually):
    arguments = [sys.executable, "-c", PARENT, tmp_path, shape.value]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as parent:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == (1 if shape is Shape.SINGLE else 5)
        assert all(map(alive, pids))
        parent.kill()
    eventually(ended(pids))


def test_the_kill_of_the_cluster_itself_ends_its_object_servers(tmp_path, eventually):
    with EmbeddedSwift(tmp_path, shape=Shape.REPLICATED) as swift:
        os.kill(swift.pid, signal.SIGKILL)
        eventually(ended([server.pid for server in swift.object_servers]))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_without_a_word_and_without_a_trace(tmp_path, number):
    with command(env=os.environ | {"TMPDIR": str(tmp_path)}) as process:
        environ = environment_of(process)
        with closing(
            swiftclient.Connection(environ["ST_AUTH"], environ["ST_USER"], environ["ST_KEY"])
        ) as connection:
            connection.put_container("c")
        assert len(list(tmp_path.iterdir())) == 1
        process.send_signal(number)
        assert process.communicate(timeout=END_SECONDS) == ("", "")
        assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_in_the_terminal_ends_the_replicated_shape_in_order(tmp_path, eventually):
    with command("--shape=replicated", f"--data={tmp_path}") as process:
        servers = [int(process.stdout.readline().split("pid=")[1].split()[0]) for _ in range(4)]
        environment_of(process)
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate(timeout=END_SECONDS) == ("", "")
        assert process.returncode == 0
    eventually(ended(servers))


def test_it_ends_in_the_middle_of_an_upload():
    with command() as process:
        environ = environment_of(process)
        storage_url, token = swiftclient.get_auth(*environ.values())
        swiftclient.put_container(storage_url, token, "c")
        with socket.create_connection(("127.0.0.1", port_of(storage_url)), timeout=END_SECONDS) as client:
            head = [
                "PUT /v1/AUTH_test/c/o HTTP/1.1",
                "Host: x",
                f"X-Auth-Token: {token}",
                "Content-Length: 9999999",
            ]
            client.sendall("\r\n".join([*head, "", ""]).encode() + b"x" * 3_000_000)
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=END_SECONDS) == ("", "")
        assert process.returncode == 0


def test_the_end_of_standard_input_ends_it():
    with command("--stop-on-eof", stdin=subprocess.PIPE) as process:
        environment_of(process)
        process.stdin.close()
        assert process.wait(END_SECONDS) == 0


def test_without_stop_on_eof_the_end_of_standard_input_means_nothing():
    with command(stdin=subprocess.DEVNULL) as process:
        environ = environment_of(process)
        assert swiftclient.get_auth(*environ.values())[1]
        assert process.poll() is None


def test_a_taken_port_is_told_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with command(f"--port={port}") as process:
            out, err = process.communicate(timeout=END_SECONDS)
        assert (process.returncode, out, err.count("\n")) == (1, "", 1)
        assert f"port {port} is taken" in err
        with pytest.raises(EmbeddedSwiftError, match=f"port {port} is taken"):
            EmbeddedSwift(port=port).start()


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none_is_told_in_one_line(port):
    with pytest.raises(EmbeddedSwiftError, match=f"^embedded Swift: no listening on port {port} .*free one$"):
        EmbeddedSwift(port=port).start()


def test_stop_on_eof_without_a_standard_input_is_refused():
    shell = f"exec {sys.executable} -m swift_store.dev --stop-on-eof <&-"
    answer = subprocess.run(
        ["sh", "-c", shell], capture_output=True, text=True, timeout=END_SECONDS, check=False
    )
    assert (answer.returncode, answer.stderr.count("needs a standard input")) == (2, 1)


def test_a_signal_during_the_start_leaves_nothing_behind(tmp_path, eventually):
    with command(env=os.environ | {"TMPDIR": str(tmp_path)}) as process:
        eventually(lambda: any(tmp_path.glob("*/lock")))
        process.terminate()
        _, err = process.communicate(timeout=END_SECONDS)
        assert (process.returncode, err) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_a_fixed_port_is_used_again_at_once(tmp_path):
    with EmbeddedSwift(tmp_path) as swift, connected(swift) as connection:
        connection.get_account()
        port = port_of(swift.auth_url)
    with EmbeddedSwift(tmp_path, port) as again:
        assert again.auth_url == f"http://127.0.0.1:{port}/auth/v1.0"


def test_the_data_folder_of_a_running_cluster_is_refused(tmp_path):
    with EmbeddedSwift(tmp_path), pytest.raises(EmbeddedSwiftError, match="another embedded Swift is using"):
        EmbeddedSwift(tmp_path).start()


def test_it_works_from_any_working_directory(tmp_path, monkeypatch):
    (tmp_path / "swift").mkdir()
    (tmp_path / "swift" / "__init__.py").write_text("raise RuntimeError('not this one')")
    monkeypatch.chdir(tmp_path)
    with EmbeddedSwift() as swift:
        assert swiftclient.get_auth(swift.auth_url, swift.user, swift.key)[1]


def test_importing_the_package_imports_neither_swift_nor_eventlet():
    code = "import sys, swift_store.dev; print({'swift', 'eventlet'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code]) == b"set()\n"


def test_without_its_packages_it_names_the_extra(monkeypatch):
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name == "swift" else name)
    with pytest.raises(EmbeddedSwiftError, match=r"not installed: swift\..*direct-upload\[embedded\]"):
        EmbeddedSwift().start()
