"""`direct-upload doctor` on clusters that lack something: it names that, and nothing else."""

import json
import re
import uuid
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import swiftclient
from jsonschema import Draft202012Validator

from direct_upload.doctor.signing import clock
from swift_store.account import ALLOW_ORIGIN, EXPOSE_HEADERS, KEY, QUOTA
from swift_store.dev import EmbeddedSwift
from swift_store.dev.changes import (
    NO_CHANGES,
    ProxyChanges,
    clock_ahead,
    like_rgw,
    tempurl_that_takes,
    without,
    without_prefix_signatures,
)
from swift_store.settings import Settings

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
SECRET = {"DIRECT_UPLOAD_SECRET": "an application secret of the tests, long enough"}
SITE = "http://site.example"
NOWHERE = "http://127.0.0.1:1"
OLD = replace(
    without_prefix_signatures(), pipeline={**without_prefix_signatures().pipeline, **without("bulk").pipeline}
)
SHA1 = ProxyChanges(filters={"tempurl": {"allowed_digests": "sha1"}})


def metadata(values):
    """A change of the prepared container's metadata."""
    return lambda connection, container: connection.post_container(container, values)


def open_private(connection, container):
    connection.post_container(f"{container}-private", {"X-Container-Read": ".r:*"})


# What is so -> the check that tells, its outcome, a word of what it says, and of the command that mends it
# or, without one, of the advice.
# The first of a row is the cluster, then what was done to the prepared container, then settings.
CASES = {
    "nothing at all": (NO_CHANGES, None, {}, {}),
    "Swift is down": (
        NO_CHANGES, None, {"ST_AUTH": f"{NOWHERE}/auth/v1.0"},
        {"swift-reachable": ("fault", "can't be reached", f"curl --include {NOWHERE}/auth/v1.0")},
    ),
    "Swift does not know us": (
        NO_CHANGES, None, {"ST_KEY": "wrong"}, {"sign-in": ("fault", "401", "swift stat")},
    ),
    "there is no container": (
        NO_CHANGES, None, {"DIRECT_UPLOAD_CONTAINER": "never-made"},
        {"container": ("fault", "does not exist", "direct-upload setup")},
    ),
    "the container has another key": (
        NO_CHANGES, None, {"DIRECT_UPLOAD_SECRET": "another secret of the tests, and a long one"},
        {"keys": ("fault", "another secret", "direct-upload setup")},
    ),
    "the container has no key": (
        NO_CHANGES, metadata({KEY: ""}), {},
        {"keys": ("fault", "no TempURL key", "direct-upload setup")},
    ),
    "no site may upload": (
        NO_CHANGES, metadata({ALLOW_ORIGIN: ""}), {},
        {"cors-preflight": ("fault", "allows no site at all", "direct-upload setup")},
    ),
    "another site may upload": (
        NO_CHANGES, metadata({ALLOW_ORIGIN: "http://other.example"}), {},
        {"cors-preflight": ("fault", "it allows http://other.example", "direct-upload setup")},
    ),
    "one of two sites may upload": (
        NO_CHANGES, None, {"DIRECT_UPLOAD_ORIGINS": f"{SITE} http://two.example"},
        {"cors-preflight": ("fault", f"from http://two.example; it allows {SITE}", "direct-upload setup")},
    ),
    "pages can't read headers": (
        NO_CHANGES, metadata({EXPOSE_HEADERS: "etag"}), {},
        {"exposed-headers": ("warning", "content-range", "direct-upload setup")},
    ),
    "the site has TLS and Swift has not": (
        NO_CHANGES, metadata({ALLOW_ORIGIN: "https://site.example"}),
        {"DIRECT_UPLOAD_ORIGINS": "https://site.example", "DIRECT_UPLOAD_SWIFT_PUBLIC_URL": "http://localtest:1"},
        {
            "mixed-content": ("fault", "https://site.example", "SWIFT_PUBLIC_URL=https://localtest"),
            "public-address": ("fault", "Nobody answers at http://localtest:1", "curl --head"),
        },
    ),
    "browsers are sent nowhere": (
        NO_CHANGES, None, {"DIRECT_UPLOAD_SWIFT_PUBLIC_URL": NOWHERE},
        {"public-address": ("fault", NOWHERE, "curl --head")},
    ),
    "browsers are sent to a port without TLS": (
        NO_CHANGES, None, {"DIRECT_UPLOAD_SWIFT_PUBLIC_URL": "https://{swift}"},
        {"public-address": ("fault", "fails: WRONG_VERSION_NUMBER.", "curl --verbose")},
    ),
    "the private container is open": (
        NO_CHANGES, open_private, {},
        {"private-container": ("fault", "open to others", "direct-upload setup")},
    ),
    "the container is full": (
        NO_CHANGES, metadata({QUOTA: "1000000"}), {},
        {"container-quota": ("fault", "977 KiB are left", "direct-upload setup")},
    ),
    "the quota is not that of the settings": (
        NO_CHANGES, None, {"DIRECT_UPLOAD_CONTAINER_QUOTA": "1TiB"},
        {"container-quota": ("warning", "not set; the settings say 1 TiB", "direct-upload setup")},
    ),
    "files are larger than Swift takes": (
        NO_CHANGES, None, {"DIRECT_UPLOAD_MAX_FILE_SIZE": "9TiB"},
        {"file-size": ("warning", "the settings allow 9 TiB", "export DIRECT_UPLOAD_MAX_FILE_SIZE=")},
    ),
    "the clock is 10 minutes ahead": (
        clock_ahead(600), None, {}, {"clock": ("fault", "00 seconds ahead", "timedatectl set-ntp true")},
    ),
    "the clock is 10 minutes ahead, and signatures live for an hour": (
        clock_ahead(600), None, {"DIRECT_UPLOAD_URL_LIFETIME": "3600"},
        {"clock": ("warning", "00 seconds ahead", "timedatectl set-ntp true")},
    ),
    "there is SHA-1 only": (
        SHA1, None, {}, {"digests": ("warning", "SHA-1", "[filter:tempurl] allowed_digests = sha256")},
    ),
    "there are no signed URLs": (
        without("tempurl"), None, {},
        {"digests": ("fault", "no signed URLs", "proxy-server.conf: [filter:tempurl]")},
    ),
    "there are no large objects": (
        without("slo"), None, {}, {"large-objects": ("warning", "SLO", "[filter:slo] use = egg:swift#slo")},
    ),
    "Swift is old": (
        OLD, None, {},
        {
            "signatures": ("warning", "no prefix signatures", "up to date; prefix signatures came with 2.12"),
            "bulk-delete": ("warning", "bulk delete", "[filter:bulk] use = egg:swift#bulk"),
        },
    ),
    "it is Ceph's": (
        like_rgw(), None, {},
        {
            "digests": ("warning", "SHA-1", "Have Ceph brought up to date"),
            "key-scope": ("warning", "keys for accounts only", "swift list"),
        },
    ),
    "uploaders may copy": (
        tempurl_that_takes("x-copy-from"), None, {},
        {"hazards": ("fault", "X-Copy-From", "remove_headers = x-timestamp x-open-expired x-copy-from.")},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def cluster_with(swift):
    """A function from changes to a cluster that has them; the usual one is everybody's."""
    with ExitStack() as clusters:
        made = {NO_CHANGES.to_json(): swift}

        def cluster(changes):
            key = changes.to_json()
            if key not in made:
                made[key] = clusters.enter_context(EmbeddedSwift(background_seconds=0, changes=changes))
            return made[key]

        yield cluster


@pytest.fixture(scope="module", params=CASES)
def case(request, cluster_with, invoke):
    """A case, and what doctor says of it."""
    changes, damage, settings, expected = CASES[request.param]
    cluster, container = cluster_with(changes), f"doctor-{uuid.uuid4().hex}"
    environ = {
        **cluster.environ, **SECRET,
        "DIRECT_UPLOAD_ORIGINS": SITE, "DIRECT_UPLOAD_CONTAINER": container,
    }  # fmt: skip
    with closing(
        swiftclient.Connection(cluster.auth_url, cluster.user, cluster.key, retries=0)
    ) as connection:
        assert invoke(environ, "setup").returncode == 0
        if damage is not None:
            damage(connection, container)
        chosen = {
            name: value.format(swift=urlsplit(cluster.auth_url).netloc) for name, value in settings.items()
        }
        done = invoke(environ | chosen, "doctor", "--json", "--no-throughput")
        assert connection.get_container(container)[1] == []
    return done, expected


def test_each_trouble_is_named_and_only_that(case):
    done, expected = case
    said = json.loads(done.stdout)
    told = {one["id"]: one for one in said["checks"] if one["outcome"] in {"warning", "fault"}}
    assert told.keys() == expected.keys()
    for name, (outcome, word, mends) in expected.items():
        one = told[name]
        way_out = one["command"] or one["advice"]
        assert (one["outcome"], word in one["found"], mends in way_out) == (outcome, True, True), one
        assert one["why"]


def test_the_exit_status_tells_a_fault(case):
    done, expected = case
    outcomes = [outcome for outcome, *_ in expected.values()]
    assert done.returncode == ("fault" in outcomes)
    assert json.loads(done.stdout)["outcome"] == min(outcomes, default="ok")
    assert done.stderr == ""


def test_the_json_is_as_documented(case):
    done, _expected = case
    schema = re.search(r"<!-- doctor schema -->\n```json\n(.*?)```", OPERATIONS.read_text(), re.DOTALL)[1]
    Draft202012Validator(json.loads(schema)).validate(json.loads(done.stdout))


@pytest.fixture(scope="module")
def environ(prepared):
    return prepared()


def test_people_get_a_table_and_the_way_out(command, environ):
    wrong = environ | {"DIRECT_UPLOAD_ORIGINS": "http://other.example"}
    done = command(wrong, "doctor", "--no-throughput", "--port", "1")
    assert done.returncode == 1
    assert re.search(r"^ ok +sign-in +Swift 2\.", done.stdout, re.MULTILINE)
    assert "FAULT cors-preflight: Swift does not let browsers upload from http://other.example" in done.stdout
    assert "\n  Run   direct-upload setup --port 1\n" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


LEADS = {"in time": (0.4, "ok"), "a minute": (61, "warning"), "behind": (-61, "warning"),
         "far ahead": (451, "fault"), "far behind": (-451, "fault"), "untold": (None, "ok")}  # fmt: skip


@pytest.mark.parametrize(("lead", "outcome"), LEADS.values(), ids=LEADS)
def test_clocks_may_differ_by_half_the_life_of_a_signature(lead, outcome):
    finding = clock(SimpleNamespace(clock_lead=lead, settings=Settings(url_lifetime=900)))
    assert finding.outcome == outcome
    assert ("behind" in finding.found) is (lead is not None and lead < -1)


def test_throughput_is_measured_unless_it_is_not_wanted(invoke, environ, connection):
    done = invoke(environ, "doctor", "--json")
    (one,) = [one for one in json.loads(done.stdout)["checks"] if one["id"] == "throughput"]
    assert one["details"]["put_bytes_per_second"] > 0
    assert one["details"]["get_bytes_per_second"] > 0
    assert connection.get_container(environ["DIRECT_UPLOAD_CONTAINER"])[1] == []
    assert "throughput" not in invoke(environ, "doctor", "--no-throughput").stdout


def test_a_wrong_option_is_another_status_than_a_fault(invoke, environ):
    assert invoke(environ, "doctor", "--nonsense").returncode == 2
