"""Fixtures for the site: a real `direct-upload serve`, and a client that holds it to its contract."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import uuid
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from bench.runner.ports import free_port
from direct_upload.__main__ import main
from tools.node import find_node

MIB = 1 << 20
SECRET = "an application secret of the tests, long enough"
COMMAND = str(Path(sys.executable).with_name("direct-upload"))
STOP_SECONDS = 20
WAIT_SECONDS = 30
OIDC_TEST = Path(__file__).parents[2] / "direct_upload" / "frontend" / "oidc-test"


def clean_environ():
    """The environment of this process without what would configure the site."""
    return {name: value for name, value in os.environ.items() if not re.match("DIRECT_UPLOAD_|ST_|OS_", name)}


class SiteProcess:
    """A running `direct-upload serve`; `environ` is what it was started with, `log` its standard error."""

    def __init__(self, environ, folder, *arguments):
        self.environ, self.folder, self.arguments = environ, folder, arguments
        self.log_path = folder / f"log-{uuid.uuid4().hex}"
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [COMMAND, "serve", *arguments],
                env=clean_environ() | environ,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self.url = self.process.stdout.readline().decode().removeprefix("Serving on ").strip()
        assert self.url, self.log

    @property
    def pid(self):
        return self.process.pid

    @property
    def log(self):
        return self.log_path.read_text()

    def end(self, number=signal.SIGTERM):
        """Send a signal, wait for the end, return the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(STOP_SECONDS)
        finally:
            self.process.kill()
            self.process.stdout.close()
            self.process.wait()


@pytest.fixture(scope="session")
def run_site(tmp_path_factory):
    """A function that starts a site with an environment and arguments."""
    with ExitStack() as sites:

        def run(environ, *arguments):
            site = SiteProcess(environ, tmp_path_factory.mktemp("site"), *arguments)
            sites.callback(site.end, signal.SIGKILL)
            return site

        yield run


@pytest.fixture(scope="session")
def command():
    """A function that runs `direct-upload` to its end."""

    def run(environ, *arguments):
        return subprocess.run(
            [COMMAND, *arguments],
            env=clean_environ() | environ,
            capture_output=True,
            text=True,
            timeout=WAIT_SECONDS,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def invoke():
    """As `command`, in this process: what takes a new one a second is done at once."""

    def run(environ, *arguments):
        # Without what would configure it otherwise.
        ours = dict.fromkeys(os.environ.keys() - clean_environ().keys())
        done = CliRunner().invoke(main, arguments, env=ours | environ)
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def prepared(swift, command):
    """A function that prepares a new container by `setup`; returns the environment for a site on it.

    The servers reach Swift through a relay, if one is given; browsers always go straight. `cluster` may be
    another one than the usual.
    """

    def prepare(relay=None, cluster=swift, **settings):
        port = free_port()
        environ = {
            **cluster.environ,
            "DIRECT_UPLOAD_SECRET": SECRET,
            "DIRECT_UPLOAD_CONTAINER": f"site-{uuid.uuid4().hex}",
            "DIRECT_UPLOAD_PORT": str(port),
            "DIRECT_UPLOAD_SWIFT_PUBLIC_URL": cluster.storage_url.rsplit("/v1/")[0],
            **{f"DIRECT_UPLOAD_{name.upper()}": value for name, value in settings.items()},
        }
        if relay is not None:
            environ["ST_AUTH"] = f"http://127.0.0.1:{relay.port}/auth/v1.0"
        done = command(environ, "setup")
        assert done.returncode == 0, done.stderr
        return environ

    return prepare


@pytest.fixture(scope="module")
def relay(relay_to, swift):
    """What stands between the module's site and Swift."""
    return relay_to(swift.auth_url)


@pytest.fixture(scope="module")
def site(prepared, run_site, relay, ready):
    """The module's site, signed in to Swift; `swift_timeout` is short, so that a frozen Swift shows soon."""
    running = run_site(prepared(relay, swift_timeout="1", log_json="1"))
    ready(running)
    yield running
    running.end()


@pytest.fixture(scope="session")
def ready(eventually):
    """A function that waits until a site says that it is ready."""
    return lambda site: eventually(lambda: _is_ready(site))


def _is_ready(site):
    try:
        return httpx.get(f"{site.url}/readyz").status_code == 200
    except httpx.TimeoutException:
        # Its port is open before its workers run.
        return False


class Contract:
    """The OpenAPI document as a judge of answers."""

    def __init__(self, document):
        self.document = document

    def operation(self, method, path):
        """The described operation, None when the path has others only; `LookupError` for unknown paths."""
        for template, operations in self.document["paths"].items():
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
                return operations.get(method.lower())
        raise LookupError(path)

    def check(self, answer):
        method, path = answer.request.method, answer.request.url.raw_path.decode().split("?")[0]
        try:
            operation = self.operation(method, path)
        except LookupError:
            self._check_problem(answer, {"not-found", "cross-site", "request-too-large"})
            return
        if operation is None:
            self._check_problem(answer, {"method-not-allowed", "cross-site"})
            assert answer.headers.get("allow") or answer.json()["code"] == "cross-site"
            return
        described = operation["responses"].get(str(answer.status_code))
        assert described, f"{method} {path} answered an undeclared {answer.status_code}: {answer.text}"
        self._check_body(answer, described.get("content", {}))

    def _check_body(self, answer, content):
        if not content:
            assert answer.content == b""
            return
        media_type = answer.headers["content-type"].split(";")[0]
        assert media_type in content
        if schema := content[media_type].get("schema"):
            whole = {**schema, "components": self.document["components"]}
            Draft202012Validator(whole).validate(answer.json())

    @staticmethod
    def _check_problem(answer, codes):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] in codes


class Api(httpx.Client):
    """A client of the site: one owner's cookies, and no answer that the contract does not know."""

    def __init__(self, site, contract, **options):
        self.contract = contract
        hooks = {"response": [self._check]}
        super().__init__(  # no TLS here, so no need to load CAs
            base_url=site.url, event_hooks=hooks, timeout=WAIT_SECONDS, verify=False, **options
        )

    def _check(self, answer):
        answer.read()
        self.contract.check(answer)

    def begin(self, body=b"x", *, name="a.txt", type="text/plain", **wish):  # noqa: A002 - the API's word
        """Create an upload of BODY."""
        asked = {"name": name, "size": len(body), "type": type, **wish}
        answer = self.post("/api/uploads", json=asked)
        assert answer.status_code == 201
        return Upload(self, answer.json(), body)

    def upload(self, body=b"x", **wish):
        """Create, send and complete an upload; return the file."""
        answer = self.begin(body, **wish).send().complete()
        assert answer.status_code == 201
        return answer.json()


class Upload:
    """An upload in progress, as a well-behaved client does it."""

    def __init__(self, api, created, body):
        self.api, self.created = api, created
        self.id, self.ticket, self.target = created["id"], created["ticket"], created["target"]
        size = created["segment_size"]
        self.parts = [body[start : start + size] for start in range(0, len(body), size)]
        self.md5s = [hashlib.md5(part, usedforsecurity=False).hexdigest() for part in self.parts]

    def url(self, number):
        query = self.target["query"] or self.sign(number).json()["queries"][0]
        return f"{self.target['url']}{number:08d}?{query}"

    def sign(self, *numbers, **changes):
        body = {"ticket": self.ticket, "segments": numbers, **changes}
        return self.api.post(f"/api/uploads/{self.id}/signatures", json=body)

    def send(self, *numbers):
        """PUT these segments to Swift; all of them by default."""
        for number in numbers or range(len(self.parts)):
            answer = httpx.put(
                self.url(number), content=self.parts[number], headers={"ETag": self.md5s[number]}
            )
            assert answer.status_code == 201
        return self

    def complete(self, md5s=None, **changes):
        body = {"ticket": self.ticket, "segments": self.md5s if md5s is None else md5s, **changes}
        return self.api.post(f"/api/uploads/{self.id}/complete", json=body)

    def renew(self):
        return self.api.post(f"/api/uploads/{self.id}/renew", json={"ticket": self.ticket})

    def discard(self):
        return self.api.delete(f"/api/uploads/{self.id}", headers={"Upload-Ticket": self.ticket})


@pytest.fixture(scope="session")
def api_of():
    """A function that makes a new owner's client of a site; its `swift` is a client without any rules."""
    with ExitStack() as clients:
        swift = clients.enter_context(httpx.Client(verify=False))  # noqa: S501 - no TLS here, so no need to load CAs
        contracts = {}

        def make(site, **options):
            if site.url not in contracts:
                contracts[site.url] = Contract(swift.get(f"{site.url}/openapi.json").json())
            api = clients.enter_context(Api(site, contracts[site.url], **options))
            api.swift = swift
            return api

        yield make


@pytest.fixture
def api(api_of, site):
    """A client of the module's site, of an owner who has nothing yet."""
    return api_of(site)


@pytest.fixture(scope="module")
def chromium(launched_chromium):
    """A real Chromium, for this module only: where it runs, nothing else can run an event loop."""
    with launched_chromium() as browser:
        yield browser


class Provider:
    """A real OpenID Connect provider (npm's `oidc-provider`): everybody may sign in under any name."""

    client_secret = "the site's secret at the provider"

    def __init__(self, site_origin):
        node = find_node()
        command = str(node.bin_folder / "node") if node.bin_folder else "node"
        self.process = subprocess.Popen(
            [command, "src/provider.js"],
            cwd=OIDC_TEST,
            env=os.environ | {"SITE": site_origin, "CLIENT_SECRET": self.client_secret},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.issuer = self._said()

    def _said(self):
        for line in self.process.stdout:
            if line.startswith(b"http"):
                return line.decode().strip()
        raise AssertionError("the provider did not start")

    def end(self):
        """The provider ends with its standard input."""
        self.process.stdin.close()
        self.process.wait(STOP_SECONDS)
        self.process.stdout.close()


@pytest.fixture(scope="session")
def run_provider():
    """A function that starts a provider for a site's origin."""
    with ExitStack() as providers:

        def run(site_origin):
            provider = Provider(site_origin)
            providers.callback(provider.end)
            return provider

        yield run


@pytest.fixture(scope="module")
def oidc_site(prepared, run_site, run_provider, ready):
    """A site at which people sign in; `provider` is where."""
    port = free_port()
    provider = run_provider(f"http://localhost:{port}")
    environ = prepared(
        port=str(port),
        identity="oidc",
        oidc_issuer=provider.issuer,
        oidc_client_id="site",
        oidc_client_secret=provider.client_secret,
        log_json="1",
    )
    running = run_site(environ)
    running.provider = provider
    ready(running)
    yield running
    running.end()


@pytest.fixture(scope="session")
def log_lines():
    """A function from a site that logs JSON to its lines as objects."""
    return lambda site: [json.loads(line) for line in site.log.splitlines()]
