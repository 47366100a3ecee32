"""What the files of docker-compose say of every service, of all profiles. No Docker engine is needed."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SITE, REPLICATED = ROOT / "docker-compose.yml", ROOT / "deploy/compose/replicated.yml"
OURS = {"direct-upload-swift": "deploy/swift/Dockerfile", "direct-upload": "Dockerfile"}


def services_of(path):
    # What only changes a service of the first file has no image of its own.
    described = yaml.safe_load(path.read_text())["services"]
    return {name: service for name, service in described.items() if "image" in service}


SERVICES = {**services_of(SITE), **services_of(REPLICATED)}


@pytest.fixture(params=SERVICES.values(), ids=SERVICES)
def service(request):
    return request.param


def test_all_profiles_are_looked_at():
    profiles = {profile for one in SERVICES.values() for profile in one.get("profiles", [])}
    assert profiles == {"bench", "observability"}
    assert {"swift-expirer", "locust-master", "locust-worker", "prometheus", "grafana"} <= SERVICES.keys()


def test_a_service_that_stays_has_a_health_check(service):
    if service["restart"] == "no":
        assert service.get("healthcheck", {"disable": True}) == {"disable": True}
    else:
        check = service["healthcheck"]
        assert check["test"][0] == "CMD"
        assert {"interval", "timeout", "retries", "start_period"} <= check.keys()


def test_a_service_has_limits(service):
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["cpus"] > 0
    assert service["pids_limit"] > 0


def test_a_service_can_write_to_volumes_and_to_memory_only(service):
    assert service["read_only"] is True
    for volume in service.get("volumes", []):
        source, _, rest = volume.partition(":")
        assert rest.endswith(":ro") or not source.startswith((".", "$")), volume
        assert "docker.sock" not in volume


def test_a_service_has_no_privileges(service):
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.keys().isdisjoint({"privileged", "cap_add", "devices", "pid", "ipc", "userns_mode"})
    assert service.get("network_mode", "none") == "none"


def test_no_service_runs_as_root(service):
    image = service["image"].partition(":")[0].removesuffix("-bench")
    if image in OURS:
        said = (ROOT / OURS[image]).read_text()
        assert "user" not in service
        assert re.findall(r"^USER (.*)$", said, re.MULTILINE) == ["$UID:$UID"]
        assert "ARG UID=10001" in said
    else:
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])


def test_published_ports_are_of_this_machine_only_unless_somebody_opens_them(service):
    for port in service.get("ports", []):
        assert re.match(r"\${\w*PUBLISH:-127\.0\.0\.1}:", port)


def test_no_service_has_a_secret_in_its_environment(service):
    secret = re.compile(r"SECRET|KEY|PASSWORD|SUFFIX")
    for name in service.get("environment", {}):
        assert name.endswith("_FILE") or not secret.search(name), name
