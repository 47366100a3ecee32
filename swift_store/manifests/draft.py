"""What a manifest is made of, and how writing one can fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from swift_store import slo
from swift_store.names import UploadNames
from swift_store.slo import SegmentPlan

Fault = Mapping[str, int | str]
"""`{"number": 0, "reason": "missing" | "checksum" | "size"}`"""

PRECONDITION_FAILED = 412


@dataclass(frozen=True)
class Draft:
    """A file about to be: where its manifest goes, and what it says. `md5s` are as many as segments.

    `is_repeated`: the same manifest is there already, and is written once more.
    """

    container: str
    object_name: str
    names: UploadNames
    segments: SegmentPlan
    md5s: Sequence[str]
    type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    is_repeated: bool = False

    @property
    def etag(self) -> str:
        return slo.etag(self.md5s)

    @property
    def segment_names(self) -> Sequence[str]:
        return [self.names.segment(number) for number in range(self.segments.count)]

    @property
    def new_only(self) -> Mapping[str, str]:
        """The headers, and the one that keeps a late repetition from overwriting.

        It is no lock (Swift's is not atomic), and needs to be none: two commits of one ticket write the same
        manifest, or one of them is refused.
        """
        return self.headers if self.is_repeated else {**self.headers, "If-None-Match": "*"}


class ManifestExists(Exception):
    """There is an object of that name already."""


class SegmentsRejected(Exception):
    """Segments are not as the manifest says."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} segments are not as the manifest says")
        self.faults = faults


class Manifests(Protocol):
    """Makes segments one file. Raises `SwiftUnavailable` and `SwiftRefused` besides its own errors."""

    def write(self, draft: Draft) -> None:
        """Write the manifest when all segments are right, else raise `SegmentsRejected`.

        Raises `ManifestExists`; either error may come when both are so. A file without segments is a plain
        object.
        """
