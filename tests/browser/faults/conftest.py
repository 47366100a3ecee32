"""The fault proxy between Chromium and Swift, and a Swift that may be restarted."""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import swiftclient

from bench.faults import wire
from bench.faults.exchange import Exchange
from bench.faults.proxy import FaultProxy
from bench.runner.ports import free_port
from swift_store.dev import EmbeddedSwift


@dataclass(frozen=True)
class Numbered:
    """Gives every request to the fault that a test wants for it. PUTs are numbered from 1 as they arrive."""

    tested: "SwiftProxy"

    async def carry(self, exchange: Exchange):
        await self.tested.fault_of(exchange.request).carry(exchange)


class SwiftProxy:
    """Stands before Swift on a port of its own."""

    def __init__(self, target):
        self.puts = 0
        self._faults = {}
        self._always = wire.Pass()
        self._proxy = FaultProxy(target).start()
        self._proxy.strike(lambda request: request.method != "OPTIONS", Numbered(self), times=None)

    @property
    def url(self):
        return self._proxy.url

    @property
    def answers(self):
        """How often Swift has answered with each status."""
        return Counter(
            seen.status for seen in self._proxy.seen if seen.status and seen.request.method != "OPTIONS"
        )

    def reset(self, put, after):
        """Reset the connection of one PUT when so many bytes of its body have passed."""
        self._faults[put] = wire.Reset(after)

    def stall(self, put, after):
        """Let nothing more pass of one PUT after so many bytes of its body, until the browser gives up."""
        self._faults[put] = wire.Stall(after)

    def corrupt(self, put, at):
        """Change one byte of the body of one PUT."""
        self._faults[put] = wire.Corrupt(at)

    def hold(self, *puts):
        """Keep these PUTs back until the returned function is called."""
        fault = wire.Hold()
        self._faults |= dict.fromkeys(puts, fault)
        return lambda: self._proxy.call(fault.release)

    def refuse(self):
        """From now on answer 503 to everything but preflights, until `mend`."""
        self._always = wire.Refuse(503)

    def mend(self):
        self._always = wire.Pass()

    def fault_of(self, request):
        if request.method != "PUT":
            return self._always
        self.puts += 1
        return self._faults.pop(self.puts, self._always)

    def close(self):
        self._proxy.close()


@pytest.fixture(scope="session")
def big_swift(tmp_path_factory):
    """A cluster that keeps its files and its port when it is stopped and started again."""
    with EmbeddedSwift(tmp_path_factory.mktemp("swift"), free_port()) as cluster:
        yield cluster


@pytest.fixture
def connection(big_swift):
    """A connection to that cluster. Not for the session: others would get it in place of their own."""
    connection = swiftclient.Connection(big_swift.auth_url, big_swift.user, big_swift.key, retries=0)
    yield connection
    connection.close()


@pytest.fixture
def proxy(big_swift):
    address = urlsplit(big_swift.auth_url)
    proxy = SwiftProxy((address.hostname, address.port))
    yield proxy
    proxy.close()


@pytest.fixture
def own_site(own_site, proxy):
    """A site whose visitors reach Swift through the proxy, in segments of 8 MiB."""
    own_site.stop()
    own_site.environ |= {
        "DIRECT_UPLOAD_SWIFT_PUBLIC_URL": proxy.url,
        "DIRECT_UPLOAD_SEGMENT_SIZE": "8MiB",
    }
    own_site.start()
    return own_site
