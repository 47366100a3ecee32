"""The embedded cluster as its clients see it: a real Swift with what direct uploads rely on."""

import hashlib


def test_an_object_comes_back_as_it_was_put(connection, container):
    etag = connection.put_object(container, "a/b c", b"hello", content_type="text/plain")
    headers, body = connection.get_object(container, "a/b c")
    assert (body, etag, headers["content-type"]) == (
        b"hello",
        hashlib.md5(b"hello").hexdigest(),
        "text/plain",
    )
