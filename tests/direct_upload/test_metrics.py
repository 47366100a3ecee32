"""Metrics of real uploads: what is counted and measured, over all workers, under sound names."""

import json
import re
from pathlib import Path

import psutil
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from direct_upload.metrics import Metrics
from swift_store.sweep import Swept

MIB = 1 << 20
ROOT = Path(__file__).parents[2]
PROMQL_NAME = re.compile(r"direct_upload_\w+")
UNITS = ("_seconds", "_bytes", "_total", "_info", "_uploads", "_files", "_connections")


def samples_of(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def grown(api):
    """A function from a sample's name and labels to what it has grown by since the test began."""
    before = samples_of(api.get("/metrics").text)

    def growth(name, **labels):
        key = (f"direct_upload_{name}", *sorted(labels.items()))
        return samples_of(api.get("/metrics").text).get(key, 0) - before.get(key, 0)

    return growth


def test_an_upload_is_measured_from_its_ticket_to_its_commit(api, grown):
    upload = api.begin(b"x" * 1000).send()
    upload.complete()
    upload.complete()
    assert grown("upload_duration_seconds_count") == 1
    assert 0 < grown("upload_duration_seconds_sum") < 60
    assert grown("uploads_total", event="completed") == 1
    assert grown("committed_bytes_total") == 1000


def test_what_fails_is_counted_by_step_and_cause(api, grown):
    upload = api.begin(b"x" * 10)
    upload.complete()
    upload.complete(ticket="forged")
    api.post(f"/api/uploads/{upload.id}/renew", json={"ticket": "forged"})
    api.delete(f"/api/uploads/{upload.id}", headers={"Upload-Ticket": "forged"})
    api.post("/api/uploads", json={"name": "..", "size": 1, "type": "a/b"})
    item = {"id": upload.id, "ticket": upload.ticket, "segments": ["0" * 32]}
    api.post("/api/uploads/complete", json={"uploads": [item]})
    assert grown("upload_failures_total", step="complete", code="segments-rejected") == 2
    assert grown("upload_failures_total", step="complete", code="invalid-ticket") == 1
    assert grown("upload_failures_total", step="renew", code="invalid-ticket") == 1
    assert grown("upload_failures_total", step="discard", code="invalid-ticket") == 1
    assert grown("upload_failures_total", step="create", code="invalid-name") == 1


def test_requests_to_swift_are_measured_by_operation_and_outcome(api, grown):
    api.upload(b"x" * 10)
    seconds = "swift_request_duration_seconds"
    assert grown(f"{seconds}_count", operation="put_manifest", outcome="ok") == 1
    assert grown(f"{seconds}_sum", operation="put_manifest", outcome="ok") > 0
    api.begin().complete()
    assert grown(f"{seconds}_count", operation="put_manifest", outcome="refused") == 1
    assert grown("swift_errors_total", operation="put_manifest", status="400") == 1


def test_a_swift_that_does_not_answer_is_counted(api, relay, grown):
    relay.cut()
    api.get("/api/files")
    relay.mend()
    # Each request is tried twice.
    assert grown("swift_errors_total", operation="get_container", status="none") == 2


def test_the_process_shows_what_it_is_and_how_it_does(api, grown, eventually):
    samples = samples_of(api.get("/metrics").text)
    assert [samples[key] for key in samples if key[0] == "direct_upload_build_info"] == [1]
    eventually(lambda: grown("event_loop_lag_seconds_count") >= 2)
    eventually(lambda: samples_of(api.get("/metrics").text)[("direct_upload_open_connections",)] >= 1)


def test_made_up_methods_and_addresses_make_no_time_series(api, grown):
    api.get("/nothing/0")
    before = len(samples_of(api.get("/metrics").text))
    for number in range(20):
        api.swift.request(f"MADE-UP-{number}", f"{api.base_url}/api/uploads")
        api.get(f"/nothing/{number}")
    assert grown("requests_total", method="other", handler="Uploads", status="405") == 20
    assert len(samples_of(api.get("/metrics").text)) <= before + 40


def test_several_workers_are_counted_together_and_dead_ones_hold_nothing_open(
    prepared, run_site, api_of, ready, eventually
):
    site = run_site(prepared(workers="2"))
    ready(site)
    api = api_of(site)
    # A new connection may meet the other worker, which may not have reached Swift yet.
    wish, anew = {"name": "a", "size": 1, "type": "a/b"}, {"Connection": "close"}
    answers = [api.post("/api/uploads", json=wish, headers=anew).status_code for _ in range(8)]
    for _ in range(8):
        api.get("/nothing", headers=anew)
    samples = samples_of(api.get("/metrics").text)
    assert samples[("direct_upload_uploads_total", ("event", "created"))] == answers.count(201) > 0
    assert samples[("direct_upload_problems_total", ("code", "not-found"))] == 8
    info = [(key, value) for key, value in samples.items() if key[0] == "direct_upload_build_info"]
    assert [value for _, value in info] == [1]
    assert "pid" not in dict(info[0][0][1:])
    eventually(lambda: samples_of(api.get("/metrics").text)[("direct_upload_open_connections",)] >= 1)
    workers = [one for one in psutil.Process(site.pid).children() if "spawn_main" in " ".join(one.cmdline())]
    gone = Path(workers[0].environ()["PROMETHEUS_MULTIPROC_DIR"], f"gauge_livesum_{workers[0].pid}.db")
    assert gone.exists()
    workers[0].kill()
    # What it had open is open no more; what it counted stays.
    eventually(lambda: not gone.exists())
    api.get("/nothing", headers=anew)
    samples = samples_of(api.get("/metrics").text)
    assert samples[("direct_upload_uploads_total", ("event", "created"))] == answers.count(201)
    site.end()


def test_a_sweep_shows_in_the_gauges():
    metrics = Metrics()
    metrics.sweep(Swept(uploads=3, size=700, stray_size=9, open_size=50, broken_files=1), now=1234.5)
    samples = samples_of(metrics.text().decode())
    assert samples[("direct_upload_orphan_uploads",)] == 3
    assert samples[("direct_upload_orphan_bytes",)] == 709
    assert samples[("direct_upload_open_bytes",)] == 50
    assert samples[("direct_upload_broken_files",)] == 1
    assert samples[("direct_upload_last_sweep_timestamp_seconds",)] == 1234.5


@pytest.mark.parametrize("one", Metrics().described, ids=lambda one: one.name)
def test_a_metric_is_named_with_its_unit(one):
    assert one.name.endswith(UNITS)
    assert one.name.endswith("_total") == (one.kind == "counter")
    assert one.meaning.endswith(".")


def test_the_documentation_lists_all_metrics():
    text = (ROOT / "docs" / "observability.md").read_text()
    assert text.split("<!-- metrics -->\n")[1].split("\n<!-- /metrics -->")[0] == Metrics().markdown_table()


def panel_queries():
    panels = json.loads((ROOT / "deploy/grafana/direct-upload.json").read_text())["panels"]
    return [(panel["title"], query["expr"]) for panel in panels for query in panel["targets"]]


def alert_rules():
    groups = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())["groups"]
    return [(rule["alert"], rule["expr"]) for group in groups for rule in group["rules"]]


def shown():
    """The names of samples that a site shows, whether or not anything has happened yet, with their labels."""
    names = {}
    for one in Metrics().described:
        endings = ("_bucket", "_count", "_sum") if one.kind == "histogram" else ("",)
        names |= {one.name + ending: set(one.labels) for ending in endings}
    return names


@pytest.mark.parametrize(("title", "expression"), [*panel_queries(), *alert_rules()])
def test_a_panel_or_an_alert_asks_for_metrics_and_labels_that_there_are(title, expression):
    names = shown()
    asked = set(PROMQL_NAME.findall(expression))
    assert asked <= names.keys(), title
    for name, matchers in re.findall(r"(direct_upload_\w+){([^}]*)}", expression):
        labels = set(re.findall(r"(\w+)=~?\"", matchers))
        assert labels <= names[name] | {"instance"}, title
    labels = set().union(*(names[name] for name in asked)) | {"instance", "le"}
    for grouped in re.findall(r"by \(([^)]*)\)", expression):
        assert set(grouped.split(", ")) <= labels, title


def test_what_is_described_is_what_a_site_shows(api):
    """So the names above are those of real answers."""
    api.upload(b"x")
    api.get("/nothing")
    seen = {key[0] for key in samples_of(api.get("/metrics").text)}
    missing = {name for name in shown() if name not in seen}
    assert missing <= {"direct_upload_swift_errors_total", "direct_upload_upload_failures_total"}
