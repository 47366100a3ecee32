"""A real OpenStack Keystone on loopback, from the PyPI package, and a Swift that asks it who comes.

For tests of signing in, and to try the ways of it by hand: `python -m swift_store.dev.keystone`. Keystone and
that Swift live in a virtual environment of their own, made on first need: what they depend on is much,
and no concern of the program that wants them.
"""

from swift_store.dev.keystone.cluster import KeystoneCluster, keystone_cluster
from swift_store.dev.keystone.embedded import EmbeddedKeystone, KeystoneError
from swift_store.dev.keystone.environment import EnvironmentNotMadeError, environment

__all__ = [
    "EmbeddedKeystone",
    "EnvironmentNotMadeError",
    "KeystoneCluster",
    "KeystoneError",
    "environment",
    "keystone_cluster",
]
