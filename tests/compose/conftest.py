"""Fixtures for what docker-compose.yml describes: all of it running, under a project name of its own."""

import json
import os
import secrets
import shutil
import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from bench.runner.ports import free_port

ROOT = Path(__file__).parents[2]
BASE_IMAGES = ("python:3.13-slim", "nginx:stable")
LABEL = "label=com.docker.compose.project="
# A first build installs everything, and starting waits for health checks.
COMMAND_SECONDS = 900
REPLICAS = {"site-a": 11, "site-b": 12}


def run(*command, environ=None):
    """Run a program to its end and return what it wrote; all that it said is in the error when it failed."""
    finished = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | (environ or {}),
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    assert finished.returncode == 0, f"{' '.join(command)}\n{finished.stdout}\n{finished.stderr}"
    return finished.stdout


def succeeds(*command):
    return subprocess.run(command, capture_output=True, check=False, timeout=COMMAND_SECONDS).returncode == 0


@pytest.fixture(scope="session")
def engine():
    """Something that runs containers; without it the tests are skipped."""
    if shutil.which("docker") is None or not succeeds("docker", "info"):
        pytest.skip("no Docker engine runs here")
    for image in BASE_IMAGES:
        if not succeeds("docker", "image", "inspect", image) and not succeeds("docker", "pull", image):
            pytest.skip(f"the image {image} can't be had here")


@pytest.fixture(scope="session", params=["docker compose", "docker-compose"])
def compose_command(engine, request):  # noqa: ARG001 - it has to be there
    """Each of the two programs that there is: Compose 2 and its predecessor."""
    command = tuple(request.param.split())
    if shutil.which(command[0]) is None or not succeeds(*command, "version"):
        pytest.skip(f"{request.param} is not installed")
    return command


@dataclass
class Project:
    """One running copy of all services, on ports and in a network of its own.

    With a `profile` the services of that run too.
    """

    command: tuple[str, ...]
    files: tuple[str, ...]
    environ: dict[str, str]
    profile: str = ""
    name: str = field(default_factory=lambda: f"direct-upload-test-{secrets.token_hex(4)}")

    @property
    def url(self):
        return self.environ["SITE_ORIGIN"]

    @property
    def swift_url(self):
        return self.environ["SWIFT_ORIGIN"]

    def compose(self, *arguments):
        chosen = [f"--file={file}" for file in self.files]
        if self.profile:
            chosen.append(f"--profile={self.profile}")
        return run(*self.command, "--project-name", self.name, *chosen, *arguments, environ=self.environ)

    def up(self):
        # Before any is started, so that no service waits for another's image.
        self.compose("build", "--quiet")
        self.compose("up", "--detach")

    def down(self):
        self.compose("down", "--volumes")

    def containers(self):
        """What the engine tells of each container, ended ones too."""
        every = run("docker", "ps", "--all", "--quiet", "--filter", f"{LABEL}{self.name}").split()
        return json.loads(run("docker", "inspect", *every))

    def is_running(self, service):
        of_service = [
            one["State"]["Running"]
            for one in self.containers()
            if one["Config"]["Labels"]["com.docker.compose.service"] == service
        ]
        return any(of_service)

    def health(self):
        """The state of each service that has a health check."""
        states = ((one["Config"]["Labels"], one["State"].get("Health")) for one in self.containers())
        return {labels["com.docker.compose.service"]: state["Status"] for labels, state in states if state}

    def replicas_asked(self):
        """The replica that answered each request, by nginx's log."""
        lines = self.compose("logs", "--no-color", "nginx").splitlines()
        entries = [json.loads(line[line.index("{") :]) for line in lines if '"replica"' in line]
        return [entry["replica"].split(",")[-1].strip() for entry in entries]

    def replica(self, service):
        """A replica's address as nginx's log has it."""
        return f"{self.environ['SUBNET']}.{REPLICAS[service]}:8765"

    def left_over(self):
        """The ids of containers, volumes and networks that are there."""
        every = f"{LABEL}{self.name}"
        listings = (("ps", "--all"), ("volume", "ls"), ("network", "ls"))
        return [
            one for what in listings for one in run("docker", *what, "--quiet", "--filter", every).split()
        ]


@contextmanager
def running(command, files, scheme, *, profile="", **environ):
    site, swift, swift_tls = (free_port() for _ in range(3))
    public_swift = swift_tls if scheme == "https" else swift
    project = Project(
        command,
        files,
        {
            "SITE_ORIGIN": f"{scheme}://localhost:{site}",
            "SITE_PORT": str(site),
            "SWIFT_ORIGIN": f"{scheme}://127.0.0.1:{public_swift}",
            "SWIFT_PORT": str(swift),
            "SWIFT_TLS_PORT": str(swift_tls),
            "SUBNET": f"10.213.{secrets.randbelow(256)}",
            "TAG": "test",
            **environ,
        },
        profile,
    )
    try:
        project.up()
        yield project
    finally:
        project.down()
    assert project.left_over() == []


@pytest.fixture(scope="module")
def project(compose_command):
    """All services, over plain HTTP. After the tests nothing of them may be left."""
    with running(compose_command, ("docker-compose.yml",), "http") as project:
        yield project


@pytest.fixture(scope="module")
def bench_project(compose_command):
    """All services, and those of the profile `bench`. Locust plays small uploads, one after the other."""
    environ = {
        "LOCUST_PORT": str(free_port()),
        "BENCH_LOAD": "DirectUploader --upload-sizes 100kB --upload-pause 0.1",
    }
    files = ("docker-compose.yml",)
    with running(compose_command, files, "http", profile="bench", **environ) as project:
        yield project


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A folder with certificates for the site and for Swift, and of the authority that signed both."""
    folder = tmp_path_factory.mktemp("tls")
    run("sh", str(ROOT / "deploy/compose/make-certificates"), str(folder), "localhost", "127.0.0.1")
    # Of who runs the tests; nginx is somebody else.
    for key in folder.glob("*.key"):
        key.chmod(0o644)
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def tls_project(compose_command, certificates):
    """All services, the site and Swift behind TLS."""
    files = ("docker-compose.yml", "deploy/compose/tls.yml")
    with running(compose_command, files, "https", TLS_DIR=str(certificates)) as project:
        yield project


@pytest.fixture
def client():
    """A function that makes a client for a project's site, which checks certificates against FILE."""
    with ExitStack() as clients:
        yield lambda url, verify=True: clients.enter_context(httpx.Client(base_url=url, verify=verify))


@pytest.fixture(scope="module")
def chromium(launched_chromium):
    """A real Chromium, for a module only: where it runs, nothing else can run an event loop."""
    with launched_chromium() as browser:
        yield browser
