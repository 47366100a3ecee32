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
from swift_store.hazards import Finding, ProbeFailed
from swift_store.signer import Signer

T_co = TypeVar("T_co", covariant=True)


class _Attempt(Protocol[T_co]):
    def __call__(
        self, client: SwiftClient, signer: Signer, container: str, *, now: float, randomness: bytes
    ) -> T_co: ...


_log = logging.getLogger(__name__)


class SwiftGuard:
    """Probes the cluster, until that says something. With `allow` it warns and lets the site serve."""

    def __init__(self, client: SwiftClient, container: str, *, allow: bool) -> None:
        self._client = client
        self._container = container
        self._allow = allow
        self._findings: Sequence[Finding] = ()
        self.knows = False

    @property
    def objection(self) -> str | None:
        """Why the site must not sign, as sentences for the operator; None when it may."""
        if self._allow or not self._findings:
            return None
        return f"{_named(self._findings)} Run 'direct-upload doctor', and bring Swift up to date."

    def probe(self, cluster: Cluster, signer: Signer) -> Signer:
        """Try the attacks, from where we reach Swift; return a signer that signs as this cluster takes it.

        Blocking; may raise `SwiftUnavailable`.
        """
        near = replace(signer, origin=cluster.origin)
        try:
            prefixes = self._try(hazards.signs_prefixes, near)
            self._findings = self._try(hazards.read_outs, replace(near, signs_prefixes=prefixes))
        except ProbeFailed as error:
            _log.info("can't tell yet whether this Swift is safe: %s", error)
            return signer
        self.knows = True
        for notice in notices(cluster.capabilities, signs_prefixes=prefixes):
            _log.warning("%s: %s", notice.code, notice.text)
        if self._findings:
            _log.error("%s", _named(self._findings))
        return replace(signer, signs_prefixes=prefixes)

    def _try(self, attempt: _Attempt[T_co], signer: Signer) -> T_co:
        randomness = secrets.token_bytes(hazards.RANDOM_BYTES)
        return attempt(self._client, signer, self._container, now=time.time(), randomness=randomness)


def _named(findings: Sequence[Finding]) -> str:
    attacks = ", ".join(finding.attack for finding in findings)
    return f"This Swift lets uploaders read other people's files, by {attacks}."
