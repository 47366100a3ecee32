"""The whole way of a file, and what the site says, on clusters that can do less than a present-day Swift."""

from dataclasses import replace

import pytest

from swift_store.dev import EmbeddedSwift
from swift_store.dev.changes import (
    ProxyChanges,
    like_rgw,
    with_largest_object,
    without,
    without_prefix_signatures,
)

MIB = 1 << 20
BODY = bytes(range(256)) * 10 * 1024 + b"the end"


def few_segments():
    """Objects of 2 MiB at most, and five of them in a file."""
    changes = with_largest_object(2 * MIB)
    return replace(changes, filters={**changes.filters, "slo": {"max_manifest_segments": "5"}})


CLUSTERS = {
    "without prefix signatures": (without_prefix_signatures(), {"no-prefix-signatures"}),
    "with SHA-1 only": (ProxyChanges(filters={"tempurl": {"allowed_digests": "sha1"}}), {"sha1-only"}),
    "without SLO and bulk delete": (without("slo", "bulk"), {"weaker-promise", "no-bulk-delete"}),
    "with few and small segments": (few_segments(), set()),
    "like RGW": (like_rgw(), {"sha1-only", "account-keys"}),
}


@pytest.fixture(scope="module")
def site_on(prepared, run_site, ready):
    """A function that gives the site of one of the clusters; each is started once."""
    sites, clusters = {}, []

    def start(name):
        if name not in sites:
            cluster = EmbeddedSwift(background_seconds=0, changes=CLUSTERS[name][0]).start()
            clusters.append(cluster)
            sites[name] = run_site(prepared(cluster=cluster, log_json="1"))
            ready(sites[name])
        return sites[name]

    yield start
    for site in sites.values():
        site.end()
    for cluster in clusters:
        cluster.stop()


@pytest.fixture(params=CLUSTERS)
def any_site(request, site_on):
    running = site_on(request.param)
    running.codes = CLUSTERS[request.param][1]
    return running


@pytest.fixture
def bare(api_of, site_on):
    """A client of the site without prefix signatures."""
    return api_of(site_on("without prefix signatures"))


def refusal(answer):
    return answer.status_code, answer.json()["code"]


def download(api, file):
    return api.swift.get(api.get(file["download_url"]).headers["location"])


def test_a_file_goes_up_is_listed_comes_down_and_goes(api_of, any_site):
    api = api_of(any_site)
    upload = api.begin(BODY, name="holiday/beach.png", type="image/png", segment_size=MIB).send()
    file = upload.complete().json()
    assert (file["size"], file["type"]) == (len(BODY), "image/png")
    assert upload.complete().json() == file
    assert api.get("/api/files").json()["files"] == [file]
    came = download(api, file)
    assert (came.content, came.headers["content-type"].partition(";")[0]) == (BODY, "image/png")
    assert came.headers["etag"].strip('"') == file["etag"]
    assert api.delete(f"/api/files/{file['id']}").status_code == 204
    assert api.get("/api/files").json()["files"] == []
    assert download_is_gone(api, upload)


def download_is_gone(api, upload):
    return all(api.swift.head(upload.url(number)).status_code == 404 for number in range(3))


def test_an_upload_is_resumed_by_heads_and_given_up(api_of, any_site):
    api = api_of(any_site)
    upload = api.begin(BODY, segment_size=MIB).send(0, 2)
    upload.target = upload.renew().json()["target"]
    heads = [api.swift.head(upload.url(number)) for number in range(3)]
    assert [head.status_code for head in heads] == [200, 404, 200]
    assert heads[0].headers["etag"] == upload.md5s[0]
    assert refusal(upload.complete()) == (409, "segments-rejected")
    assert upload.discard().status_code == 204
    assert download_is_gone(api, upload)


def test_an_empty_file_is_a_file(api_of, any_site):
    api = api_of(any_site)
    file = api.upload(b"", name="empty")
    assert download(api, file).content == b""


def test_a_link_opens_a_file_that_is_a_dynamic_large_object(api_of, site_on):
    api = api_of(site_on("without SLO and bulk delete"))
    file = api.upload(BODY, segment_size=MIB)
    link = api.post(f"/api/files/{file['id']}/links", json={"expires_in": 60}).json()
    assert api.swift.get(link["url"], follow_redirects=True).content == BODY


def test_the_log_names_what_the_cluster_lacks_at_the_start(any_site, log_lines):
    of_guard = [line for line in log_lines(any_site) if line["name"] == "direct_upload.swift_guard"]
    warned = {line["message"].partition(":")[0] for line in of_guard if line["levelname"] == "WARNING"}
    assert warned == any_site.codes


def test_a_target_without_a_query_says_where_signatures_are(bare):
    upload = bare.begin(BODY, segment_size=MIB)
    signatures_url = f"/api/uploads/{upload.id}/signatures"
    for target in (upload.target, upload.renew().json()["target"]):
        assert (target["query"], target["signatures_url"]) == (None, signatures_url)
    many = bare.post("/api/uploads/batch", json={"uploads": [{"name": "a", "size": 1, "type": "a/b"}]}).json()
    assert many["results"][0]["upload"]["target"]["query"] is None


def test_signatures_come_in_the_order_that_was_asked_for_and_are_each_for_one_segment(bare):
    upload = bare.begin(BODY, segment_size=MIB)
    signed = upload.sign(2, 0).json()
    assert set(signed) == {"queries", "expires_at"}
    for number, query in zip((2, 0), signed["queries"], strict=True):
        for other in range(3):
            address = f"{upload.target['url']}{other:08d}?{query}"
            answer = bare.swift.put(address, content=upload.parts[other])
            assert answer.status_code == (201 if other == number else 401)


@pytest.mark.parametrize(
    ("segments", "code"),
    [
        ([3], "invalid-segments"),
        ([-1], "invalid-segments"),
        ([], "invalid-request"),
        ([0] * 1001, "invalid-request"),
        (["0"], "invalid-request"),
    ],
    ids=["beyond the last", "negative", "none", "too many", "no number"],
)
def test_segments_that_the_upload_does_not_have_are_not_signed(bare, segments, code):
    assert refusal(bare.begin(BODY, segment_size=MIB).sign(*segments)) == (400, code)


def test_only_the_owner_gets_signatures(bare, api_of, site_on):
    upload = bare.begin(BODY, segment_size=MIB)
    upload.api = api_of(site_on("without prefix signatures"))
    assert refusal(upload.sign(0)) == (403, "foreign-ticket")


def test_segments_are_as_small_and_as_few_as_the_cluster_wants(api_of, site_on):
    api = api_of(site_on("with few and small segments"))
    created = api.begin(bytes(10 * MIB)).created
    assert (created["segment_size"], created["segment_count"]) == (2 * MIB, 5)
    wish = {"name": "a", "size": 10 * MIB + 1, "type": "a/b"}
    answer = api.post("/api/uploads", json=wish)
    assert (*refusal(answer), answer.json()["limit"]) == (413, "file-too-large", 10 * MIB)
    answer = api.post("/api/uploads", json={**wish, "size": MIB, "segment_size": 3 * MIB})
    assert (*refusal(answer), answer.json()["maximum"]) == (400, "invalid-segment-size", 2 * MIB)


def test_addresses_have_the_path_below_which_the_gateway_is(api_of, site_on):
    api = api_of(site_on("like RGW"))
    assert "/swift/v1/AUTH_" in api.begin().target["url"]
    assert "/swift/v1/AUTH_" in api.get(api.upload()["download_url"]).headers["location"]


def test_a_second_setup_of_a_gateway_changes_nothing(site_on, command):
    done = command(site_on("like RGW").environ, "setup", "--dry-run")
    assert (done.returncode, "TempURL" in done.stdout) == (0, False)
