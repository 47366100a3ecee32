"""What is examined: an account and a container in it, as we and as browsers reach them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from functools import cached_property

import requests

from swift_store import hazards
from swift_store.capabilities import Capabilities, Server, notices
from swift_store.client import CONNECT_SECONDS, SwiftClient
from swift_store.cluster import Cluster
from swift_store.errors import SwiftRefused, SwiftUnavailable
from swift_store.names import RANDOM_BYTES, UploadNames, uuid7
from swift_store.settings import Settings
from swift_store.signer import Signer

_ANSWER_SECONDS = 15.0
_OWNER_BYTES = 16


class Patient:
    """A Swift and the settings for it. What is asked of it once is remembered.

    `container` is the first of those that files are spread over; `at` looks at another. `setup_command` is
    what brings them in order.
    """

    def __init__(self, client: SwiftClient, settings: Settings, setup_command: str) -> None:
        self.client = client
        self.settings = settings
        self.setup_command = setup_command
        self.sign_in_error: SwiftUnavailable | SwiftRefused | None = None
        self.container = settings.container
        self._elsewhere: dict[str, Patient] = {self.container: self}

    def at(self, container: str) -> Patient:
        """The same account, at another of its containers."""
        if container not in self._elsewhere:
            other = self._elsewhere[container] = copy(self)
            other.container = container
            # What is remembered of the account holds there too.
            other.__dict__.pop("container_headers", None)
        return self._elsewhere[container]

    def sign_in(self) -> bool:
        """Whether it lets us in; `sign_in_error` says why not."""
        try:
            _ = self.cluster
        except (SwiftUnavailable, SwiftRefused) as error:
            self.sign_in_error = error
        return self.sign_in_error is None

    @cached_property
    def cluster(self) -> Cluster:
        return self.client.cluster()

    @cached_property
    def account_headers(self) -> Mapping[str, str]:
        return self.client.head_account()

    @cached_property
    def container_headers(self) -> Mapping[str, str] | None:
        return self.client.head_container(self.container)

    @cached_property
    def clock_lead(self) -> float | None:
        """Seconds that Swift's clock is ahead of ours, to the second; None when it does not tell its time."""
        began = time.time()
        told = self.client.swift_time()
        if told is None:
            return None
        return told + 0.5 - (began + time.time()) / 2

    @property
    def swift_now(self) -> float:
        """The time by Swift's clock, so that a wrong clock is one fault and not many."""
        return time.time() + (self.clock_lead or 0.0)

    @property
    def public_origin(self) -> str:
        """Where browsers reach it."""
        return self.settings.swift_public_url or self.cluster.origin

    @property
    def capabilities(self) -> Capabilities:
        return self.cluster.capabilities

    @property
    def account_address(self) -> str:
        """The account, where browsers reach it."""
        return self.public_origin + self.cluster.mount + self.cluster.account_path

    @cached_property
    def signs_prefixes(self) -> bool:
        """Whether one signature can be for all segments of an upload; raises `ProbeFailed`."""
        signer = self.cluster.signer(self.settings.secrets, lifetime=self.settings.url_lifetime)
        return hazards.signs_prefixes(
            self.client,
            signer,
            self.container,
            now=self.swift_now,
            randomness=secrets.token_bytes(hazards.RANDOM_BYTES),
        )

    @cached_property
    def signer(self) -> Signer:
        """Signs for the address under which we reach it ourselves, as this cluster takes it."""
        signer = self.cluster.signer(self.settings.secrets, lifetime=self.settings.url_lifetime)
        return replace(signer, signs_prefixes=self.signs_prefixes)

    def notice(self, code: str) -> str | None:
        """What is to be said of a weakness of this kind of cluster; None when it has not got it."""
        found = notices(self.capabilities, signs_prefixes=True)
        return next((one.text for one in found if one.code == code), None)

    def lacking(self, line: str) -> str:
        """What to do about something that Swift lacks: LINE of the configuration of its proxies."""
        if self.capabilities.server is Server.RGW:
            return "Have Ceph brought up to date."
        return f"Have this put into Swift's proxy-server.conf: {line}"

    @property
    def public_signer(self) -> Signer:
        """Signs for the address under which browsers reach it."""
        return replace(self.signer, origin=self.public_origin)

    def new_names(self) -> UploadNames:
        """The names of an upload that nobody else has; a sweep would find what is left of it."""
        upload_id = uuid7(int(time.time() * 1000), secrets.token_bytes(RANDOM_BYTES))
        return UploadNames(secrets.token_hex(_OWNER_BYTES), upload_id, "doctor")

    def discard(self, names: UploadNames) -> None:
        """Delete the first segment of that upload."""
        self.client.delete_object(self.container, names.segment(0))


def request(
    method: str, address: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> requests.Response:
    """What a browser would send. Raises `requests.RequestException`."""
    return requests.request(
        method,
        address,
        headers=dict(headers or {}),
        data=body,
        timeout=(CONNECT_SECONDS, _ANSWER_SECONDS),
        allow_redirects=False,
    )
