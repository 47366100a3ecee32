"""A broken build of the site: it answers that a file is deleted, and leaves it there."""

from bench.faults import world
from swift_store.files import FileStore

FileStore.delete = lambda _store, _file: None
world.main()
