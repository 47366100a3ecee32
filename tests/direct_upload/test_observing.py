"""What operators see: counters at /metrics and lines in the log, and what must never be in either."""

import json

from prometheus_client.parser import text_string_to_metric_families

MIB = 1 << 20
BODY = b"x" * (MIB + 1)


def values(api):
    """All samples of /metrics, by name and labels."""
    families = text_string_to_metric_families(api.get("/metrics").text)
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_count_what_happens(api):
    before = values(api)
    upload = api.begin(BODY, segment_size=MIB).send()
    upload.complete()
    upload.complete()
    api.begin().discard()
    api.post("/api/uploads", content="[]")
    after = values(api)

    def grown(*sample):
        return after[sample] - before.get(sample, 0)

    assert grown("direct_upload_uploads_total", "created") == 2
    assert grown("direct_upload_uploads_total", "completed") == 1
    assert grown("direct_upload_uploads_total", "discarded") == 1
    assert grown("direct_upload_committed_bytes_total") == len(BODY)
    assert grown("direct_upload_problems_total", "invalid-request") == 1
    assert grown("direct_upload_requests_total", "201", "Completion", "POST") == 1
    assert grown("direct_upload_requests_total", "200", "Completion", "POST") == 1
    assert grown("direct_upload_request_duration_seconds_count", "Uploads") == 3


def test_the_number_of_time_series_does_not_grow_with_the_addresses_asked_for(api):
    api.get("/nothing/0")
    before = len(values(api))
    for number in range(10):
        api.get(f"/nothing/{number}")
        api.get(f"/api/files/{number}")
    assert len(values(api)) <= before + 40


def test_every_request_is_a_line_of_json(api, site, log_lines, eventually):
    upload = api.begin(BODY).send()
    upload.complete()
    # The line is written when the answer is on its way already.
    lines = []
    eventually(
        lambda: lines.extend(one for one in log_lines(site) if upload.id in one.get("path", "")) or lines
    )
    line = lines[0]
    assert (line["method"], line["status"], line["levelname"]) == ("POST", 201, "INFO")
    assert line["duration_ms"] > 0
    assert line["received_bytes"] > 0


def test_the_log_keeps_secrets(api, site, swift, log_lines):
    upload = api.begin(BODY, name="private name.txt").send()
    file = upload.complete().json()
    location = api.get(file["download_url"]).headers["location"]
    api.get(f"/api/files?after={upload.id}&token=in-the-query")
    api.begin().discard()
    log = json.dumps(log_lines(site))
    signature = location.split("temp_url_sig=")[1].split("&")[0]
    hidden = [
        upload.ticket, upload.target["query"], signature, *dict(api.cookies).values(), swift.key,
        site.environ["DIRECT_UPLOAD_SECRET"], "in-the-query", "temp_url_sig",
    ]  # fmt: skip
    assert [secret for secret in hidden if secret in log] == []


def test_a_failure_of_swift_is_logged_without_traceback_or_key(api, site, relay, swift, log_lines):
    relay.cut()
    api.get("/api/files")
    relay.mend()
    log = log_lines(site)
    assert any("Swift can't be reached" in line["message"] for line in log)
    assert swift.key not in site.log
    assert "Traceback" not in site.log


def test_tracebacks_are_for_what_nobody_foresaw(site, log_lines):
    """After all that the other tests did to it."""
    assert [line for line in log_lines(site) if line["levelname"] == "ERROR"] == []
