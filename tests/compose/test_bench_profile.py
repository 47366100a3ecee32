"""`docker-compose --profile bench up`, run for real: all services are well, and Locust loads the site."""

import time

import httpx
import pytest

pytestmark = [pytest.mark.docker, pytest.mark.timeout(1500)]

PATIENCE_SECONDS = 240
PAUSE_SECONDS = 2


@pytest.fixture(scope="module")
def locust(bench_project):
    """A client of Locust's web UI."""
    with httpx.Client(base_url=f"http://127.0.0.1:{bench_project.environ['LOCUST_PORT']}") as client:
        yield client


def wait_for(condition):
    """What CONDITION returns once that is true; what starts in containers takes its time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, "this never came true"
        time.sleep(PAUSE_SECONDS)
    return found


def test_every_service_becomes_healthy(bench_project):
    wait_for(lambda: set(bench_project.health().values()) == {"healthy"})
    assert {
        "swift-expirer",
        "locust-master",
        "locust-worker",
        "proxy-gevent",
    } <= bench_project.health().keys()


def test_locust_loads_the_site_and_nothing_fails(locust):
    begun = locust.post("/swarm", data={"user_count": 2, "spawn_rate": 2})
    assert begun.json()["success"], begun.text

    def complete():
        rows = locust.get("/stats/requests").json()["stats"]
        return [row for row in rows if row["name"] == "complete" and row["num_requests"] >= 5]

    wait_for(complete)
    locust.get("/stop")
    told = locust.get("/stats/requests").json()
    total = next(row for row in told["stats"] if row["name"] == "Aggregated")
    assert total["num_requests"] >= 15
    assert (total["num_failures"], told["errors"]) == (0, [])
