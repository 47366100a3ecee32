"""The way to tell another server something; how it is sent is somebody else's."""

from __future__ import annotations

from typing import Protocol


class NotDelivered(Exception):
    """The receiver was not reached, or did not say 2xx; the text says which, and no address."""


class Post(Protocol):
    """Sends signed JSON messages to one address."""

    async def send(self, message_id: str, body: bytes) -> bytes:
        """Send BODY; return the body of the answer, which was a 2xx. Raises `NotDelivered`."""

    def close(self) -> None: ...
