"""A site with several containers, and one that grows from one to four while it has files and open uploads."""

import json
import time
from urllib.parse import urlsplit

import httpx
import pytest

from swift_store import account, names
from swift_store.containers import Containers

MIB = 1 << 20
OLD, NEW = "0123456789abcdef" * 2, "fedcba9876543210" * 2


def container_of(upload):
    """The container that an upload's segments go into."""
    return urlsplit(upload.target["url"]).path.split("/")[3]


def contents(api, file):
    return httpx.get(api.get(file["download_url"]).headers["location"]).content


def somebody(api_of, site, is_wanted):
    """A visitor whose owner is such a one."""
    while True:
        api = api_of(site)
        upload = api.begin()
        owner = urlsplit(upload.target["url"]).path.split("/")[5]
        if is_wanted(owner):
            assert upload.discard().status_code == 204
            api.owner = owner
            return api


@pytest.fixture(scope="module")
def three(prepared, run_site, ready):
    environ = prepared(containers="3", secret=OLD)
    site = run_site(environ)
    site.environ, site.containers = environ, Containers(environ["DIRECT_UPLOAD_CONTAINER"], 3)
    ready(site)
    yield site
    site.end()


def test_owners_have_different_homes_and_each_sees_their_own(api_of, three):
    people = {
        home: somebody(api_of, three, lambda owner, home=home: three.containers.home(owner) == home)
        for home in three.containers.names
    }
    files = {}
    for home, api in people.items():
        upload = api.begin(home.encode())
        assert container_of(upload) == home
        files[home] = upload.send().complete().json()
    for home, api in people.items():
        assert api.get("/api/files").json()["files"] == [files[home]]
        assert contents(api, files[home]) == home.encode()
        others = [files[other] for other in people if other != home]
        assert {api.get(f"/api/files/{one['id']}").status_code for one in others} == {404}
        assert api.delete(f"/api/files/{files[home]['id']}").status_code == 204


def told(invoke, environ, *command):
    done = invoke(environ, *command, "--json")
    return json.loads(done.stdout)


def test_doctor_looks_at_each_container(invoke, connection, three, eventually):
    environ = three.environ
    checks = {one["id"]: one for one in told(invoke, environ, "doctor", "--no-throughput")["checks"]}
    assert {one["outcome"] for one in checks.values()} == {"ok"}
    assert checks["container"]["details"]["containers"].keys() == set(three.containers.names)
    assert checks["keys"]["found"] == "The container has the key of the secret."
    one, other = three.containers.names[1:]
    connection.post_container(one, {account.KEY: ""})
    connection.post_container(other, {account.ALLOW_ORIGIN: ""})
    checks = {one["id"]: one for one in told(invoke, environ, "doctor", "--no-throughput")["checks"]}
    assert checks["keys"]["found"] == f"The container {one} has no TempURL key."
    assert checks["cors-preflight"]["found"].startswith(f"In {other}: Swift does not let browsers upload")
    eventually(lambda: one in (text := httpx.get(f"{three.url}/readyz").text) and other in text)
    changes = told(invoke, environ, "setup")["changes"]
    assert {change["container"] for change in changes} == {one, other}
    eventually(lambda: httpx.get(f"{three.url}/readyz").status_code == 200)


def test_a_new_secret_comes_to_every_container(invoke, connection, three):
    both = three.environ | {"DIRECT_UPLOAD_SECRET": NEW, "DIRECT_UPLOAD_OLD_SECRETS": OLD}
    assert "Restart every replica" in invoke(both, "rotate").stdout
    for name in three.containers.names:
        found = connection.head_container(name)
        assert account.has_key(found, [NEW], name)
        assert account.has_key(found, [OLD], name)
    alone = invoke(three.environ | {"DIRECT_UPLOAD_SECRET": NEW}, "rotate")
    assert (alone.returncode, "may go on until" in alone.stderr) == (1, True)
    assert invoke(three.environ, "rotate", "--now").returncode == 0
    assert all(
        account.has_key(connection.head_container(name), [OLD], name) for name in three.containers.names
    )


@pytest.fixture(scope="module")
def grown(prepared, run_site, ready, api_of, command):
    """A site of four containers that had one when somebody stored a file and began another upload."""
    environ = prepared(owner_files="3")
    four = Containers(environ["DIRECT_UPLOAD_CONTAINER"], 4)
    before = run_site(environ)
    ready(before)
    api = somebody(api_of, before, lambda owner: four.home(owner) != four.name)
    file = api.upload(b"old", name="old.txt")
    link = api.post(f"/api/files/{file['id']}/links", json={"expires_in": 600}).json()
    begun = api.begin(b"a" * MIB + b"b", name="begun.txt", segment_size=MIB).send(0)
    before.end()

    environ |= {"DIRECT_UPLOAD_CONTAINERS": "4"}
    assert command(environ, "setup").returncode == 0
    after = run_site(environ)
    after.environ, after.containers, after.link = environ, four, link
    after.api, after.file, after.begun = api, file, begun
    ready(after)
    yield after
    after.end()


def test_what_was_stored_and_begun_before_a_growth_goes_on(grown, api_of, invoke):
    api, old, begun = grown.api, grown.file, grown.begun
    assert (contents(api, old), api.get("/api/files").json()["files"]) == (b"old", [old])
    begun.target = begun.renew().json()["target"]
    assert container_of(begun) == grown.containers.name
    completed = begun.send(1).complete()
    assert completed.status_code == 201

    new = api.begin(b"new", name="new.txt")
    assert container_of(new) == grown.containers.home(api.owner) != grown.containers.name
    new = new.send().complete().json()
    assert api.get("/api/files").json()["files"] == [new, completed.json(), old]
    first = api.get("/api/files", params={"limit": 2}).json()
    rest = api.get("/api/files", params={"limit": 2, "after": first["next"]}).json()
    assert [*first["files"], *rest["files"]] == [new, completed.json(), old]

    stranger = api_of(grown)
    shared = stranger.get(urlsplit(grown.link["url"]).path)
    assert httpx.get(shared.headers["location"]).content == b"old"
    full = api.post("/api/uploads", json={"name": "x", "size": 1, "type": "a/b"})
    assert (full.status_code, full.json()["used"]) == (413, 3)

    said = told(invoke, grown.environ, "status", "--owner", api.owner)
    assert [one["id"] for one in said["uploads"]] == [new["id"], completed.json()["id"], old["id"]]
    assert said["owners"] == 1
    for file in (old, new):
        assert api.delete(f"/api/files/{file['id']}").status_code == 204
        assert api.get(f"/api/files/{file['id']}").status_code == 404
    assert api.get("/api/files").json()["files"] == [completed.json()]


def test_leftovers_of_every_home_are_swept(grown, invoke, connection):
    began = names.uuid7(int((time.time() - 9 * 86400) * 1000), bytes(10))
    for name in grown.containers.names:
        connection.put_object(name, names.UploadNames("d" * 32, began, "a").segment(0), b"four")
    said = told(invoke, grown.environ, "sweep")
    assert (said["uploads"], said["size"], said["broken_files"]) == (4, 16, 0)
    assert told(invoke, grown.environ, "sweep")["uploads"] == 0


def test_to_shrink_is_refused_while_there_are_files(grown, invoke):
    grown.api.upload(b"kept in the new home")
    home = grown.containers.home(grown.api.owner)
    fewer = grown.environ | {"DIRECT_UPLOAD_CONTAINERS": "1"}
    refused = invoke(fewer, "setup")
    assert (refused.returncode, home in refused.stderr, "never shrink" in refused.stderr) == (1, True, True)
    checks = {one["id"]: one for one in told(invoke, fewer, "doctor", "--no-throughput")["checks"]}
    assert checks["left-behind"]["outcome"] == "fault"
    assert home in checks["left-behind"]["found"]
    assert int(checks["left-behind"]["command"].rpartition("=")[2]) > grown.containers.names.index(home)
