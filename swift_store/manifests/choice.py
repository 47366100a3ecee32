"""Which way a file is made."""

from __future__ import annotations

from swift_store.client import SwiftClient
from swift_store.manifests.draft import Manifests
from swift_store.manifests.dynamic import DynamicManifests
from swift_store.manifests.static import StaticManifests


def of_cluster(client: SwiftClient, committer: SwiftClient) -> Manifests:
    """The better way that this cluster has. COMMITTER is for requests that may take long."""
    static = client.capabilities().slo is not None
    return StaticManifests(client, committer) if static else DynamicManifests(client, committer)
