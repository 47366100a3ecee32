"""`python -m proxy_upload` and plain gunicorn: what they need, what they say, and how they end."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from proxy_upload.settings import ProxySettings, from_environ
from swift_store.declarations import ConfigurationError, declared, variable

COMMAND = [sys.executable, "-m", "proxy_upload"]


def run(*arguments, **environ):
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environ},
    )


def test_the_help_names_every_setting():
    text = run("--help").stdout.replace("\n", " ")
    for one in declared(ProxySettings):
        assert variable(one.name, ProxySettings.PREFIX) in text
    for flag in ("push", "worker", "input", "workers", "threads", "port"):
        assert f"--{flag} " in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUSH", "teleport"), ("WORKER", "eventlet"), ("INPUT", "odd"), ("PORT", "x"), ("WORKERS", "0"),
        ("MAX_FORM_MEMORY", "1KiB"), ("SPOOL_LIMIT", "much"), ("TYPO", "1"),
    ],
)  # fmt: skip
def test_a_setting_that_can_not_be_used_is_named(name, value):
    with pytest.raises(ConfigurationError, match=f"^PROXY_UPLOAD_{name} "):
        from_environ({f"PROXY_UPLOAD_{name}": value})


def test_a_wrong_setting_is_one_line_and_status_1():
    result = run("--worker", "eventlet")
    assert result.returncode == 1
    assert result.stderr == "Error: PROXY_UPLOAD_WORKER takes one of: sync, gthread, gevent, tornado\n"


def test_a_taken_port_is_one_line_and_status_1(swift):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        environ = {**swift.environ, "DIRECT_UPLOAD_SECRET": "0123456789abcdef" * 4}
        result = run("--port", str(port), "--host", "127.0.0.1", **environ)
    assert result.returncode == 1
    assert result.stderr.startswith(f"Error: port {port} on 127.0.0.1 is taken; ")
    assert result.stderr.count("\n") == 1


def test_plain_gunicorn_without_a_swift_says_what_it_needs():
    command = [sys.executable, "-m", "gunicorn", "-c", "python:proxy_upload.gunicorn_conf"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode != 0
    assert "set DIRECT_UPLOAD_SECRET, and ST_AUTH" in result.stderr


def test_plain_gunicorn_serves_what_the_environment_says(swift, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [
            sys.executable, "-m", "gunicorn", "-c", "python:proxy_upload.gunicorn_conf",
            "--bind", f"fd://{listener.fileno()}", "proxy_upload.wsgi:app",
        ]  # fmt: skip
        environ = {
            **os.environ, **swift.environ, "DIRECT_UPLOAD_SECRET": "0123456789abcdef" * 4,
            "PROXY_UPLOAD_SPOOL_DIR": str(tmp_path),
        }  # fmt: skip
        process = subprocess.Popen(command, env=environ, pass_fds=[listener.fileno()])
        with urllib.request.urlopen(
            f"http://127.0.0.1:{listener.getsockname()[1]}/ping", timeout=20
        ) as answer:
            assert answer.read() == b"pong\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_without_a_swift_the_embedded_one_is_started_and_a_second_site_joins_it(tmp_path):
    def start():
        command = [*COMMAND, "--port", "0", "--workers", "1", "--data-dir", str(tmp_path / "data")]
        command += ["--spool-dir", str(tmp_path / "spool")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        port = int(process.stdout.readline().decode().split("localhost:")[1].split()[0])
        return process, f"http://localhost:{port}/files"

    first, _address = start()
    second, address = start()
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert answer.read() == b'{"files": [], "next": null}'
    for process in (second, first):
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        process.stdout.close()
    assert not (tmp_path / "data" / "swift" / "environ").exists()


def test_a_full_spool_means_507_and_the_next_file_is_taken(start_site, variants, file_form):
    site = start_site(variants["spool-gthread-plain"], spool_limit="2MiB", spool_memory="64KiB")
    answer = site.post(file_form(b"x" * (4 << 20)))
    assert (answer.status, answer.code) == (507, "spool-full")
    assert answer.headers["Retry-After"] == "60"
    assert site.post(file_form(b"x" * (1 << 20))).status == 201
    assert site.spooled_files() == []
    site.stop()
