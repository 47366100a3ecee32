"""The contract: valid by its own standard, and complete. Every other test checks that answers keep it."""

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from tornado.web import RequestHandler

from direct_upload.app import ROUTES
from direct_upload.page_handlers import Page
from swift_store.errors import PROBLEMS

METHODS = ("get", "post", "put", "patch", "delete")
# Where every operation can end, so that the document need not repeat it.
EVERYWHERE = {"internal-error", "method-not-allowed"}


@pytest.fixture(scope="module")
def document(site):
    return httpx.get(f"{site.url}/openapi.json").json()


@pytest.fixture(scope="module")
def operations(document):
    return {
        (path, method): one for path, methods in document["paths"].items() for method, one in methods.items()
    }


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_address_and_method_is_described_and_no_other(operations):
    served = {
        (path, method)
        for path, handler in ROUTES
        if handler is not Page
        for method in METHODS
        if getattr(handler, method) is not getattr(RequestHandler, method)
    }
    assert set(operations) == served


def test_operations_have_names_of_their_own(operations):
    names = [one["operationId"] for one in operations.values()]
    assert len(set(names)) == len(names)
    assert all(one["summary"].endswith(".") for one in operations.values())


def test_operations_name_known_codes_and_none_that_can_happen_everywhere(operations):
    named = {
        code
        for one in operations.values()
        for answer in one["responses"].values()
        for schema in [answer.get("content", {}).get("application/problem+json", {}).get("schema")]
        if schema
        for code in schema["properties"]["code"]["enum"]
    }
    assert named <= set(PROBLEMS) - EVERYWHERE


def test_a_code_stands_under_its_own_status(operations):
    for one in operations.values():
        for status, answer in one["responses"].items():
            schema = answer.get("content", {}).get("application/problem+json", {}).get("schema", {})
            for code in schema.get("properties", {}).get("code", {}).get("enum", []):
                assert PROBLEMS[code] == int(status)


def test_whatever_changes_something_can_be_refused_to_other_sites(operations):
    for (_path, method), one in operations.items():
        content = one["responses"].get("403", {}).get("content", {})
        codes = content.get("application/problem+json", {}).get("schema", {}).get("properties", {})
        assert ("cross-site" in codes.get("code", {}).get("enum", [])) == (method != "get")
