"""TempURL signatures against two oracles: swiftclient's signer, and Swift itself."""

import base64
import time
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from swiftclient.utils import generate_temp_url

from swift_store import account, tempurl
from swift_store.keys import tempurl_keys
from swift_store.tempurl import Digest

KEY = b"a key"
EXPIRES_AT = 2_000_000_000
OLD_SECRET, SECRET = "o" * 32, "n" * 32

object_names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
methods = st.sampled_from(["GET", "PUT", "HEAD"])
digests = st.sampled_from(Digest)


def oracle(path, method, digest, *, prefix=False):
    """The signature that swiftclient makes, in hex, where swiftclient itself may write `sha512:<base64>`."""
    url = generate_temp_url(
        path, EXPIRES_AT, KEY.decode(), method, absolute=True, prefix=prefix, digest=digest.value
    )
    signature = url.split("temp_url_sig=")[1].split("&")[0]
    algorithm, _, encoded = signature.rpartition(":")
    return base64.urlsafe_b64decode(encoded + "==").hex() if algorithm else signature


@given(object_names, methods, digests)
def test_an_object_s_signature_is_swiftclient_s(name, method, digest):
    path = f"/v1/AUTH_x/c/{name}"
    query = parse_qs(tempurl.object_query(KEY, method, path, expires_at=EXPIRES_AT, digest=digest))
    assert query == {"temp_url_sig": [oracle(path, method, digest)], "temp_url_expires": [str(EXPIRES_AT)]}


@given(object_names.map(lambda name: name.strip("/") or "p"), methods, digests)
def test_a_prefix_s_signature_is_swiftclient_s(name, method, digest):
    path = f"/v1/AUTH_x/c/{name}/"
    query = parse_qs(
        tempurl.prefix_query(KEY, method, "/v1/AUTH_x/c", f"{name}/", expires_at=EXPIRES_AT, digest=digest)
    )
    assert query == {
        "temp_url_sig": [oracle(path, method, digest, prefix=True)],
        "temp_url_expires": [str(EXPIRES_AT)],
        "temp_url_prefix": [f"{name}/"],
    }


@pytest.mark.parametrize("prefix", ["", "/", "//", "a", "a/b"])
def test_a_prefix_that_would_cover_more_than_itself_is_not_signed(prefix):
    with pytest.raises(ValueError, match="must end in '/'"):
        tempurl.prefix_query(KEY, "PUT", "/v1/AUTH_x/c", prefix, expires_at=EXPIRES_AT)


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["sha1", "sha256", "sha512"], Digest.SHA256),
        (["sha1", "sha512"], Digest.SHA512),
        (["md5", "sha1"], Digest.SHA1),
    ],
)
def test_the_best_digest_that_the_cluster_offers_is_taken(offered, chosen):
    assert tempurl.best_digest(offered) is chosen


def test_a_cluster_without_a_known_digest_is_said_so():
    with pytest.raises(tempurl.NoCommonDigest, match="md5"):
        tempurl.best_digest(["md5"])


class Signed:
    """TempURLs for the objects of a container that has the keys of SECRETS."""

    def __init__(self, swift, connection, container):
        self.storage_url, self.container, self.connection = swift.storage_url, container, connection
        self.path = f"{urlsplit(swift.storage_url).path}/{container}"
        self.hold_keys(OLD_SECRET, SECRET)

    def hold_keys(self, *secrets):
        self.connection.post_container(self.container, account.container_headers(secrets, self.container, []))

    def url(self, name, query):
        return f"{self.storage_url}/{self.container}/{quote(name)}?{query}"

    def object(self, method, name, *, secret=SECRET, seconds=60, at=None, **options):
        key = tempurl_keys([secret], self.container)[0]
        query = tempurl.object_query(
            key, method, f"{self.path}/{name}", expires_at=int(time.time()) + seconds, **options
        )
        return self.url(at or name, query)

    def prefix(self, method, prefix, at, **options):
        key = tempurl_keys([SECRET], self.container)[0]
        query = tempurl.prefix_query(
            key, method, self.path, prefix, expires_at=int(time.time()) + 60, **options
        )
        return self.url(at, query)


@pytest.fixture
def signed(swift, connection, container):
    connection.put_object(container, "a/1", b"hello")
    return Signed(swift, connection, container)


@pytest.mark.parametrize("digest", Digest)
@pytest.mark.parametrize("name", ["a/1", "é 日/%2F?#&+", 'q"uo\\te;\n'])
def test_swift_takes_our_signatures(signed, digest, name):
    assert httpx.put(signed.object("PUT", name, digest=digest), content=b"new").status_code == 201
    assert httpx.get(signed.object("GET", name, digest=digest)).content == b"new"


@pytest.mark.parametrize("digest", Digest)
def test_swift_takes_our_prefix_signatures(signed, digest):
    url = signed.prefix("PUT", "a/é/", "a/é/2", digest=digest)
    assert httpx.put(url, content=b"new").status_code == 201
    assert httpx.head(url).headers["content-length"] == "3"


@pytest.mark.parametrize(
    ("request_method", "url"),
    [
        ("GET", lambda signed: signed.object("GET", "a/1", seconds=-1)),
        ("PUT", lambda signed: signed.object("GET", "a/1")),
        ("DELETE", lambda signed: signed.object("PUT", "a/1")),
        ("GET", lambda signed: signed.object("PUT", "a/1")),
        ("GET", lambda signed: signed.object("GET", "a/1", at="a/2")),
        ("GET", lambda signed: signed.object("GET", "a/1", secret="x" * 32)),
        ("PUT", lambda signed: signed.prefix("PUT", "a/", "b/1")),
        ("PUT", lambda signed: signed.prefix("PUT", "a/", "aa/1")),
        ("PUT", lambda signed: signed.prefix("PUT", "a/", "a")),
        ("GET", lambda signed: signed.prefix("PUT", "a/", "a/1")),
        ("DELETE", lambda signed: signed.prefix("PUT", "a/", "a/1")),
    ],
    ids=[
        "expired", "PUT with GET's", "DELETE with PUT's", "GET with PUT's", "another object", "another key",
        "outside the prefix", "a sibling of the prefix", "the prefix itself", "GET below a PUT prefix",
        "DELETE below a PUT prefix",
    ],
)  # fmt: skip
def test_swift_refuses_what_was_not_signed(signed, request_method, url):
    assert httpx.request(request_method, url(signed)).status_code == 401


def test_a_signature_of_either_key_works_until_the_key_is_taken_away(signed):
    urls = [signed.object("GET", "a/1", secret=secret) for secret in (OLD_SECRET, SECRET)]
    assert [httpx.get(url).status_code for url in urls] == [200, 200]
    signed.hold_keys(SECRET)
    assert [httpx.get(url).status_code for url in urls] == [401, 200]


def test_the_filename_is_offered_for_saving(signed):
    answer = httpx.get(signed.object("GET", "a/1", filename='ré"s\n日.pdf'))
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment;")
    assert disposition.endswith("filename*=UTF-8''r%C3%A9%22s%0A%E6%97%A5.pdf")
