"""docs/protocol.md does what it says: its script is run as it stands there, with nothing but curl."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from swift_store.errors import PROBLEMS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
MIB = 1 << 20
BODY = os.urandom(2 * MIB + 12_345)


@pytest.fixture(scope="module")
def sent(site, tmp_path_factory):
    """The folder and the output of the documented script, after it sent a file."""
    script = re.search(r"protocol test: begin -->\n```sh\n(.*?)```\n<!--", DOCUMENT, re.DOTALL)[1]
    folder = tmp_path_factory.mktemp("curl")
    (folder / "holiday film.bin").write_bytes(BODY)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "SITE": site.url, "FILE": "holiday film.bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout


def test_curl_alone_sends_a_file_and_fetches_it_again(sent):
    folder, output = sent
    assert (folder / "holiday film.bin.copy").read_bytes() == BODY
    assert '"name":"holiday film.bin"' in output


def test_swift_s_own_client_reads_the_stored_file_bit_for_bit(sent, site, connection):
    folder, _ = sent
    container = site.environ["DIRECT_UPLOAD_CONTAINER"]
    (name,) = [one["name"] for one in connection.get_container(container, prefix="files/")[1]]
    swift = Path(sys.executable).with_name("swift")
    done = subprocess.run(
        [swift, "download", container, name, "--output", "downloaded"],
        cwd=folder,
        env={"PATH": os.environ["PATH"]}
        | {key: site.environ[key] for key in ("ST_AUTH", "ST_USER", "ST_KEY")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "downloaded").read_bytes() == BODY


def test_the_document_s_table_has_the_codes_of_the_contract(api):
    table = DOCUMENT.split("## Errors")[1].split("Swift's own answers")[0]
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", table, re.MULTILINE)
    documented = {code: int(status) for status, codes in rows for code in re.findall(r"`([a-z-]+)`", codes)}
    operations = [one for methods in api.contract.document["paths"].values() for one in methods.values()]
    answers = [answer for one in operations for answer in one["responses"].values()]
    schemas = [
        answer.get("content", {}).get("application/problem+json", {}).get("schema") for answer in answers
    ]
    used = {code for schema in schemas if schema for code in schema["properties"]["code"]["enum"]}
    assert set(documented) == used | {"method-not-allowed"}
    assert all(PROBLEMS[code] == status for code, status in documented.items())
