"""Dynamic Large Objects, for clusters without static ones: a file is what a listing shows below a prefix.

Swift checks nothing, so we do, before the manifest is written and after: each segment by HEAD, which does not
lag, and the listing, which does, and is what a download is made of. What happens to a segment later, nobody
notices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from swift_store import slo
from swift_store.at_once import at_once
from swift_store.client import SwiftClient
from swift_store.errors import SwiftRefused, SwiftUnavailable
from swift_store.manifests.draft import (
    PRECONDITION_FAILED,
    Draft,
    Fault,
    ManifestExists,
    SegmentsRejected,
)
from swift_store.manifests.labels import Label, labelled

_LAGS = "Swift's listing does not show all segments yet"


class DynamicManifests:
    """See `Manifests`."""

    def __init__(self, client: SwiftClient, committer: SwiftClient) -> None:
        self._client = client
        self._committer = committer

    def write(self, draft: Draft) -> None:
        if not draft.md5s:
            self._put(draft.container, draft.object_name, draft.type, draft.new_only)
            return
        if faults := self._faults(draft):
            raise SegmentsRejected(faults)
        self._drop_strangers(draft)
        label = Label(draft.type, draft.segments.size, draft.etag)
        headers = {**draft.new_only, "X-Object-Manifest": _manifest(draft)}
        self._put(draft.container, draft.object_name, labelled(label), headers)
        self._confirm(draft.container, draft.object_name, label)

    def _faults(self, draft: Draft) -> list[Fault]:
        heads = at_once(lambda name: self._client.head_object(draft.container, name), draft.segment_names)
        return [fault for number, head in enumerate(heads) for fault in _faults_of(number, head, draft)]

    def _drop_strangers(self, draft: Draft) -> None:
        """What else lies below the prefix would become a part of the file."""
        ours = set(draft.segment_names)
        listed = list(self._client.listing(draft.container, draft.names.segment_prefix))
        strangers = [entry["name"] for entry in listed if entry["name"] not in ours]
        if strangers:
            self._client.bulk_delete([f"/{draft.container}/{name}" for name in strangers])
        if _sum([entry for entry in listed if entry["name"] in ours]) != (draft.segments.size, draft.etag):
            raise SwiftUnavailable(_LAGS)

    def _confirm(self, container: str, name: str, label: Label) -> None:
        """See that the file reads as it should; else take it back, for it was never right."""
        head = self._client.head_object(container, name)
        read = head and (int(head["content-length"]), head["etag"].strip('"'))
        if read != (label.size, label.etag):
            self._client.delete_object(container, name)
            raise SwiftUnavailable(_LAGS)

    def _put(self, container: str, name: str, content_type: str, headers: Mapping[str, str]) -> None:
        try:
            self._committer.put_object(container, name, b"", content_type=content_type, headers=headers)
        except SwiftRefused as error:
            if error.status == PRECONDITION_FAILED:
                raise ManifestExists from error
            raise


def _manifest(draft: Draft) -> str:
    return quote(f"{draft.container}/{draft.names.segment_prefix}")


def _faults_of(number: int, head: Mapping[str, str] | None, draft: Draft) -> Iterator[Fault]:
    if head is None:
        yield {"number": number, "reason": "missing"}
        return
    if head["etag"].strip('"') != draft.md5s[number]:
        yield {"number": number, "reason": "checksum"}
    if int(head["content-length"]) != draft.segments.size_of(number):
        yield {"number": number, "reason": "size"}


def _sum(entries: Sequence[Mapping[str, Any]]) -> tuple[int, str]:
    """Size and ETag of what a listing shows, as the file's would be."""
    return sum(entry["bytes"] for entry in entries), slo.etag([entry["hash"] for entry in entries])
