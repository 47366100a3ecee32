"""What the examples for systemd and Kubernetes say, and the settings in them and in docker-compose.yml."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from click import Context

from direct_upload.__main__ import main
from proxy_upload.settings import ProxySettings
from swift_store.declarations import declared, variable
from swift_store.settings import Settings, from_environ

ROOT = Path(__file__).parents[2]
UNITS = {path.name: path for path in (ROOT / "deploy/systemd").iterdir()}
KUBERNETES = list(yaml.safe_load_all((ROOT / "deploy/kubernetes/direct-upload.yaml").read_text()))
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
COMMANDS = main.list_commands(Context(main))
NAMES = {"app.kubernetes.io/name": "direct-upload"}
PORT = "8765"
# What the examples leave to a file or a Secret that only the operator has.
SECRETS = {"DIRECT_UPLOAD_SECRET": "0123456789abcdef" * 2, "ST_KEY": "key"}
SWIFT = {"ST_AUTH": "https://swift.example.net/auth/v1.0", "ST_USER": "account:user"}


def directives(unit):
    """The unit's `(section, name, value)`, in their order; some names come several times."""
    section, found = "", []
    for line in UNITS[unit].read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith(("#", ";")):
            name, value = line.split("=", 1)
            found.append((section, name, value.replace("%i", PORT)))
    return found


def values(unit, name):
    return [value for _section, named, value in directives(unit) if named == name]


def settings_in(unit):
    given = shlex.split(" ".join(values(unit, "Environment")))
    return from_environ({**SWIFT, **SECRETS, **dict(one.split("=", 1) for one in given)})


@pytest.fixture(params=UNITS)
def unit(request):
    return request.param


def test_a_unit_runs_a_command_that_there_is(unit):
    (command,) = values(unit, "ExecStart")
    program, name = command.split()
    assert program == "/opt/direct-upload/bin/direct-upload"
    assert name in COMMANDS


def test_the_settings_of_a_unit_are_settings(unit):
    assert settings_in(unit).secrets


def test_a_unit_of_the_site_waits_for_open_requests_to_end():
    site = "direct-upload@.service"
    assert int(values(site, "TimeoutStopSec")[0]) > settings_in(site).stop_timeout
    assert (settings_in(site).host, settings_in(site).port) == ("127.0.0.1", int(PORT))
    named = {name for line in values(site, "After") for name in line.split() if name.startswith("direct-")}
    assert named <= UNITS.keys()


def test_a_unit_has_no_right_that_it_does_not_need(unit):
    said = {name: value for _section, name, value in directives(unit)}
    on = (
        "DynamicUser",
        "NoNewPrivileges",
        "ProtectHome",
        "PrivateTmp",
        "PrivateDevices",
        "RestrictNamespaces",
    )
    assert {name: said[name] for name in on} == dict.fromkeys(on, "yes")
    assert (said["ProtectSystem"], said["CapabilityBoundingSet"]) == ("strict", "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_a_unit(unit, tmp_path):
    path = tmp_path / unit.replace("@", f"@{PORT}")
    # It looks for the program too, which is not installed there.
    path.write_text(UNITS[unit].read_text().replace("/opt/direct-upload/bin/direct-upload", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True, check=False
    )
    assert (done.returncode, unit in done.stderr) == (0, False), done.stderr


def objects(kind):
    return {one["metadata"]["name"]: one for one in KUBERNETES if one["kind"] == kind}


def pod():
    return objects("Deployment")["direct-upload"]["spec"]["template"]["spec"]


def site_of_kubernetes():
    (site,) = pod()["containers"]
    return site


def settings_of_kubernetes():
    return from_environ({**objects("ConfigMap")["direct-upload"]["data"], **SECRETS})


def test_the_settings_of_kubernetes_are_settings():
    settings = settings_of_kubernetes()
    assert settings.site_origins == ("https://upload.example.org",)
    assert all(isinstance(text, str) for text in objects("ConfigMap")["direct-upload"]["data"].values())
    documented = (ROOT / "docs/deployment.md").read_text()
    assert set(re.findall(r"--from-literal=(\w+)=", documented)) == SECRETS.keys()


@pytest.mark.parametrize(
    "container", [*pod()["initContainers"], *pod()["containers"]], ids=lambda one: one["name"]
)
def test_a_container_of_kubernetes_is_locked_down_and_finds_its_settings(container):
    program, name = container["args"]
    assert (program, name in COMMANDS) == ("direct-upload", True)
    assert [next(iter(one.values()))["name"] for one in container["envFrom"]] == ["direct-upload"] * 2
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} <= container["resources"]["limits"].keys()


def test_pods_of_kubernetes_run_as_nobody_special():
    said = pod()["securityContext"]
    assert (said["runAsNonRoot"], said["runAsUser"]) == (True, 10001)
    assert pod()["automountServiceAccountToken"] is False


def test_probes_ask_for_health_where_the_image_listens():
    site = site_of_kubernetes()
    (port,) = site["ports"]
    image = (ROOT / "Dockerfile").read_text()
    assert f"DIRECT_UPLOAD_PORT={port['containerPort']}" in image
    probes = {name: site[f"{name}Probe"]["httpGet"] for name in ("liveness", "readiness", "startup")}
    assert {name: probe["path"] for name, probe in probes.items()} == {
        "liveness": "/healthz",
        "readiness": "/readyz",
        "startup": "/healthz",
    }
    assert {probe["port"] for probe in probes.values()} == {port["name"]}


def test_a_pod_that_goes_lets_open_requests_end():
    (_, pause) = site_of_kubernetes()["lifecycle"]["preStop"]["exec"]["command"]
    most = int(pause) + settings_of_kubernetes().stop_timeout
    assert pod()["terminationGracePeriodSeconds"] > most


def test_what_belongs_together_in_kubernetes_has_the_same_names():
    deployment = objects("Deployment")["direct-upload"]["spec"]
    assert deployment["selector"]["matchLabels"] == deployment["template"]["metadata"]["labels"] == NAMES
    assert objects("PodDisruptionBudget")["direct-upload"]["spec"]["selector"]["matchLabels"] == NAMES
    service = objects("Service")["direct-upload"]["spec"]
    assert service["selector"] == NAMES
    backends = [
        path["backend"]["service"]
        for ingress in objects("Ingress").values()
        for rule in ingress["spec"]["rules"]
        for path in rule["http"]["paths"]
    ]
    assert backends == [{"name": "direct-upload", "port": {"name": service["ports"][0]["name"]}}] * 3


def test_an_ingress_waits_for_a_commit():
    annotations = objects("Ingress")["direct-upload-uploads"]["metadata"]["annotations"]
    seconds = int(annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"])
    assert seconds > 2 * settings_of_kubernetes().commit_timeout


OURS = {variable(one.name) for one in declared(Settings)} | {
    variable(one.name, ProxySettings.PREFIX) for one in declared(ProxySettings)
}


@pytest.mark.parametrize("service", [name for name, one in COMPOSE.items() if "environment" in one])
def test_the_settings_of_a_service_are_settings(service):
    named = {name.removesuffix("_FILE") for name in COMPOSE[service]["environment"]}
    unknown = {name for name in named if name.startswith(("DIRECT_UPLOAD_", "PROXY_UPLOAD_"))} - OURS
    assert not unknown


def test_the_example_of_the_settings_of_compose_names_those_that_there_are():
    files = [ROOT / "docker-compose.yml", *(ROOT / "deploy/compose").glob("*.yml")]
    read = {name for path in files for name in re.findall(r"\${(\w+)", path.read_text())}
    example = (ROOT / "deploy/compose/env.example").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == read - {"TAG"}
