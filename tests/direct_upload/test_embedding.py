"""Uploads inside somebody else's program, without a browser: methods, prefixes, forks, refusals."""

import hashlib
import io
import json
import os
import signal
from contextlib import closing
from wsgiref.util import setup_testing_defaults

import httpx
import pytest

from direct_upload.core.body_size import MAX_BODY_BYTES
from direct_upload.core.making import make_service
from direct_upload.embedding.ready import ready_settings
from direct_upload.embedding.tornado import TornadoUploads
from direct_upload.embedding.wsgi import WsgiUploads
from direct_upload.messages import UploadRequest, target_message
from swift_store.declarations import ConfigurationError
from swift_store.errors import Problem
from swift_store.settings import from_environ
from swift_store.signer import Target

FORK_SECONDS = 20
TYPE = "text/plain"
BODY = b"Dear diary"
MD5 = hashlib.md5(BODY, usedforsecurity=False).hexdigest()


@pytest.fixture(scope="module")
def settings(prepared):
    return from_environ(prepared())


@pytest.fixture(scope="module")
def uploads(settings):
    with closing(WsgiUploads(settings, "/uploads")) as uploads:
        yield uploads


def stored(uploads, person):
    """A file of the person's, made by methods alone."""
    created = uploads.create(person, UploadRequest(name="diary.txt", size=len(BODY), type=TYPE))
    url = f"{created.target.url}00000000?{created.target.query}"
    assert httpx.put(url, content=BODY).status_code == 201
    return uploads.complete(person, created.id, created.ticket, [MD5]).file


def test_an_upload_goes_from_its_creation_to_a_download_by_methods(uploads):
    file = stored(uploads, "ann")
    assert file.download_url == f"/uploads/files/{file.id}"
    assert httpx.get(uploads.download_url("ann", file.id)).content == BODY
    assert uploads.files("ann").files == [file]
    uploads.delete("ann", file.id)
    assert uploads.files("ann").files == []


def test_an_upload_can_be_renewed_and_given_up(uploads):
    created = uploads.create("bob", UploadRequest(name="a", size=1, type=TYPE))
    assert uploads.renew("bob", created.id, created.ticket).target.url == created.target.url
    uploads.discard("bob", created.id, created.ticket)


def test_a_single_segment_can_be_signed_by_methods_and_by_the_path_that_a_target_names(uploads):
    created = uploads.create("bob", UploadRequest(name="a", size=1, type=TYPE))
    bare = target_message(Target(created.target.url, None, 60), created.id, "/uploads")
    body = json.dumps({"ticket": created.ticket, "segments": [0]}).encode()
    status, _headers, answer = asked(uploads, "bob", "POST", bare.signatures_url, body)
    assert (status, bare.query) == (200, None)
    signed = uploads.sign("bob", created.id, created.ticket, [0])
    for query in (*json.loads(answer)["queries"], *signed.queries):
        assert httpx.put(f"{bare.url}00000000?{query}", content=b"x").status_code == 201


@pytest.mark.parametrize("call", ["find", "delete", "download_url"])
def test_a_file_of_somebody_else_is_not_found(uploads, call):
    file = stored(uploads, "ben")
    with pytest.raises(Problem) as refused:
        getattr(uploads, call)("eve", file.id)
    assert refused.value.code == "not-found"
    assert uploads.find("ben", file.id) == file


def test_a_ticket_of_somebody_else_is_refused(uploads):
    created = uploads.create("ben", UploadRequest(name="a", size=0, type=TYPE))
    with pytest.raises(Problem) as refused:
        uploads.complete("eve", created.id, created.ticket, [])
    assert refused.value.code == "foreign-ticket"


def asked(uploads, person, method, path, body=b"", **environ):
    """What the WSGI application answers: status, headers, body."""
    given = {"REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)), **environ}
    given["wsgi.input"] = io.BytesIO(body)
    setup_testing_defaults(given)
    told = []
    answer = b"".join(uploads.for_person(person)(given, lambda *start: told.append(start)))
    ((status, headers),) = told
    return int(status.split()[0]), dict(headers), answer


@pytest.mark.parametrize(
    ("request_line", "body", "refusal"),
    [
        ("GET /uploads/api/nothing", b"", (404, "not-found")),
        ("PUT /uploads/api/uploads", b"{}", (405, "method-not-allowed")),
        ("POST /uploads/api/uploads", b"{", (400, "invalid-json")),
        ("POST /uploads/api/uploads", b"{}", (400, "invalid-request")),
        ("POST /uploads/api/uploads", b"x" * (MAX_BODY_BYTES + 1), (413, "request-too-large")),
        ("GET /uploads/files/00000000-0000-7000-8000-000000000000", b"", (404, "not-found")),
        ("GET /uploads/assets/../index.html", b"", (404, "not-found")),
    ],
    ids=["address", "method", "json", "fields", "size", "file", "static"],
)
def test_what_is_wrong_is_answered_with_a_problem(uploads, request_line, body, refusal):
    status, headers, answer = asked(uploads, "ann", *request_line.split(), body)
    assert headers["Content-Type"] == "application/problem+json"
    assert (status, json.loads(answer)["code"]) == refusal


def test_a_wrong_method_is_told_the_right_ones(uploads):
    assert asked(uploads, "ann", "PUT", "/uploads/api/uploads")[1]["Allow"] == "POST"


def test_a_body_without_a_length_is_read_only_where_the_server_ends_it(uploads):
    body = b'{"name": "a", "size": 1, "type": "text/plain"}'
    for environ, status in (({"wsgi.input_terminated": True}, 201), ({}, 400)):
        answer = asked(uploads, "ann", "POST", "/uploads/api/uploads", body, CONTENT_LENGTH="", **environ)
        assert answer[0] == status


def test_the_element_is_checked_each_time_and_needs_no_sign_in(uploads):
    status, headers, body = asked(uploads, None, "GET", "/uploads/direct-upload.js")
    assert (status, headers["Cache-Control"], headers["Content-Type"]) == (200, "no-cache", "text/javascript")
    assert b"direct-upload" in body
    assert asked(uploads, None, "HEAD", "/uploads/direct-upload.js")[2] == b""


def test_a_forked_process_begins_anew(uploads):
    uploads.files("ann")
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        # Whatever goes wrong, nothing of it stays.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(FORK_SECONDS)
        try:
            os.write(writing, uploads.files("ann").model_dump_json().encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as answer:  # noqa: PTH123 - a pipe has no path
        assert answer.read() == uploads.files("ann").model_dump_json().encode()
    os.waitpid(child, 0)


@pytest.mark.parametrize("prefix", ["uploads", "/uploads/", "/"])
def test_a_prefix_that_would_not_fit_is_refused(settings, prefix):
    with pytest.raises(ConfigurationError, match="begins with a slash"):
        make_service(settings, prefix)


def test_settings_without_a_secret_are_not_ready():
    environ = {"ST_AUTH": "https://swift.example/auth/v1.0", "ST_USER": "a:b", "ST_KEY": "c"}
    with (
        pytest.raises(ConfigurationError, match="DIRECT_UPLOAD_SECRET"),
        ready_settings(port=1, environ=environ),
    ):
        pass


def test_openid_connect_needs_a_site_of_its_own(prepared):
    sign_in = {"identity": "oidc", "oidc_issuer": "https://id.example", "oidc_client_id": "site"}
    with pytest.raises(ConfigurationError, match="OpenID Connect"):
        TornadoUploads(from_environ(prepared(**sign_in)), "/uploads")
