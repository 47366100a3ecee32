"""Tries on a running Swift what somebody with an upload's signature might try. Blocking.

Older Swifts take headers under a TempURL by which an uploader reads what other people have stored, such as
`X-Copy-From` (CVE-2026-97149: before 2.35.5, 2.36.4, 2.37.4 and 2.38.2). A version number says little,
because operators patch and configure; so the attack itself is the test. It plays in names of its own, and
deletes them.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import requests

from swift_store.client import CONNECT_SECONDS, SwiftClient
from swift_store.errors import SwiftRefused, SwiftUnavailable
from swift_store.names import UploadNames, uuid7
from swift_store.signer import Signer

RANDOM_BYTES = 10 + 16 + 16 + 32
_ANSWER_SECONDS = 15.0
_MAX_READ_BYTES = 4096
_UNAUTHORIZED = 401
_SENT = b"sent by the probe"


class ProbeFailed(Exception):
    """Swift does not take our own uploads, so nothing can be said about others'; the message says why."""


@dataclass(frozen=True)
class Finding:
    """Something that this Swift lets an uploader do; `is_read_out`: it shows other people's files."""

    attack: str
    danger: str
    is_read_out: bool


@dataclass(frozen=True)
class _Stage:
    """Where the probe plays: an upload of ours, and a stranger's segment with a secret in it."""

    client: SwiftClient
    signer: Signer
    now: float
    container: str
    names: UploadNames
    stranger: UploadNames
    secret: bytes = field(repr=False)

    @property
    def stranger_path(self) -> str:
        return f"{self.container}/{self.stranger.segment(0)}"

    @property
    def elsewhere(self) -> Mapping[str, str]:
        """Objects where an upload of ours has no business, by what they are."""
        sibling = self.names.segment_prefix.removesuffix("/")
        return {
            "another upload": f"segments/{self.stranger.owner}/{'0' * 36}/00000000",
            "a sibling prefix": f"{sibling}x/00000000",
        }

    def send(
        self, method: str, number: int, *, headers: Mapping[str, str], query: str = "", body: bytes = _SENT
    ) -> requests.Response:
        """One request with the upload's signature, for the segment NUMBER."""
        return _request(method, self.address(number) + query, headers=headers, body=body)

    def address(self, number: int, *, seconds_ago: int = 0) -> str:
        """Where an uploader PUTs the segment NUMBER, as it was signed then."""
        now = self.now - seconds_ago
        return self.signer.segment_url(self.container, self.names, number, now=now)


@dataclass(frozen=True)
class _ReadOut:
    """A PUT that makes a segment of ours show the stranger's."""

    name: str
    headers: Callable[[_Stage], Mapping[str, str]] = lambda _stage: {}
    query: str = ""
    body: Callable[[_Stage], bytes] = lambda _stage: b""


_READ_OUTS = (
    _ReadOut("X-Copy-From", lambda stage: {"X-Copy-From": quote(stage.stranger_path)}),
    _ReadOut("X-Object-Manifest", lambda stage: {"X-Object-Manifest": quote(stage.stranger_path)}),
    _ReadOut("X-Symlink-Target", lambda stage: {"X-Symlink-Target": quote(stage.stranger_path)}),
    _ReadOut(
        "multipart-manifest=put",
        query="&multipart-manifest=put",
        body=lambda stage: json.dumps([{"path": f"/{stage.stranger_path}"}]).encode(),
    ),
)


def signs_prefixes(
    client: SwiftClient, signer: Signer, container: str, *, now: float, randomness: bytes
) -> bool:
    """Whether the cluster takes signatures of prefixes; older ones take those of single objects only.

    Arguments and errors are those of `read_outs`.
    """
    with _stage(client, signer, container, now, randomness) as stage:
        return stage.signer.signs_prefixes


def read_outs(
    client: SwiftClient, signer: Signer, container: str, *, now: float, randomness: bytes
) -> list[Finding]:
    """The ways in which an uploader can read other people's files; none in a sound Swift.

    `signer` signs for the address under which we reach Swift; `randomness` are `RANDOM_BYTES` bytes. Raises
    `ProbeFailed` when not even an upload works, `SwiftUnavailable` or `SwiftRefused`.
    """
    with _stage(client, signer, container, now, randomness) as stage:
        return [
            Finding(attack.name, "An uploader can read the files of others.", is_read_out=True)
            for number, attack in enumerate(_READ_OUTS, start=1)
            if _shows_the_stranger(stage, number, attack)
        ]


def all_hazards(
    client: SwiftClient, signer: Signer, container: str, *, now: float, randomness: bytes
) -> list[Finding]:
    """What `read_outs` finds, and whatever else an upload's signature should not allow and does."""
    found = read_outs(client, signer, container, now=now, randomness=randomness)
    with _stage(client, signer, container, now, randomness) as stage:
        late = _late(stage.address(0, seconds_ago=2 * signer.lifetime))
        trespasses = (_reading(stage), _deleting(stage), *_writing_elsewhere(stage), late)
        return [*found, *(one for one in (*trespasses, _unpacking(stage)) if one is not None)]


def _shows_the_stranger(stage: _Stage, number: int, attack: _ReadOut) -> bool:
    stage.send("PUT", number, headers=attack.headers(stage), query=attack.query, body=attack.body(stage))
    stored = stage.client.read_object(stage.container, stage.names.segment(number), _MAX_READ_BYTES)
    return stored == stage.secret


def _reading(stage: _Stage) -> Finding | None:
    if stage.send("GET", 0, headers={}).ok:
        return Finding("GET", "Who may upload may also download.", is_read_out=True)
    return None


def _deleting(stage: _Stage) -> Finding | None:
    if stage.send("DELETE", 0, headers={}).ok:
        return Finding("DELETE", "Who may upload may also delete.", is_read_out=False)
    return None


def _writing_elsewhere(stage: _Stage) -> Iterator[Finding | None]:
    address, _, query = stage.address(0).partition("?")
    container = address.removesuffix(stage.names.segment(0))
    for what, name in stage.elsewhere.items():
        answer = _request("PUT", f"{container}{name}?{query}", headers={}, body=_SENT)
        danger = "A signature is valid outside of what was signed."
        yield Finding(f"PUT to {what}", danger, is_read_out=False) if answer.ok else None


def _late(expired: str) -> Finding | None:
    answer = _request("PUT", expired, headers={}, body=_SENT)
    danger = "Signatures don't expire; look at the clocks of Swift's servers."
    return Finding("a late PUT", danger, is_read_out=False) if answer.ok else None


def _unpacking(stage: _Stage) -> Finding | None:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("unpacked"))
    stage.send("PUT", 0, headers={}, query="&extract-archive=tar", body=archive.getvalue())
    unpacked = f"{stage.names.segment(0)}/unpacked"
    if stage.client.head_object(stage.container, unpacked) is None:
        return None
    stage.client.bulk_delete([f"/{stage.container}/{unpacked}"])
    return Finding("extract-archive", "An upload is unpacked into many objects.", is_read_out=False)


@contextmanager
def _stage(
    client: SwiftClient, signer: Signer, container: str, now: float, randomness: bytes
) -> Iterator[_Stage]:
    upload_id = uuid7(int(now * 1000), randomness[:10])
    ours, stranger = (UploadNames(randomness[start : start + 16].hex(), upload_id, "") for start in (10, 26))
    secret = randomness[42:].hex().encode()
    stage = _Stage(client, signer, now, container, ours, stranger, secret)
    try:
        client.put_object(container, stranger.segment(0), secret, content_type="text/plain")
        yield _played(stage)
    except SwiftRefused as error:
        raise ProbeFailed(str(error)) from error
    finally:
        _tidy(stage)


def _played(stage: _Stage) -> _Stage:
    """The stage, with a signer whose uploads Swift takes."""
    for prefixes in (True, False):
        played = replace(stage, signer=replace(stage.signer, signs_prefixes=prefixes))
        answer = played.send("PUT", 0, headers={})
        if answer.ok:
            return played
        if answer.status_code != _UNAUTHORIZED:
            break
    raise ProbeFailed(f"Swift answers our own upload with {answer.status_code} {answer.reason}")


def _tidy(stage: _Stage) -> None:
    ours = map(stage.names.segment, range(len(_READ_OUTS) + 1))
    names = [stage.stranger.segment(0), *ours, *stage.elsewhere.values()]
    try:
        stage.client.bulk_delete([f"/{stage.container}/{name}" for name in names])
    except SwiftRefused:
        # The container is not there, and so is nothing in it.
        return


def _request(method: str, address: str, *, headers: Mapping[str, str], body: bytes) -> requests.Response:
    try:
        return requests.request(
            method,
            address,
            headers=dict(headers),
            data=body,
            timeout=(CONNECT_SECONDS, _ANSWER_SECONDS),
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise SwiftUnavailable(f"Swift can't be reached: {type(error).__name__}") from error
