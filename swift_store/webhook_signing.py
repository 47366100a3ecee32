"""Signed messages between servers, by the Standard Webhooks specification (version 1, HMAC-SHA256).

A message is a body with three headers: `webhook-id` stays the same when it is sent again, so a receiver knows
repetitions by it; `webhook-timestamp` is when this attempt was made, in Unix seconds; `webhook-signature`
covers all three.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping

PREFIX = "whsec_"
MIN_KEY_BYTES, MAX_KEY_BYTES = 24, 64
TOLERANCE_SECONDS = 300
_VERSION = "v1,"
_MAX_TIMESTAMP_DIGITS = 15
# What no sender of ours writes must only differ.
_ODD = "backslashreplace"


class BadSignature(ValueError):
    """A message that we should not believe; the text says why."""


def key_of(secret: str) -> bytes:
    """The key in `whsec_<base64>`; `ValueError` when it is none."""
    if not secret.startswith(PREFIX):
        raise ValueError(f"it does not start with {PREFIX}")
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("it is not base64") from error


def sign(secret: str, message_id: str, body: bytes, *, now: float) -> dict[str, str]:
    """The headers to send with BODY."""
    timestamp = str(int(now))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": _signature(secret, message_id, timestamp, body),
    }


def verify(secret: str, headers: Mapping[str, str], body: bytes, *, now: float) -> None:
    """Raise `BadSignature` unless somebody with the secret made the message in the last five minutes."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MAX_TIMESTAMP_DIGITS):
        raise BadSignature("the timestamp is missing or no number")
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        raise BadSignature("the timestamp is too old or in the future")
    wanted = _signature(secret, message_id, timestamp, body).encode()
    # A sender who changes his secret signs with both, with a space between.
    offered = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(wanted, one.encode(errors=_ODD)) for one in offered):
        raise BadSignature("the signature does not fit")


def _signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    message = f"{message_id}.{timestamp}.".encode(errors=_ODD) + body
    return _VERSION + base64.b64encode(hmac.digest(key_of(secret), message, "sha256")).decode()
