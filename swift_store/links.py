"""Links that a person gives to others: what is in their address, and what we keep of them.

An address holds the owner, the file and a secret of 128 bits: enough to find the record without an index. The
record's name holds only a hash of the secret, so whoever can list our records can't use them.

    links/<owner>/<file id>/<link id>
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from swift_store.errors import Problem
from swift_store.marks import contents_of, marked
from swift_store.names import is_upload_id

SECRET_BYTES = 16
_PART_BYTES = 16
_ID_CHARACTERS = 32
_PURPOSE = "link"


@dataclass(frozen=True)
class LinkAddress:
    """What the address of a link says: whose file it is, which, and the secret."""

    owner: str
    file_id: str
    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """The link's public name, by which its owner revokes it."""
        return hashlib.sha256(self.secret).hexdigest()[:_ID_CHARACTERS]

    @property
    def record_name(self) -> str:
        return record_name(self.owner, self.file_id, self.id)

    def text(self, key: bytes) -> str:
        """The last part of the link's URL; KEY is the owners'."""
        raw = bytes.fromhex(self.owner) + uuid.UUID(self.file_id).bytes + self.secret
        return base64.urlsafe_b64encode(marked(key, _PURPOSE, raw)).decode()


@dataclass(frozen=True)
class Link:
    """What is kept of a link. `expires_at` in Unix seconds; `addresses` None: it opens from everywhere."""

    id: str
    expires_at: int
    once: bool
    addresses: str | None

    def record(self) -> dict[str, Any]:
        return {"expires_at": self.expires_at, "once": self.once, "addresses": self.addresses}

    def opens_for(self, address: str, *, now: float) -> bool:
        """Whether the link opens now, for a client at this address."""
        return now < self.expires_at and (self.addresses is None or _is_in(address, self.addresses))


def parse_address(text: str, key: bytes) -> LinkAddress | None:
    """The opposite of `LinkAddress.text`; None for anything else."""
    try:
        raw = contents_of(key, _PURPOSE, base64.b64decode(text, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return None
    if raw is None or len(raw) != 2 * _PART_BYTES + SECRET_BYTES:
        return None
    owner, file, secret = raw[:_PART_BYTES], raw[_PART_BYTES : 2 * _PART_BYTES], raw[2 * _PART_BYTES :]
    file_id = str(uuid.UUID(bytes=file))
    return LinkAddress(owner.hex(), file_id, secret) if is_upload_id(file_id) else None


def from_record(link_id: str, record: Mapping[str, Any]) -> Link:
    return Link(link_id, record["expires_at"], record["once"], record["addresses"])


def record_prefix(owner: str, file_id: str) -> str:
    """What the records of all links to a file start with."""
    return f"links/{owner}/{file_id}/"


def record_name(owner: str, file_id: str, link_id: str) -> str:
    return record_prefix(owner, file_id) + link_id


def is_link_id(text: str) -> bool:
    return len(text) == _ID_CHARACTERS and set(text) <= set("0123456789abcdef")


def checked_addresses(text: str | None) -> str | None:
    """The network as Swift and we write it; a `Problem` when it is none."""
    if text is None:
        return None
    try:
        # The zone of an IPv6 address may be any text, even lines that would change what is signed.
        return str(ip_network(text.replace("%", " ")))
    except ValueError as error:
        detail = "The addresses are one address or network, such as 192.0.2.7 or 2001:db8::/32."
        raise Problem("invalid-request", detail) from error


def _is_in(address: str, network: str) -> bool:
    try:
        client: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    allowed: IPv4Network | IPv6Network = ip_network(network)
    return client.version == allowed.version and client in allowed
