"""Keeps the site from signing for a Swift that would let uploaders read other people's files."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from swift_store import hazards
from swift_store.capabilities import notices
from swift_store.client import Cluster, SwiftClient
from swift_store.errors import SwiftRefused
from swift_store.hazards import Finding, ProbeFailed
from swift_store.private_store import PrivateStore, Record
from swift_store.signer import Signer

T_co = TypeVar("T_co", covariant=True)


class _Attempt(Protocol[T_co]):
    def __call__(
        self, client: SwiftClient, signer: Signer, container: str, *, now: float, randomness: bytes
    ) -> T_co: ...


_log = logging.getLogger(__name__)
RECORD = "probe"
_NOT_YET = (
    "It can't be told yet whether this Swift keeps people's files apart; the log says why. "
    "Run 'direct-upload doctor'."
)


class SwiftGuard:
    """Probes the cluster, until that says something. With `allow` it warns and lets the site serve.

    A probe can't tell while the container takes nothing, because it is full for example. What the last one
    found is in RECORDS: a Swift that was safe then keeps the site's trust.
    """

    def __init__(self, client: SwiftClient, records: PrivateStore, container: str, *, allow: bool) -> None:
        self._client = client
        self._records = records
        self._container = container
        self._allow = allow
        self._objection: str | None = _NOT_YET
        self.knows = False

    @property
    def objection(self) -> str | None:
        """Why the site must not sign, as sentences for the operator; None when it may."""
        return None if self._allow else self._objection

    def probe(self, cluster: Cluster, signer: Signer) -> Signer:
        """Try the attacks, from where we reach Swift; return a signer that signs as this cluster takes it.

        Blocking; may raise `SwiftUnavailable`.
        """
        near = replace(signer, origin=cluster.origin)
        try:
            prefixes = self._try(hazards.signs_prefixes, near)
            findings = self._try(hazards.read_outs, replace(near, signs_prefixes=prefixes))
        except ProbeFailed as error:
            _log.warning("can't tell yet whether this Swift is safe: %s", error)
            return self._as_found_before(signer)
        self.knows = True
        self._objection = _objection(findings) if findings else None
        self._remember(None if findings else {"signs_prefixes": prefixes})
        for notice in notices(cluster.capabilities, signs_prefixes=prefixes):
            _log.warning("%s: %s", notice.code, notice.text)
        if findings:
            _log.error("%s", _named(findings))
        return replace(signer, signs_prefixes=prefixes)

    def _as_found_before(self, signer: Signer) -> Signer:
        record = self._records.read(RECORD)
        if record is None:
            return signer
        self._objection = None
        return replace(signer, signs_prefixes=record["signs_prefixes"])

    def _remember(self, found: Record | None) -> None:
        """Keep what was found of a safe Swift, nothing of an unsafe one."""
        try:
            if found is None:
                self._records.delete(RECORD)
            else:
                self._records.write(RECORD, found)
        except SwiftRefused as error:
            _log.warning("can't keep that this Swift was looked at: %s", error)

    def _try(self, attempt: _Attempt[T_co], signer: Signer) -> T_co:
        randomness = secrets.token_bytes(hazards.RANDOM_BYTES)
        return attempt(self._client, signer, self._container, now=time.time(), randomness=randomness)


def _objection(findings: Sequence[Finding]) -> str:
    return f"{_named(findings)} Run 'direct-upload doctor', and bring Swift up to date."


def _named(findings: Sequence[Finding]) -> str:
    attacks = ", ".join(finding.attack for finding in findings)
    return f"This Swift lets uploaders read other people's files, by {attacks}."
