"""The command line: what an operator can mend is one line on standard error, and exit status 1."""

import socket

import pytest

V1 = {"ST_AUTH": "http://127.0.0.1:1/auth/v1.0", "ST_USER": "test:tester", "ST_KEY": "k"}
SECRET = {"DIRECT_UPLOAD_SECRET": "0123456789abcdef" * 2}

FAULTS = {
    "no secret": (V1, "DIRECT_UPLOAD_SECRET"),
    "a short secret": (V1 | {"DIRECT_UPLOAD_SECRET": "s"}, "DIRECT_UPLOAD_SECRET"),
    "a weak secret": (V1 | {"DIRECT_UPLOAD_SECRET": "s" * 64}, "make one with: python -c"),
    "no key": (SECRET | {"ST_AUTH": V1["ST_AUTH"], "ST_USER": "a:b"}, "ST_KEY"),
    "no address": (SECRET | {"ST_USER": "a:b", "ST_KEY": "k"}, "ST_AUTH"),
    "half of Keystone": (SECRET | {"OS_AUTH_URL": "http://k/v3", "OS_USERNAME": "u"}, "OS_PASSWORD"),
    "a typing mistake": (V1 | SECRET | {"DIRECT_UPLOAD_PROT": "80"}, "DIRECT_UPLOAD_PROT"),
    "a bad number": (V1 | SECRET | {"DIRECT_UPLOAD_WORKERS": "many"}, "DIRECT_UPLOAD_WORKERS"),
}


def the_one_line(done):
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("name", ["serve", "setup"])
@pytest.mark.parametrize(("environ", "named"), FAULTS.values(), ids=FAULTS)
def test_a_fault_in_the_settings_is_one_line_that_names_it(command, name, environ, named):
    assert named in the_one_line(command(environ, name))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_taken_port_is_one_line_that_says_so(command, host):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = the_one_line(command(V1 | SECRET, "serve", "--host", host, "--port", port))
    assert f"port {port}" in line
    assert "taken" in line


def test_an_address_of_another_machine_is_one_line(command):
    assert "can't be used" in the_one_line(command(V1 | SECRET, "serve", "--host", "192.0.2.1"))


def test_setup_needs_a_swift_of_one_s_own(command):
    assert "ST_AUTH" in the_one_line(command(SECRET, "setup"))


def test_setup_says_when_swift_is_not_there(command):
    assert "can't be reached" in the_one_line(command(V1 | SECRET, "setup"))


def test_setup_says_when_swift_does_not_know_us(command, swift):
    line = the_one_line(command({**swift.environ, "ST_KEY": "wrong-key", **SECRET}, "setup"))
    assert "401" in line
    assert "wrong-key" not in line


def test_setup_may_be_repeated_and_flags_count_more_than_variables(command, swift, connection, container):
    environ = {**swift.environ, **SECRET, "DIRECT_UPLOAD_CONTAINER": "never-made"}
    for _ in range(2):
        done = command(environ, "setup", "--container", container)
        assert (done.returncode, done.stderr) == (0, "")
        assert f"Container {container} is ready" in done.stdout
    assert connection.head_container(container)["x-container-meta-temp-url-key"]


@pytest.mark.parametrize("name", ["serve", "setup"])
def test_help_shows_the_flags(command, name):
    done = command({}, name, "--help")
    assert done.returncode == 0
    assert "--port" in done.stdout


def test_the_version_is_told(command):
    assert command({}, "--version").stdout.startswith("direct-upload, version ")
