"""Static Large Objects: Swift compares every segment's size and MD5 with the list before the file exists."""

from __future__ import annotations

from collections.abc import Mapping

from swift_store import slo
from swift_store.client import SwiftClient
from swift_store.errors import SwiftRefused, SwiftUnavailable
from swift_store.manifests.draft import (
    PRECONDITION_FAILED,
    Draft,
    ManifestExists,
    SegmentsRejected,
)


class StaticManifests:
    """See `Manifests`. `committer` has the patience that Swift's check of many segments takes."""

    def __init__(self, client: SwiftClient, committer: SwiftClient) -> None:
        self._client = client
        self._committer = committer

    def write(self, draft: Draft) -> None:
        paths = [f"/{draft.container}/{name}" for name in draft.segment_names]
        manifest = slo.manifest(draft.segments, paths, draft.md5s) if paths else b""
        self._put(draft.container, draft.object_name, manifest, draft.type, draft.new_only)

    def copy(
        self, container: str, source: str, target: str, content_type: str, headers: Mapping[str, str]
    ) -> None:
        """Write the same manifest under another name, over what is there. Raises `SegmentsRejected` too."""
        manifest = self._client.read_manifest(container, source) or b""
        self._put(container, target, manifest, content_type, headers)

    def _put(
        self, container: str, name: str, manifest: bytes, content_type: str, headers: Mapping[str, str]
    ) -> None:
        query = "multipart-manifest=put" if manifest else None
        try:
            self._committer.put_object(
                container, name, manifest, content_type=content_type, headers=headers, query=query
            )
        except SwiftRefused as error:
            if slo.is_temporary(error.body):
                raise SwiftUnavailable("Swift can't look at the segments just now") from error
            if faults := slo.rejected_segments(error.body):
                raise SegmentsRejected(faults) from error
            if error.status == PRECONDITION_FAILED:
                raise ManifestExists from error
            raise
