"""What N uploads at once need: workers, memory, shares of a server, for each architecture, up to millions.

Worker-bound ways. An upload holds a worker slot for as long as it arrives and is pushed on; a visit needs
a free slot too. Uploads that arrive independently of each other find an M/M/c queue: with a = uploads
wanted at once (Erlangs) on c slots of mean holding time T, the share of arrivals that wait longer than t
is Erlang's C(c, a) e^(-(c - a) t / T), and everybody waits for ever when c <= a. `slots_needed` is the
fewest c that keep that share under a limit. (A. K. Erlang 1917; the recursion for B is in every textbook,
e.g. Kleinrock, Queueing Systems I, 3.6.)

In a measurement K clients upload again and again, each with a pause Z between two files: a closed system,
M/M/c/K. With n uploads there, a visitor waits for n - c + 1 departures at the rate c / T, an Erlang
distribution; without pauses n is always K (`closed_availability`).

Event-driven ways hold no slot. What they need is CPU and memory, in proportion to bytes (proxy) or to the
number of uploads (the direct way's control plane, which bytes never reach).

The script of the report computes the same; a test holds the two against each other.
"""

import math
from dataclasses import dataclass
from typing import Final

IN_TIME_SECONDS: Final = 1.0
LATE_SHARE: Final = 0.001
BUSY_AT_MOST: Final = 0.7


@dataclass(frozen=True)
class Demand:
    """`uploads` at once, each of `size` bytes, from clients that send `bits` a second."""

    uploads: float
    size: float
    bits: float


@dataclass(frozen=True)
class Server:
    """One server that could be bought: `bits` a second through its network, each way."""

    cores: float
    memory_bytes: float
    bits: float


@dataclass(frozen=True)
class Costs:
    """What an architecture was measured to cost.

    `slots` of uploads a process serves at once, None for any number. `holds_sender`: an upload holds its
    slot while it arrives. `seconds_per_byte`: how long an upload holds a slot besides arriving. CPU in
    seconds for an upload and for a byte, memory in bytes for a process and for an upload under way,
    `disk_share` and `through_share` in bytes on disk and through the application server for each byte
    uploaded.
    """

    slots: int | None
    holds_sender: bool
    seconds_per_byte: float
    cpu_per_upload: float
    cpu_per_byte: float
    process_bytes: float
    upload_bytes: float
    disk_share: float
    through_share: float


@dataclass(frozen=True)
class Need:
    """What a demand needs. `servers` is a number or a share of one, by what `bound` names: the scarcest
    part.
    """

    slots: int
    processes: int
    cores: float
    memory_bytes: float
    disk_bytes: float
    bits: float
    servers: float
    bound: str


def erlang_b(slots: int, load: float) -> float:
    """The share of arrivals that find all slots taken, when nobody waits; `load` in Erlangs."""
    blocked = 1.0
    for taken in range(1, slots + 1):
        blocked = load * blocked / (taken + load * blocked)
    return blocked


def erlang_c(slots: int, load: float) -> float:
    """The share of arrivals that have to wait, when everybody waits; 1 when the slots can't bear the load."""
    return 1.0 if slots <= load else _waiting(slots, load, erlang_b(slots, load))


def late_share(slots: int, load: float, holding: float, patience: float = IN_TIME_SECONDS) -> float:
    """The share of arrivals that wait longer than `patience`, with slots held for `holding` seconds on
    average.
    """
    if slots <= load:
        return 1.0
    return erlang_c(slots, load) * math.exp(-(slots - load) * patience / holding)


def slots_needed(load: float, holding: float, late: float = LATE_SHARE) -> int:
    """The fewest slots that keep the share of late answers at `late` or below. Takes one step for each
    slot.
    """
    blocked, slots = 1.0, 0
    while True:
        slots += 1
        blocked = load * blocked / (slots + load * blocked)
        if slots > load:
            share = _waiting(slots, load, blocked) * math.exp(-(slots - load) * IN_TIME_SECONDS / holding)
            if share <= late:
                return slots


def _waiting(slots: int, load: float, blocked: float) -> float:
    return slots * blocked / (slots - load * (1 - blocked))


def closed_availability(
    clients: int, slots: int, holding: float, pause: float = 0.0, patience: float = IN_TIME_SECONDS
) -> float:
    """The share of visitors answered in time while `clients` upload file after file on so many slots."""
    present = _present(clients, slots, holding, pause)
    return sum(share * _soon(n - slots + 1, slots * patience / holding) for n, share in enumerate(present))


def _present(clients: int, slots: int, holding: float, pause: float) -> list[float]:
    """With which probability 0, 1, ... `clients` uploads are there: the balance of a birth and death
    process.
    """
    if pause <= 0:
        return [0.0] * clients + [1.0]
    weights = [1.0]
    for n in range(1, clients + 1):
        weights.append(weights[-1] * (clients - n + 1) / pause * holding / min(n, slots))
    total = sum(weights)
    return [weight / total for weight in weights]


def _soon(departures: int, expected: float) -> float:
    """The probability that a Poisson count with this expectation reaches so many departures."""
    if departures <= 0:
        return 1.0
    term = fewer = math.exp(-expected)
    for count in range(1, departures):
        term *= expected / count
        fewer += term
    return max(0.0, 1.0 - fewer)


def holding_seconds(costs: Costs, size: float, bits: float) -> float:
    """How long an upload holds its slot."""
    arriving = size * 8 / bits if costs.holds_sender else 0.0
    return arriving + size * costs.seconds_per_byte


def need(costs: Costs, demand: Demand, server: Server) -> Need:
    """What the demand needs of this architecture, in processes and in such servers."""
    sending = demand.size * 8 / demand.bits
    rate = demand.uploads / sending
    cores = rate * (costs.cpu_per_upload + demand.size * costs.cpu_per_byte)
    processes, slots = max(1, math.ceil(cores / BUSY_AT_MOST)), 0
    if costs.slots is not None:
        holding = max(holding_seconds(costs, demand.size, demand.bits), 1e-6)
        slots = slots_needed(rate * holding, holding)
        processes = max(processes, math.ceil(slots / costs.slots))
    memory = processes * costs.process_bytes + demand.uploads * costs.upload_bytes
    bits = demand.uploads * demand.bits * costs.through_share
    shares = {
        "CPU": cores / BUSY_AT_MOST / server.cores,
        "memory": memory / server.memory_bytes,
        "network": bits / server.bits,
    }
    bound = max(shares, key=lambda part: shares[part])
    disk = demand.uploads * demand.size * costs.disk_share
    return Need(slots, processes, cores, memory, disk, bits, shares[bound], bound)
