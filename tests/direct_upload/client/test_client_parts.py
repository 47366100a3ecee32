"""The client's parts that need no server."""

import asyncio
import inspect
import threading
from pathlib import Path

import pytest

from direct_upload.client import AsyncClient, Client, Item, NotFound, Patience, SiteRefused, errors
from direct_upload.client.crew import Crew
from direct_upload.client.engine import groups
from direct_upload.client.lock import Taken, locked
from direct_upload.client.pace import Pace
from direct_upload.client.patience import repeat
from direct_upload.client.records import Record
from direct_upload.client.source import Stamp
from swift_store.errors import PROBLEMS

MIB = 1 << 20


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([1, 2, 3], [[1, 2, 3]]),
        ([5 * MIB, 1, 2, 5 * MIB, 6 * MIB], [[5 * MIB], [1, 2], [5 * MIB], [6 * MIB]]),
        ([4 * MIB] * 17, [[4 * MIB] * 16, [4 * MIB]]),
        ([1] * 201, [[1] * 100, [1] * 100, [1]]),
    ],
    ids=["none", "small", "mixed", "much", "many"],
)
def test_small_neighbours_go_together(sizes, expected):
    items = [Item(Path(str(number)), str(number)) for number in range(len(sizes))]
    cut = groups(items, lambda item: sizes[int(item.name)])
    assert [[sizes[int(item.name)] for item in group] for group in cut] == expected


def test_a_pace_lets_no_more_through_than_it_may():
    now = [100.0]
    pace = Pace(1000, now=lambda: now[0])
    assert [pace.seconds_until(500) for _ in range(3)] == [0, 0.5, 1]
    now[0] = 200
    assert pace.seconds_until(500) == 0
    assert Pace(None).seconds_until(1 << 40) == 0


@pytest.mark.parametrize(
    ("rate", "piece_bytes", "connections"),
    [
        (None, 256 * 1024, 8),
        (5e6, 256 * 1024, 8),
        (100_000, 25_000, 5),
        (17_000, 4250, 1),
        (2, 1, 1),
        (0.5, 1, 1),
    ],
)
def test_no_connection_is_silent_for_long_however_slow_the_pace(rate, piece_bytes, connections):
    pace = Pace(rate)
    assert (pace.piece_bytes, pace.connections(8)) == (piece_bytes, connections)


def test_a_slow_client_has_few_connections():
    with Client("http://127.0.0.1:9", max_bytes_per_second=50_000, state=None) as client:
        assert client._means.places._value == 2


@pytest.mark.parametrize("rate", [0, -1])
def test_a_pace_without_progress_is_none(rate):
    with pytest.raises(ValueError, match="above 0"):
        Client("http://127.0.0.1:9", max_bytes_per_second=rate, state=None)


def test_a_record_survives_being_written_and_read():
    record = Record("/a", Stamp(1, 2, 3, 4), "a", "id", "ticket", MIB, {0: "m"})
    assert Record.decode(record.with_segment(1, "n").encode()) == record.with_segment(1, "n")


@pytest.mark.parametrize("code", PROBLEMS)
def test_each_problem_code_is_an_error_of_its_kind(code):
    error = errors.refusal(int(PROBLEMS[code]), {"code": code, "detail": "Why."})
    assert (error.code, str(error)) == (code, "Why.")
    assert error.is_temporary == (int(PROBLEMS[code]) >= 500 or int(PROBLEMS[code]) in {408, 429})


@pytest.mark.parametrize("asked", [3, 10_000, "soon", None])
def test_a_server_that_asks_for_patience_gets_five_minutes_at_most(asked):
    waits = errors.refusal(503, {"retry_after": asked}).retry_after
    assert waits == {3: 3, 10_000: 300}.get(asked, 0)


def test_a_lock_is_held_by_one_and_leaves_nothing(tmp_path):
    path = tmp_path / "folder" / "lock"
    with locked(path, waits=False):
        with pytest.raises(Taken), locked(path, waits=False):
            pass
        waited = threading.Thread(target=lambda: locked(path, waits=True).__enter__())
    with locked(path, waits=False):
        pass
    assert not waited.is_alive()
    assert not path.exists()


def test_a_crew_raises_what_a_call_raised():
    crew = Crew(2, "test")
    assert crew.submit(divmod, 7, 2).result() == (3, 1)
    with pytest.raises(ZeroDivisionError):
        crew.submit(divmod, 1, 0).result()
    crew.close()


def test_a_crew_that_was_closed_does_nothing_any_more_and_says_so():
    crew = Crew(2, "test")
    crew.close()
    with pytest.raises(errors.Interrupted):
        crew.submit(divmod, 7, 2).result(timeout=20)


def failing(*failures):
    """A call that meets these failures, then gives how many there were."""
    left = list(failures)

    def call():
        if left:
            raise left.pop(0)
        return len(failures)

    return call


QUICK = Patience(give_up=0.2, first_pause=0.001, longest_pause=0.002, damages=3)


@pytest.mark.parametrize(
    ("failures", "ends_well"),
    [
        ([], True),
        ([errors.Unreachable("x")] * 2, True),
        ([errors.refusal(503, {})] * 5, True),
        ([errors.Damaged("x")] * 2, True),
        ([errors.Damaged("x")] * 3, False),
        ([errors.refusal(404, {"code": "not-found"})], False),
        ([errors.StorageRefused(413)], False),
    ],
    ids=["nothing", "network", "503", "damage", "too much damage", "404", "413"],
)
def test_what_may_pass_is_repeated(failures, ends_well):
    if ends_well:
        assert repeat(failing(*failures), QUICK, threading.Event()) == len(failures)
    else:
        with pytest.raises(errors.ClientError):
            repeat(failing(*failures), QUICK, threading.Event())


def test_patience_ends():
    def refuse():
        raise errors.Unreachable("never")

    with pytest.raises(errors.Unreachable, match="never"):
        repeat(refuse, QUICK, threading.Event())


def test_a_pause_ends_when_it_is_stopped():
    stopping = threading.Event()

    def refuse():
        stopping.set()
        raise SiteRefused(503, {"retry_after": 300})

    with pytest.raises(errors.Interrupted):
        repeat(refuse, QUICK, stopping)


def test_the_asynchronous_client_does_the_same(proxied_site, make_file, tmp_path):
    async def life():
        told = []
        async with AsyncClient(proxied_site.url, state=tmp_path / "state") as client:
            stored = await client.put(make_file(10), on_progress=told.append)
            listed = [file async for file in client.files()]
            fetched = await client.get(stored.id, tmp_path / "back")
            await client.delete(stored.id)
            with pytest.raises(NotFound):
                await client.file(stored.id)
            return stored, listed, fetched, told

    stored, listed, fetched, told = asyncio.run(life())
    assert listed == [stored]
    assert fetched.path.read_bytes() == make_file(10).read_bytes()
    assert told


def test_the_asynchronous_client_runs_several_at_a_time_and_can_be_cancelled(
    proxied_site, make_file, tmp_path
):
    paths = [make_file(3 * MIB, f"{number}.bin") for number in range(3)]

    async def several():
        async with AsyncClient(proxied_site.url, state=tmp_path / "state") as client:
            return await asyncio.gather(*(client.put(path) for path in paths))

    assert [one.name for one in asyncio.run(several())] == ["0.bin", "1.bin", "2.bin"]

    async def cancelled():
        client = AsyncClient(proxied_site.url, state=tmp_path / "state", max_bytes_per_second=MIB)
        async with client, asyncio.timeout(0.5):
            await client.put(paths[0])

    with pytest.raises(TimeoutError):
        asyncio.run(cancelled())


def test_who_cancels_while_an_upload_is_created_is_not_kept_waiting(
    proxied_site, make_file, tmp_path, monkeypatch
):
    """The client is closed by the time the site answers."""
    closed = threading.Event()

    async def cancelled():
        client = AsyncClient(proxied_site.url, state=tmp_path / "state")
        create = client._client._site.create

        def create_late(*arguments):
            answer = create(*arguments)
            assert closed.wait(20)
            return answer

        monkeypatch.setattr(client._client._site, "create", create_late)
        with pytest.raises(TimeoutError):
            async with client, asyncio.timeout(0.5):
                await client.put(make_file(10))
        closed.set()

    runner = threading.Thread(target=lambda: asyncio.run(cancelled()), daemon=True)
    runner.start()
    runner.join(20)
    assert not runner.is_alive()


@pytest.mark.parametrize(
    "name", ["__init__", *(name for name in vars(Client) if not name.startswith("_"))], ids=str
)
def test_the_asynchronous_client_has_the_same_options_and_methods(name):
    theirs, ours = (inspect.signature(getattr(kind, name)) for kind in (AsyncClient, Client))
    assert theirs.parameters == ours.parameters


def test_the_asynchronous_client_stores_many_files(proxied_site, make_file, tmp_path):
    items = [Item(make_file(size, f"{size}.bin"), f"{size}.bin") for size in (10, 5 * MIB, 20)]

    async def outcomes():
        async with AsyncClient(proxied_site.url, state=tmp_path / "state") as client:
            return [outcome async for outcome in client.put_all(items)]

    assert [(one.item, one.stored.size) for one in asyncio.run(outcomes())] == [
        (items[0], 10),
        (items[1], 5 * MIB),
        (items[2], 20),
    ]


def test_the_asynchronous_client_can_be_stopped(proxied_site, make_file, tmp_path):
    async def stopped():
        async with AsyncClient(proxied_site.url, state=tmp_path / "state") as client:
            client.stop()
            await client.put(make_file(10))

    with pytest.raises(errors.Interrupted):
        asyncio.run(stopped())
