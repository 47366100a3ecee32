"""What docker-compose.yml describes, run for real: through nginx, over TLS, with a replica killed."""

import hashlib
import os
import re
import ssl
import subprocess
import threading
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.docker, pytest.mark.timeout(1500)]

MIB = 1 << 20
PATIENCE_MS = 120_000
# So slow that a replica can be killed in the middle, and the tests don't wait long.
UPLOAD_BYTES_A_SECOND = 40 * MIB
PAUSE_SECONDS = 0.05


class Visit:
    """The page in a browser of its own, with what it asked and was answered."""

    def __init__(self, browser, url, **context):
        self._context = browser.new_context(accept_downloads=True, **context)
        self.page = self._context.new_page()
        self.answers = []
        # Playwright can't listen with a method of a list.
        self.page.on("response", lambda answer: self.answers.append(answer))  # noqa: PLW0108
        self.page.goto(url)

    def slow_down(self):
        session = self._context.new_cdp_session(self.page)
        conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}
        session.send(
            "Network.emulateNetworkConditions", {**conditions, "uploadThroughput": UPLOAD_BYTES_A_SECOND}
        )

    def choose(self, path):
        self.page.get_by_test_id("file-input").set_input_files(path)

    def stored(self, name):
        rows = self.page.get_by_test_id("file-row")
        return rows.filter(has=self.page.get_by_text(name, exact=True))

    def expect_stored(self, name):
        expect(self.stored(name)).to_be_visible(timeout=PATIENCE_MS)

    def download(self, name, path):
        with self.page.expect_download() as waiting:
            self.stored(name).get_by_test_id("file-download").click()
        waiting.value.save_as(path)
        return path

    def asked(self, method, path):
        """The addresses of answered requests with this method (or any) that fit a pattern."""
        requests = [answer.request for answer in self.answers]
        return [one.url for one in requests if method in {"", one.method} and re.search(path, one.url)]

    def close(self):
        self._context.close()


@contextmanager
def visit(*arguments, **context):
    opened = Visit(*arguments, **context)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A file of ten segments."""
    path = tmp_path_factory.mktemp("film") / "film.bin"
    path.write_bytes(os.urandom(MIB) * 300)
    return path


@pytest.fixture(scope="module")
def run():
    """A function that runs a program to its end and returns what it wrote."""
    return lambda *command: subprocess.check_output(command, text=True)


def sha256(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def many_creations(client):
    """Create uploads without a pause meanwhile; yield the list of the answers' statuses."""
    statuses, stop = [], threading.Event()

    def create():
        wish = {"name": "one.bin", "size": 1, "type": "application/octet-stream"}
        while not stop.wait(PAUSE_SECONDS):
            statuses.append(client.post("/api/uploads", json=wish).status_code)

    thread = threading.Thread(target=create)
    thread.start()
    try:
        yield statuses
    finally:
        stop.set()
        thread.join()


def test_an_upload_outlives_a_replica_that_is_killed(project, chromium, client, film, tmp_path):
    with visit(chromium, project.url) as page, many_creations(client(project.url)) as statuses:
        page.slow_down()
        with page.page.expect_response(lambda answer: answer.request.method == "PUT", timeout=PATIENCE_MS):
            page.choose(film)
        project.compose("kill", "site-a")
        assert page.asked("POST", r"/complete$") == []
        asked_until_then = len(statuses)
        page.expect_stored("film.bin")
        assert sha256(page.download("film.bin", tmp_path / "copy.bin")) == sha256(film)
        segments = page.asked("PUT", "")
    assert not project.is_running("site-a")
    assert len(segments) >= 10
    assert all(url.startswith(project.swift_url) for url in segments)
    # Meanwhile nobody else noticed either.
    assert len(statuses) > asked_until_then > 0
    assert set(statuses) == {201}


def test_a_replica_that_comes_back_is_asked_again(project, client, eventually):
    visitor = client(project.url)
    project.compose("kill", "site-b")
    project.compose("start", "site-a")

    def is_asked():
        visitor.get("/healthz")
        return project.replicas_asked()[-1] == project.replica("site-a")

    eventually(is_asked)
    project.compose("start", "site-b")


def test_no_container_has_a_right_that_it_does_not_need(project):
    for container in project.containers():
        name, host = container["Name"], container["HostConfig"]
        assert container["Config"]["User"].split(":")[0] not in {"", "0", "root"}, name
        assert host["ReadonlyRootfs"], name
        assert host["CapDrop"] == ["ALL"], name
        assert not host["CapAdd"], name
        assert "no-new-privileges:true" in host["SecurityOpt"], name
        assert host["Memory"] > 0, name
        assert host["NanoCpus"] > 0, name
        assert host["PidsLimit"] > 0, name


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["status"], "Container direct-upload"),
        (["sweep", "--dry-run"], "Would delete"),
        (["doctor", "--no-throughput"], "hazards"),
    ],
    ids=["status", "sweep", "doctor"],
)
def test_operators_run_commands_in_a_replica(project, command, said):
    """As docs/operations.md tells them."""
    inside = ("-e", "DIRECT_UPLOAD_SWIFT_PUBLIC_URL=http://swift-proxy:8080", "site-b", "with-secrets")
    answered = project.compose("exec", "-T", *inside, "direct-upload", *command)
    assert said in answered
    assert "FAULT" not in answered


def test_secrets_are_in_files_only(project, run):
    read = "cat /run/direct-upload/application-secret /run/direct-upload/swift-key"
    secrets = re.findall("[0-9a-f]{64}", project.compose("exec", "-T", "site-b", "sh", "-c", read))
    assert len(set(secrets)) == 2
    told = str(project.containers()) + run("docker", "image", "inspect", "direct-upload:test")
    assert not any(secret in told for secret in secrets)


def test_the_public_sees_health_and_no_metrics(project, client, eventually):
    visitor = client(project.url)
    # A replica that was started just now may still be signing in.
    eventually(lambda: visitor.get("/readyz").status_code == 200)
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/metrics").status_code == 404
    on_a_replica = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8765/metrics').status)"
    assert project.compose("exec", "-T", "site-b", "python", "-c", on_a_replica).strip() == "200"


def test_over_tls_a_file_goes_up_and_comes_back(tls_project, chromium, film, tmp_path):
    # Chromium does not know our authority; what depends on https, it does all the same.
    with visit(chromium, tls_project.url, ignore_https_errors=True) as page:
        page.choose(film)
        page.expect_stored("film.bin")
        assert sha256(page.download("film.bin", tmp_path / "copy.bin")) == sha256(film)
        assert page.page.evaluate("isSecureContext")
        assert all(url.startswith("https://") for url in page.asked("", ""))
        assert len(page.asked("PUT", f"^{tls_project.swift_url}/")) >= 10


def test_over_tls_certificates_cookies_and_origins_are_right(tls_project, client, certificates):
    known = ssl.create_default_context(cafile=certificates / "ca.crt")
    cookie = client(tls_project.url, known).get("/").headers["Set-Cookie"]
    assert "Secure" in cookie
    swift = client(tls_project.swift_url, known)
    assert swift.get("/auth/v1.0").status_code == 404
    plain = tls_project.url.replace("https:", "http:")
    assert {origin: may_send(swift, origin) for origin in (tls_project.url, plain)} == {
        tls_project.url: True,
        plain: False,
    }


def may_send(swift, origin):
    """Whether Swift allows a page of ORIGIN to put something into the container."""
    asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
    answer = swift.options("/v1/AUTH_direct/direct-upload/segments/one", headers=asked)
    return answer.headers.get("Access-Control-Allow-Origin") == origin
