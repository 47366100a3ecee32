"""`python -m bench.hostile.attacker --url URL --attack JSON --seconds N`: attacks, and prints a tally."""

import asyncio
import json
import socket
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from urllib.parse import urlsplit

import click
from pydantic import TypeAdapter

from bench.hostile.attackers import ATTACKERS, Attacker
from bench.hostile.attacks import Attack
from bench.hostile.tally import Tally

_TICK_SECONDS = 0.002
_CONNECTIONS_A_TICK = 2
# What is due after a pause of the attacker's own is not sent in one heap.
_MOST_BEHIND_SECONDS = 0.1
_ATTACK = TypeAdapter(Attack)


async def attack(url: str, wanted: Attack, seconds: float) -> Tally:
    """Attack the site at URL for SECONDS, then close all connections."""
    tally = Tally()
    crowd = Crowd(url, wanted, tally)
    begin = time.monotonic()
    try:
        while (elapsed := time.monotonic() - begin) < seconds:
            await crowd.keep_up()
            crowd.act(elapsed)
            await asyncio.sleep(_TICK_SECONDS)
    finally:
        tally.seconds = round(time.monotonic() - begin, 3)
        await crowd.close()
    return tally


class Crowd:
    """All attackers of an attack: as many as it wants, and those whose turn it is."""

    def __init__(self, url: str, wanted: Attack, tally: Tally) -> None:
        address = urlsplit(url)
        host, port = address.hostname or "localhost", address.port or 80
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        self._family, self._address = found[0][0], found[0][4]
        self._host = address.netloc
        self._wanted = wanted
        self._tally = tally
        self._attackers: list[Attacker] = []
        self._acted = 0

    async def keep_up(self) -> None:
        """Open connections where some are missing, a few at a time."""
        self._attackers = [one for one in self._attackers if one.is_open]
        missing = self._wanted.connections - len(self._attackers)
        opened = (self._open(number) for number in range(min(missing, _CONNECTIONS_A_TICK)))
        self._attackers += [one for one in await asyncio.gather(*opened) if one is not None]
        self._tally.most_open = max(self._tally.most_open, sum(one.is_open for one in self._attackers))

    def act(self, elapsed: float) -> None:
        """Let as many act as the rate wants by now, one after another."""
        rate = self._wanted.rate
        due = int(rate * elapsed)
        self._acted = max(self._acted, due - int(rate * _MOST_BEHIND_SECONDS) - 1)
        while self._acted < due:
            if self._attackers:
                self._attackers[self._acted % len(self._attackers)].act()
            self._acted += 1

    async def close(self) -> None:
        # What the server closed is counted; what we close ourselves is not.
        closed = self._tally.closed
        for one in self._attackers:
            if one.transport is not None:
                one.transport.abort()
        await asyncio.sleep(0)
        self._tally.closed = closed

    async def _open(self, number: int) -> Attacker | None:
        kind = ATTACKERS[self._wanted.kind]
        attacker = kind(self._wanted, self._host, self._tally, self._tally.opened + number)
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._connect(attacker)
            return attacker
        return None

    async def _connect(self, attacker: Attacker) -> None:
        loop = asyncio.get_running_loop()
        connection = socket.socket(self._family, socket.SOCK_STREAM)
        try:
            connection.setblocking(False)  # noqa: FBT003 - its only argument
            for level, option, value in attacker.socket_options:
                connection.setsockopt(level, option, value)
            await loop.sock_connect(connection, self._address)
            await loop.create_connection(lambda: attacker, sock=connection)
        except BaseException:
            connection.close()
            raise


@click.command()
@click.option("--url", required=True)
@click.option("--attack", "wanted", required=True, help="An `Attack` as JSON.")
@click.option(
    "--at", type=float, default=0.0, help="When to begin, as seconds since the epoch. Now by default."
)
@click.option("--seconds", type=float, required=True)
def main(url: str, wanted: str, at: float, seconds: float) -> None:
    """Attack a site of one's own, and print what came of it."""
    time.sleep(max(0.0, at - time.time()))
    tally = asyncio.run(attack(url, _ATTACK.validate_json(wanted), seconds))
    click.echo(json.dumps(asdict(tally)))


if __name__ == "__main__":
    sys.exit(main())
