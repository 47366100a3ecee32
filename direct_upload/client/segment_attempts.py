"""Sends one segment: looks before sending again, renews what was refused, checks the file after damage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from direct_upload.client.errors import ClientError, Damaged, StorageRefused
from direct_upload.client.meter import Meter


class Sender(Protocol):
    """What an attempt needs of the upload that the segment is of."""

    meter: Meter

    def address(self, number: int) -> str:
        """Where the segment goes just now."""

    def refused(self, address: str, number: int) -> None:
        """The storage did not take the signature of this address."""

    def is_there(self, address: str, md5: str) -> bool:
        """Whether a segment with this MD5 is stored there."""

    def put(self, address: str, number: int, md5: str, moved: Callable[[int], None]) -> None:
        """Send it once; MOVED is called with the size of each piece that left."""

    def check_source(self, number: int, md5: str) -> None:
        """Raise `SourceChanged` when the segment is not what it was."""

    def size_of(self, number: int) -> int:
        """The size of the segment in bytes."""


class Attempts:
    """The attempts to send one segment. After a failure nobody knows what is there: look, then send again."""

    def __init__(self, upload: Sender, number: int, md5: str, *, may_be_there: bool) -> None:
        self._upload = upload
        self._number = number
        self._md5 = md5
        self._may_be_there = may_be_there
        self._moved = 0

    def next(self) -> None:
        upload, number = self._upload, self._number
        address = upload.address(number)
        try:
            if self._may_be_there and upload.is_there(address, self._md5):
                upload.meter.moved(upload.size_of(number), was_there=True)
                return
            upload.put(address, number, self._md5, self._count)
        except ClientError as error:
            self._after(error, address)
            raise

    def _after(self, error: ClientError, address: str) -> None:
        self._may_be_there = True
        self._upload.meter.moved(-self._moved)
        self._moved = 0
        if isinstance(error, StorageRefused) and error.is_signature_refused:
            self._upload.refused(address, self._number)
        elif isinstance(error, Damaged) or (isinstance(error, StorageRefused) and error.is_damaged):
            self._upload.check_source(self._number, self._md5)

    def _count(self, size: int) -> None:
        self._moved += size
        self._upload.meter.moved(size)
