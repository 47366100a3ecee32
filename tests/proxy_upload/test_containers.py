"""The proxy ways store a file in its owner's home, and find those of earlier homes."""

from types import SimpleNamespace

import pytest

from swift_store import spread
from swift_store.containers import Containers

SECRET = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def containers(proxy_container):
    name, client = proxy_container
    several = Containers(f"{name}-spread", 4)
    spread.prepare(client, several, [SECRET], ["http://localhost:1"])
    return several


@pytest.mark.parametrize("variant", ["spool-sync-plain", "stream-gevent-cooperative", "stream-tornado-plain"])
def test_files_lie_in_their_owner_s_home_and_those_of_before_are_found(  # noqa: PLR0913, PLR0917 - fixtures
    start_site, containers, variants, variant, swift, file_form
):
    spread_out = SimpleNamespace(environ={**swift.environ, "DIRECT_UPLOAD_CONTAINERS": "4"})
    site = start_site(variants[variant], spread_out, container=containers.name)
    while len(containers.candidates(site.owner)) < 2:
        site.owner = f"{int(site.owner, 16) + 1:032x}"[-32:]
    assert site.post(file_form(b"new")).status == 201
    (name,) = names_in(site, containers.home(site.owner))
    earlier = containers.candidates(site.owner)[1]
    old = name.replace("/019", "/018").replace("/01a", "/018")
    assert old < name
    site.client.put_object(earlier, old, b"old", content_type="text/plain")
    listed = site.get("/files").json["files"]
    assert [site.download(one["download_url"]).body for one in listed] == [b"new", b"old"]
    site.stop()


def names_in(site, container):
    prefix = f"files/{site.owner}/"
    return [one["name"] for one in site.client.list_objects(container, prefix=prefix, limit=9)]
