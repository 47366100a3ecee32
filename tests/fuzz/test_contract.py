"""Schemathesis, by the site's own document: whatever is asked, no server error, and no undeclared answer.

One test asks each operation alone; the other follows links, so that it reaches what needs a ticket of ours.
"""

import hashlib

import requests
import schemathesis
from hypothesis import settings

from direct_upload.app import ROUTES
from direct_upload.openapi import document

MIB = 1 << 20
TIMEOUT_SECONDS = 30
CREATE, COMPLETE = "/api/uploads", "/api/uploads/{id}/complete"
TICKET = {"ticket": "$response.body#/ticket"}
# Where the answer of an operation leads. The document can't say this: there, a link has one expression only.
LINKS = {
    (CREATE, "post", "201"): {
        "renew": {
            "operationId": "post_api_uploads_id_renew",
            "parameters": {"id": "$response.body#/id"},
            "requestBody": TICKET,
        },
        "complete": {
            "operationId": "post_api_uploads_id_complete",
            "parameters": {"id": "$response.body#/id"},
            "requestBody": {**TICKET, "segments": []},
        },
        "discard": {
            "operationId": "delete_api_uploads_id",
            "parameters": {"id": "$response.body#/id", "header.Upload-Ticket": "$response.body#/ticket"},
        },
    },
    **{
        (COMPLETE, "post", status): {
            name: {"operationId": name, "parameters": {"id": "$response.body#/id"}}
            for name in ("get_api_files_id", "get_files_id", "delete_api_files_id")
        }
        for status in ("200", "201")
    },
}

BATCHES = ("/api/uploads/batch", "/api/uploads/complete")
OFF = {"enabled": False}


# A ticket or a media type that fits the schema need not be a good one.
CHECKS = {"positive_data_acceptance": OFF}


ALONE = schemathesis.openapi.from_dict(
    document(ROUTES),
    config=schemathesis.Config.from_dict(
        {
            "seed": 1,
            "checks": CHECKS,
            # A batch answers 200, with a problem for each part that is wrong.
            "operations": [
                {"include-path": path, "checks": {"negative_data_rejection": OFF}} for path in BATCHES
            ],
        }
    ),
)


@ALONE.parametrize()
@settings.get_profile("contract")
def test_an_operation_answers_as_it_declares(case, site):
    case.call_and_validate(base_url=site.url, allow_redirects=False, timeout=TIMEOUT_SECONDS)


def linked():
    described = document(ROUTES)
    for (path, method, status), links in LINKS.items():
        described["paths"][path][method]["responses"][status]["links"] = links
    chosen = {
        "seed": 1,
        "checks": CHECKS,
        # What is wrong is the other test's matter: here it would only end the journey.
        "generation": {"mode": "positive"},
        "phases": {"stateful": {"inference": {"algorithms": []}}},
    }
    return schemathesis.openapi.from_dict(described, config=schemathesis.Config.from_dict(chosen))


class Browser(linked().as_state_machine()):
    """Walks along the links with one browser's cookies; `statuses` has the answers to each operation."""

    site_url = ""
    statuses = frozenset()

    def setup(self):
        self.session = requests.Session()
        self.md5s = {}

    def teardown(self):
        self.session.close()

    def get_call_kwargs(self, case):  # noqa: ARG002 - Schemathesis' signature
        options = {"allow_redirects": False, "timeout": TIMEOUT_SECONDS}
        return options | {"base_url": self.site_url, "session": self.session}

    def before_call(self, case):
        if (case.path, case.method) == (CREATE, "POST") and isinstance(case.body, dict):
            mend(case.body)
        elif case.path == COMPLETE and isinstance(case.body, dict):
            case.body["segments"] = self.md5s.get(case.body.get("ticket"), [])

    def after_call(self, response, case):
        super().after_call(response, case)
        answer = (case.path, case.method, response.status_code)
        type(self).statuses |= {answer}
        if answer == (CREATE, "POST", 201):
            self.send(response.json(), case.body["size"])

    def send(self, created, size):
        starts = range(0, size, created["segment_size"])
        parts = [bytes(min(created["segment_size"], size - start)) for start in starts]
        for number, part in enumerate(parts):
            url = f"{created['target']['url']}{number:08d}?{created['target']['query']}"
            assert requests.put(url, data=part, timeout=TIMEOUT_SECONDS).status_code == 201
        self.md5s[created["ticket"]] = [
            hashlib.md5(part, usedforsecurity=False).hexdigest() for part in parts
        ]


def mend(wish):
    """Few random texts are names or media types, and few random sizes ones that a test can send."""
    wish["name"] = "".join(filter(str.isprintable, wish["name"])).strip("./") or "a name"
    wish["type"] = "text/plain"
    wish["size"] %= 2 * MIB
    if wish.get("segment_size") is not None:
        wish["segment_size"] = MIB


def test_a_journey_along_the_links_keeps_the_contract(site, monkeypatch):
    monkeypatch.setattr(Browser, "site_url", site.url)
    Browser.run(settings=settings.get_profile("journeys"))
    reached = {
        (CREATE, "POST", 201),
        ("/api/uploads/{id}/renew", "POST", 200),
        (COMPLETE, "POST", 201),
        ("/api/uploads/{id}", "DELETE", 204),
        ("/api/files/{id}", "GET", 200),
        ("/files/{id}", "GET", 302),
        ("/api/files/{id}", "DELETE", 204),
    }
    assert reached <= Browser.statuses


def test_none_of_it_was_a_surprise_to_the_site(site):
    assert "unforeseen error" not in site.log
    assert "Traceback" not in site.log
