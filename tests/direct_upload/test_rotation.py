"""A new application secret in the middle of an upload, by `direct-upload rotate`."""

import httpx

MIB = 1 << 20
BODY = bytes(range(256)) * 4 * 1024 * 3
OLD, NEW = "0123456789abcdef" * 2, "fedcba9876543210" * 2


def test_an_upload_goes_on_over_a_change_of_secret(prepared, run_site, api_of, ready, command):
    environ = prepared(secret=OLD)
    both = environ | {"DIRECT_UPLOAD_SECRET": NEW, "DIRECT_UPLOAD_OLD_SECRETS": OLD}
    new = environ | {"DIRECT_UPLOAD_SECRET": NEW}
    first = run_site(environ)
    ready(first)
    api = api_of(first)
    upload = api.begin(BODY, segment_size=MIB).send(0)

    said = command(environ, "rotate")
    assert (said.returncode, "secrets.token_hex" in said.stdout) == (0, True)

    # Swift learns the new key while the site still runs with the old one.
    for _ in range(2):
        said = command(both, "rotate")
        assert (said.returncode, "Restart every replica" in said.stdout) == (0, True)
    upload.send(1)
    upload.target = upload.renew().json()["target"]
    first.end()

    second = run_site(both)
    ready(second)
    upload.send(2)
    file = upload.complete()
    assert file.status_code == 201
    assert api.get("/api/files").json()["files"] == [file.json()]
    under_old = upload.target["query"]

    # Too early, and then all the same.
    said = command(new, "rotate")
    assert (said.returncode, "may go on until" in said.stderr) == (1, True)
    assert httpx.head(upload.url(0)).status_code == 200
    said = command(new, "rotate", "--now")
    assert (said.returncode, "worth nothing" in said.stdout) == (0, True)
    assert httpx.head(upload.url(0)).status_code == 401
    second.end()

    third = run_site(new)
    ready(third)
    downloaded = httpx.get(api.get(file.json()["download_url"]).headers["location"]).content
    assert downloaded == BODY
    assert under_old not in third.log
    assert command(new, "rotate").stdout.startswith("Swift has the key of this secret and no other.")
    assert third.end() == 0


def test_a_new_secret_without_the_old_one_is_refused(prepared, command):
    """It would end all running uploads."""
    environ = prepared(secret=OLD) | {"DIRECT_UPLOAD_SECRET": NEW}
    said = command(environ, "rotate")
    assert (said.returncode, "DIRECT_UPLOAD_OLD_SECRETS" in said.stderr) == (1, True)
    assert NEW not in said.stdout + said.stderr


def test_before_setup_there_is_nothing_to_change(prepared, command):
    said = command(prepared() | {"DIRECT_UPLOAD_CONTAINER": "never-made"}, "rotate")
    assert (said.returncode, "direct-upload setup" in said.stderr) == (1, True)
