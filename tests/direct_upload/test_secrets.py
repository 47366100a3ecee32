"""A whole story of uploads, tokens and refusals; then every output is searched for every secret of it."""

import re

import httpx
import psutil
import pytest

from swift_store.declarations import declared
from swift_store.settings import Settings


class Story:
    """What happened to a site: `secrets` are all texts that open something, `outputs` where they may show."""

    def __init__(self, site, swift):
        self.site = site
        self.secrets = {"application secret": site.environ["DIRECT_UPLOAD_SECRET"], "Swift's key": swift.key}
        self.outputs = {}

    def leaks(self):
        return [
            (where, what)
            for where, text in self.outputs.items()
            for what, secret in self.secrets.items()
            if secret in text
        ]


def signature(text):
    return re.search(r"temp_url_sig=([0-9a-f]{40,})", text)[1]


def told(story, api, relay):
    """Do everything that can go right or wrong, and note what is secret in it."""
    upload = api.begin(b"x" * 10).send()
    file = upload.complete().json()
    location = api.get(file["download_url"]).headers["location"]
    link = api.post(f"/api/files/{file['id']}/links", json={"expires_in": 60}).json()
    secret = link["url"].rsplit("/", 1)[1]
    httpx.get(link["url"])
    story.secrets |= {
        "ticket": upload.ticket,
        "upload signature": signature(upload.target["query"]),
        "download signature": signature(location),
        "cookie": next(iter(dict(api.cookies).values())),
        "link": secret,
        "end of a link": secret[11:],
    }
    api.get(f"/api/files?after=x&ticket={upload.ticket}")
    api.get(f"/nothing/{upload.ticket}?temp_url_sig={signature(location)}")
    httpx.get(f"{story.site.url}/l/{secret}/more")
    respelled = f"{secret[:10]}%{ord(secret[10]):02X}{secret[11:]}"
    assert httpx.get(f"{story.site.url}/l/{respelled}").status_code == 302
    api.post(f"/api/uploads/{upload.id}/complete", json={"ticket": upload.ticket + "x", "segments": []})
    api.post(f"/api/uploads/{upload.id}/renew", content=upload.ticket)
    api.delete(f"/api/uploads/{upload.id}", headers={"Upload-Ticket": upload.ticket})
    relay.cut()
    api.get(f"/api/files/{upload.id}")
    upload.complete()
    relay.mend()
    return upload


@pytest.fixture(scope="module")
def story(site, swift, api_of, relay, command):
    story = Story(site, swift)
    token = command(site.environ, "token", "create", "story").stdout.strip()
    story.secrets["API token"] = token
    told(story, api_of(site), relay)
    with_token = api_of(site, headers={"Authorization": f"Bearer {token}"})
    with_token.upload()
    httpx.get(f"{site.url}/{token}")
    httpx.get(f"{site.url}/api/files", headers={"Authorization": f"Bearer {token}x"})
    process = psutil.Process(site.pid)
    family = [process, *process.children(recursive=True)]
    story.outputs = {
        "log": site.log,
        "ps": " ".join(part for one in family for part in one.cmdline()),
        "metrics": httpx.get(f"{site.url}/metrics").text,
        "page": httpx.get(site.url).text,
        "contract": httpx.get(f"{site.url}/openapi.json").text,
        "not found": httpx.get(f"{site.url}/nothing").text,
        "tokens listed": command(site.environ, "token", "list").stdout,
        "doctor": command(site.environ, "doctor").stdout,
        "wrong key": command(site.environ | {"ST_KEY": swift.key + "x"}, "doctor").stdout,
        "plan": command(
            site.environ | {"DIRECT_UPLOAD_SECRET": f"not {site.environ['DIRECT_UPLOAD_SECRET']}"},
            "setup",
            "--dry-run",
        ).stdout,
    }
    return story


def test_no_output_holds_a_secret(story):
    assert len(story.secrets) == 9
    assert all(len(secret) > 10 for secret in story.secrets.values())
    assert all(story.outputs.values())
    assert story.leaks() == []


def test_the_story_would_show_a_leak(story):
    """The search finds what is there."""
    story.outputs["made up"] = f"...{story.secrets['ticket']}..."
    assert story.leaks() == [("made up", "ticket")]
    del story.outputs["made up"]


def test_no_secret_can_be_given_on_the_command_line():
    """Where `ps` would show it to everybody on the machine."""
    hidden = {one.name for one in declared(Settings) if not one.repr}
    assert {"secret", "old_secrets", "oidc_client_secret"} <= hidden
    assert not [one.name for one in declared(Settings) if one.metadata["flag"] and not one.repr]
