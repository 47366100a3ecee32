"""The embedded cluster as its clients see it: a real Swift with what direct uploads rely on."""

import hashlib
import json
import urllib.error
import urllib.request
from urllib.parse import quote, urlsplit

import pytest
import swiftclient
from swiftclient.exceptions import ClientException
from swiftclient.utils import generate_temp_url

KEY = "a key of the container"


@pytest.fixture
def signed(swift, connection, container):
    """A function from method and object name, or prefix, to a TempURL of the container's key."""
    connection.post_container(container, {"X-Container-Meta-Temp-URL-Key": KEY})
    root = f"/v1/AUTH_test/{container}"

    def sign(method, name, prefix=None):
        scope = f"{root}/{name}" if prefix is None else f"{root}/{prefix}"
        url = generate_temp_url(scope, 60, KEY, method, prefix=prefix is not None, digest="sha256")
        return f"{swift.storage_url}/{container}/{quote(name)}?{urlsplit(url).query}"

    return sign


def request(method, url, body=None):
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, data=body, method=method), timeout=10
        ) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


def md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def names_in(connection, container):
    return [entry["name"] for entry in connection.get_container(container, full_listing=True)[1]]


def test_an_object_comes_back_as_it_was_put(connection, container):
    etag = connection.put_object(container, "a/b c", b"hello", content_type="text/plain")
    headers, body = connection.get_object(container, "a/b c")
    assert (body, etag, headers["content-type"]) == (
        b"hello",
        md5(b"hello"),
        "text/plain",
    )


def test_an_object_of_many_chunks_comes_back_as_it_was_put(connection, container):
    body = bytes(range(256)) * 12_345
    connection.put_object(container, "big", body)
    assert connection.get_object(container, "big")[1] == body


def test_info_shows_what_direct_uploads_need(connection):
    info = connection.get_capabilities()
    assert info["slo"]["max_manifest_segments"] == 1000
    assert {"PUT", "GET", "HEAD"} <= set(info["tempurl"]["methods"])
    assert info["bulk_delete"]["max_deletes_per_request"] == 10_000
    assert {"container_quotas", "account_quotas", "symlink"} <= set(info)


def test_swift_conf_of_the_data_folder_is_the_one_in_force(connection):
    policies = connection.get_capabilities()["swift"]["policies"]
    assert policies == [{"name": "default", "aliases": "default", "default": True}]


def test_a_prefix_tempurl_of_a_container_key_puts_objects_below_it_alone(connection, container, signed):
    assert request("PUT", signed("PUT", "up/1/00000000", prefix="up/1/"), b"segment")[0] == 201
    assert request("PUT", signed("PUT", "up/2/00000000", prefix="up/1/"), b"segment")[0] == 401
    assert names_in(connection, container) == ["up/1/00000000"]


def test_a_tempurl_gets_an_object_with_an_awkward_name(connection, container, signed):
    name = 'ré"s\n日本 100%.pdf'
    connection.put_object(container, name, b"content")
    assert request("GET", signed("GET", name)) == (200, b"content")


def test_a_large_object_of_many_small_segments_is_read_as_one_without_a_pause(connection, container, signed):
    segments = [b"%04d" % number for number in range(60)]
    for number, segment in enumerate(segments):
        connection.put_object(container, f"s/{number:08}", segment)
    manifest = [
        {"path": f"/{container}/s/{n:08}", "etag": md5(s), "size_bytes": len(s)}
        for n, s in enumerate(segments)
    ]
    connection.put_object(container, "whole", json.dumps(manifest), query_string="multipart-manifest=put")
    assert request("GET", signed("GET", "whole")) == (200, b"".join(segments))


def test_a_manifest_with_a_wrong_md5_is_refused(connection, container):
    connection.put_object(container, "s", b"segment")
    manifest = [{"path": f"/{container}/s", "etag": "0" * 32, "size_bytes": 7}]
    with pytest.raises(ClientException) as refused:
        connection.put_object(container, "f", json.dumps(manifest), query_string="multipart-manifest=put")
    assert refused.value.http_status == 400
    assert b"Etag Mismatch" in refused.value.http_response_content


def test_bulk_delete_removes_many_objects_at_once(connection, container):
    for name in "abc":
        connection.put_object(container, name, b"x")
    _, answer = connection.post_account(
        {"Accept": "application/json", "Content-Type": "text/plain"},
        query_string="bulk-delete",
        data="".join(f"/{container}/{name}\n" for name in "ab").encode(),
    )
    assert json.loads(answer)["Number Deleted"] == 2
    assert names_in(connection, container) == ["c"]


def test_an_expired_object_leaves_the_listing(connection, container, eventually):
    connection.put_object(container, "brief", b"x", headers={"X-Delete-After": "1"})
    connection.put_object(container, "lasting", b"x")
    assert names_in(connection, container) == ["brief", "lasting"]
    eventually(lambda: names_in(connection, container) == ["lasting"])


def test_an_asynchronous_delete_of_a_large_object_ends_its_segments(connection, container, eventually):
    connection.put_object(container, "s", b"segment")
    manifest = json.dumps([{"path": f"/{container}/s"}])
    connection.put_object(container, "f", manifest, query_string="multipart-manifest=put")
    connection.delete_object(container, "f", query_string="multipart-manifest=delete&async=yes")
    eventually(lambda: names_in(connection, container) == [])


def test_the_account_learns_what_its_containers_hold(connection, container, eventually):
    connection.put_object(container, "o", b"12345")

    def stored_bytes():
        return {entry["name"]: entry["bytes"] for entry in connection.get_account(full_listing=True)[1]}

    eventually(lambda: stored_bytes()[container] == 5)


def test_a_wrong_key_gets_no_token(swift):
    with pytest.raises(ClientException) as refused:
        swiftclient.get_auth(swift.auth_url, swift.user, "not the key")
    assert refused.value.http_status == 401


def test_the_storage_url_is_the_one_that_swift_tells(swift):
    assert swiftclient.get_auth(swift.auth_url, swift.user, swift.key)[0] == swift.storage_url
