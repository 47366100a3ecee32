"""A real Prometheus with our configuration: the dashboard's and alerts' queries find what a site tells."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
import yaml

from bench.runner.ports import free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
MIB = 1 << 20
BODY = b"x" * (MIB + 1)

pytestmark = pytest.mark.skipif(shutil.which("prometheus") is None, reason="Prometheus is not installed")


@pytest.fixture(scope="module")
def swept_site(prepared, run_site, ready):
    running = run_site(prepared(sweep_interval="1"))
    ready(running)
    yield running
    running.end()


@pytest.fixture(scope="module")
def busy_site(swept_site, api_of):
    """What happens to a site in its life has happened to it."""
    api = api_of(swept_site)
    api.begin(BODY, segment_size=MIB).send().complete()
    api.begin().discard()
    assert api.begin(BODY, segment_size=MIB).complete().status_code == 409
    return swept_site


@pytest.fixture(scope="module")
def prometheus(busy_site, tmp_path_factory, eventually):
    """A client of a Prometheus that has our configuration, but for who is scraped and how often."""
    folder, port = tmp_path_factory.mktemp("prometheus"), free_port()
    given = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
    given["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    given["scrape_configs"][0]["static_configs"] = [{"targets": [busy_site.url.removeprefix("http://")]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(given))
    shutil.copy(DEPLOY / "prometheus" / "alerts.yml", folder)
    command = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
        httpx.Client(
            base_url=f"http://127.0.0.1:{port}/api/v1", transport=httpx.HTTPTransport(retries=5)
        ) as client,
    ):
        try:
            # Of a rate, two scrapes are the least.
            eventually(lambda: found(client, "min(count_over_time(direct_upload_build_info[1m])) > 2"))
            eventually(lambda: found(client, "direct_upload_last_sweep_timestamp_seconds > 0"))
            yield client
        finally:
            process.terminate()


def found(client, query):
    try:
        answer = client.get("/query", params={"query": query})
    except httpx.TransportError:
        return []
    if answer.status_code == 503:
        return []
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["result"]


def panels():
    board = json.loads((DEPLOY / "grafana" / "direct-upload.json").read_text())
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            yield pytest.param(target["expr"], id=f"{panel['title']} {target['refId']}")


@pytest.mark.parametrize("expression", list(panels()))
def test_every_panel_of_the_dashboard_has_data(prometheus, expression):
    query = expression.replace("$instance", ".*").replace("$__rate_interval", "1m")
    assert "$" not in query
    assert found(prometheus, query)


def test_the_dashboard_tells_what_happened(prometheus):
    (completed,) = found(prometheus, 'sum(direct_upload_uploads_total{event="completed"})')
    assert completed["value"][1] == "1"
    (bytes_,) = found(prometheus, "sum(direct_upload_committed_bytes_total)")
    assert bytes_["value"][1] == str(len(BODY))
    failed = found(prometheus, "direct_upload_upload_failures_total > 0")
    assert {(one["metric"]["step"], one["metric"]["code"]) for one in failed} == {
        ("complete", "segments-rejected")
    }


def test_the_alerts_are_evaluated_and_none_fires_for_a_healthy_site(prometheus, eventually):
    def rules():
        groups = prometheus.get("/rules").json()["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    eventually(lambda: all(rule["health"] == "ok" for rule in rules()))
    assert {rule["state"] for rule in rules()} == {"inactive"}
    told = (DEPLOY / "prometheus" / "alerts.yml").read_text()
    assert len(rules()) == len(re.findall("alert:", told))


def test_the_alerts_fire_when_they_should():
    done = subprocess.run(
        ["promtool", "test", "rules", "alerts_test.yml"],
        cwd=DEPLOY / "prometheus",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
