"""Which way a file is made, and was made."""

from __future__ import annotations

from collections.abc import Mapping

from swift_store.client import SwiftClient
from swift_store.manifests.draft import Manifests
from swift_store.manifests.dynamic import DynamicManifests
from swift_store.manifests.static import StaticManifests


def of_cluster(client: SwiftClient, committer: SwiftClient) -> Manifests:
    """The better way that this cluster has. COMMITTER is for requests that may take long."""
    static = client.capabilities().slo is not None
    return StaticManifests(client, committer) if static else DynamicManifests(client, committer)


def of_object(head: Mapping[str, str], client: SwiftClient, committer: SwiftClient) -> Manifests:
    """The way in which this object was made, by its headers; it may be older than the cluster's abilities."""
    dynamic = "x-object-manifest" in head
    return DynamicManifests(client, committer) if dynamic else StaticManifests(client, committer)
