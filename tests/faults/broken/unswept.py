"""A broken build of the product: its sweep finds leftovers, and deletes none."""

from bench.faults import world
from swift_store.client import SwiftClient

SwiftClient.bulk_delete = lambda _client, _paths: None
world.main()
