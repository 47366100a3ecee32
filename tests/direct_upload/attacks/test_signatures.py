"""Attacks on Swift itself by somebody who holds the signature of an upload or a download."""

import io
import json
import tarfile
import time

import httpx
import pytest

MIB = 1 << 20


@pytest.fixture
def swift_web():
    with httpx.Client(verify=False) as client:  # noqa: S501 - plain HTTP
        yield client


@pytest.fixture
def upload(api):
    """An upload of two segments, sent."""
    return api.begin(b"x" * (MIB + 1), segment_size=MIB).send()


@pytest.fixture
def secret_name(site, connection):
    """The path of something in the same container that nobody may read by a signature."""
    container = site.environ["DIRECT_UPLOAD_CONTAINER"]
    connection.put_object(container, "files/secret", b"TOP SECRET")
    return f"{container}/files/secret"


def tar():
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as file:
        file.addfile(tarfile.TarInfo("escaped"))
    return archive.getvalue()


def manifest(name):
    return json.dumps([{"path": f"/{name}"}]).encode()


# Attack -> headers, more query and body of a PUT under a valid signature.
READ_OUTS = {
    "X-Copy-From": (lambda name: {"X-Copy-From": name}, "", None),
    "X-Object-Manifest": (lambda name: {"X-Object-Manifest": name}, "", None),
    "X-Symlink-Target": (lambda name: {"X-Symlink-Target": name}, "", None),
    "X-Symlink-Target with underscores": (lambda name: {"X_Symlink_Target": name}, "", None),
    "X-Static-Large-Object": (lambda _: {"X-Static-Large-Object": "true"}, "", manifest),
    "multipart-manifest=put": (lambda _: {}, "&multipart-manifest=put", manifest),
    "multipart-manifest=put before the signature": (lambda _: {}, "multipart-manifest=put&", manifest),
    "extract-archive": (lambda _: {}, "&extract-archive=tar", lambda _: tar()),
    "symlink": (lambda _: {}, "&symlink=get", None),
}


@pytest.mark.parametrize("attack", READ_OUTS.values(), ids=READ_OUTS)
def test_nothing_of_others_is_read_by_an_upload(attack, upload, secret_name, swift_web, connection):
    headers, query, body = attack
    whole = query + upload.target["query"] if query.endswith("&") else upload.target["query"] + query
    swift_web.put(
        f"{upload.target['url']}00000007?{whole}",
        headers=headers(secret_name),
        content=body(secret_name) if body else b"",
    )
    container = secret_name.partition("/")[0]
    for entry in connection.get_container(container, prefix=f"segments/{owner_of(upload)}")[1]:
        assert "escaped" not in entry["name"]
        assert connection.get_object(container, entry["name"])[1] != b"TOP SECRET"


def owner_of(upload):
    return upload.target["url"].rsplit("/", 3)[1]


def elsewhere(upload):
    url, query = upload.target["url"], upload.target["query"]
    root = url[: url.index("segments/")]
    prefix = url.rstrip("/")
    return {
        "another upload of the same owner": f"{url.rsplit('/', 2)[0]}/another/00000000?{query}",
        "another owner": f"{root}segments/{'0' * 32}/x/00000000?{query}",
        "a sibling prefix": f"{prefix}x/00000000?{query}",
        "the finished files": f"{root}files/{owner_of(upload)}/x/evil.txt?{query}",
        "another container": f"{root.rstrip('/')}-private/tokens/x?{query}",
        "a shorter prefix": f"{root}segments/x?{query.replace('prefix=segments', 'prefix=seg')}",
        "no prefix": f"{url}00000000?{query.split('&temp_url_prefix')[0]}",
        "an empty prefix": f"{root}x?{query.split('&temp_url_prefix')[0]}&temp_url_prefix=",
        "a later end": f"{url}00000000?{query.replace('temp_url_expires=1', 'temp_url_expires=2')}",
    }


ELSEWHERE = (
    "another upload of the same owner", "another owner", "a sibling prefix", "the finished files",
    "another container", "a shorter prefix", "no prefix", "an empty prefix", "a later end",
)  # fmt: skip


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_signature_is_valid_nowhere_else(place, upload, swift_web):
    assert swift_web.put(elsewhere(upload)[place], content=b"evil").status_code == 401


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST", "COPY", "OPTIONS"])
def test_a_signature_for_sending_does_nothing_else(method, upload, swift_web):
    answer = swift_web.request(method, upload.url(0))
    assert answer.status_code in {200, 400, 401, 405}
    assert b"x" * 100 not in answer.content
    assert swift_web.head(upload.url(0)).status_code == 200


def test_a_container_is_not_listed_by_a_signature(upload, swift_web):
    url, query = upload.target["url"], upload.target["query"]
    for place in (url[: url.index("segments/")], url[: url.index("segments/") - 1], url):
        answer = swift_web.get(f"{place}?{query}&format=json&prefix=")
        assert answer.status_code in {401, 404}


def test_dots_lead_nowhere(upload, swift_web, connection, secret_name):
    """The name is stored as it is spelled, below the prefix."""
    dots = f"{upload.target['url']}%2E%2E/%2E%2E/files/secret?{upload.target['query']}"
    swift_web.put(dots, content=b"evil")
    container, _, name = secret_name.partition("/")
    assert connection.get_object(container, name)[1] == b"TOP SECRET"


def test_a_download_link_fetches_that_file_only(api, swift_web):
    one, other = api.upload(b"one", name="one.txt"), api.upload(b"other", name="other.txt")
    link = api.get(one["download_url"]).headers["location"]
    assert swift_web.get(link).content == b"one"
    assert (
        swift_web.get(link.replace(one["id"], other["id"]).replace("one.txt", "other.txt")).status_code == 401
    )
    assert swift_web.put(link, content=b"evil").status_code == 401
    assert swift_web.delete(link).status_code == 401
    assert swift_web.get(link).content == b"one"


def test_more_than_announced_is_no_file_and_does_not_stay(api, swift_web, connection, site):
    upload = api.begin(b"x" * 10)
    swift_web.put(upload.url(0), content=b"y" * 5 * MIB)
    refused = upload.complete()
    assert refused.status_code == 409
    assert {"number": 0, "reason": "size"} in refused.json()["segments"]
    left = connection.get_container(site.environ["DIRECT_UPLOAD_CONTAINER"], prefix="segments/")[1]
    assert not [one for one in left if upload.id in one["name"]]
    assert upload.send().complete().status_code == 201


def test_an_overwritten_segment_is_never_served_as_the_file(api, swift_web):
    upload = api.begin(b"x" * 10).send()
    file = upload.complete().json()
    swift_web.put(upload.url(0), content=b"y" * 10)
    answer = swift_web.get(api.get(file["download_url"]).headers["location"])
    assert answer.status_code != 200
    assert b"y" not in answer.content.replace(b"body", b"")[:10]


@pytest.fixture
def hasty_site(prepared, run_site, ready):
    """A site whose signatures end after two seconds."""
    site = run_site(prepared(url_lifetime="2"))
    ready(site)
    yield site
    assert site.end() == 0


def test_after_its_end_a_signature_does_nothing(hasty_site, api_of, eventually, swift_web):
    upload = api_of(hasty_site).begin(b"late")
    ends_at = int(upload.target["query"].split("temp_url_expires=")[1].split("&")[0])
    eventually(lambda: time.time() > ends_at + 1)
    assert swift_web.put(upload.url(0), content=b"late").status_code == 401
    assert swift_web.head(upload.url(0)).status_code == 401
