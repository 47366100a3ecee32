"""Figures of whole simulated runs, whose truth is known, and what the model predicts of them."""

from dataclasses import replace

import pytest

from bench.calibration import cpu_costs
from bench.records import Code, Status
from bench.results import Results, read_results
from bench.statistics.bootstrap import Interval
from bench.statistics.measured import Measured


@pytest.fixture(scope="module")
def results(plausible_run):
    return read_results(plausible_run)


@pytest.fixture(scope="module")
def hostile(hostile_run):
    return read_results(hostile_run)


@pytest.mark.parametrize(
    ("architecture", "cpu_per_gb"),
    [("direct", 0.12), ("spool-gthread", 3.2), ("background-sync", 3.4), ("stream-tornado", 4.1)],
)
def test_cpu_for_a_gb_is_what_was_simulated_without_the_visitors(results, architecture, cpu_per_gb):
    cost = results.figures["surge", architecture].cost
    assert cost.cpu_per_gb.value == pytest.approx(cpu_per_gb, rel=0.02)
    assert cost.gross_cpu_per_gb > cost.cpu_per_gb.value
    assert cost.cpu_per_gb.low < cpu_per_gb < cost.cpu_per_gb.high


def test_the_cost_of_a_visit_comes_from_the_idle_scenario(results):
    assert results.cpu_per_visit("direct") == pytest.approx(0.0008, rel=0.02)


def test_sync_workers_answer_nobody_while_uploads_outnumber_them(results):
    response = results.figures["slow", "spool-sync"].response
    assert response.availability.value < 0.01
    assert response.latency.p99.at_least
    assert response.silence.longest > 5


def test_the_direct_way_is_as_available_as_when_idle(results):
    for scenario in ("idle", "fast", "slow", "surge"):
        response = results.figures[scenario, "direct"].response
        assert response.availability.value == 1
        assert response.silence.longest < 0.1


def test_goodput_is_that_of_the_senders(results):
    goodput = results.figures["slow", "stream-tornado"].uploads.goodput
    assert goodput.low < 24 * 20e6 / 8 < goodput.high


def test_app_bytes_are_all_of_them_or_next_to_none(results):
    assert results.figures["surge", "direct"].cost.app_share < 0.01
    assert results.figures["surge", "stream-tornado"].cost.app_share == pytest.approx(1.0, abs=0.02)


def test_repetitions_are_pooled(results):
    one = results.measured["slow", "direct"]
    twice = Measured(one.scenario, "direct", [*one.good, *one.good])
    assert len(twice.waits) == 2 * len(one.waits)
    assert twice.slices.seconds.sum() == 2 * one.slices.seconds.sum()
    assert twice.goodput().slices == 2 * one.goodput().slices


def test_the_model_foresees_what_the_queues_do(results):
    seen = {(check.scenario, check.architecture, check.quantity): check for check in results.checks}
    for architecture in ("spool-sync", "background-sync"):
        collapse = seen["slow", architecture, "availability"]
        assert collapse.predicted == pytest.approx(collapse.seen, abs=0.02)
    for architecture, flow in (
        ("spool-gthread", "goodput"),
        ("spool-cooperative", "throughput"),
        ("stream-tornado", "throughput"),
    ):
        moved, cpu = seen["slow", architecture, flow], seen["slow", architecture, "CPU"]
        assert moved.predicted == pytest.approx(moved.seen, rel=0.15)
        assert cpu.predicted == pytest.approx(cpu.seen, rel=0.05)


def test_the_cpu_of_a_scenario_is_predicted_from_the_others(results):
    alone = Results(
        results.run, {place: one for place, one in results.measured.items() if place[0] == "slow"}
    )
    assert alone.calibrated
    assert "CPU" not in {check.quantity for check in alone.checks}


def test_small_and_big_files_tell_the_cost_of_an_upload_from_that_of_a_byte(results):
    slow, surge = results.scenario("slow"), results.scenario("surge")
    seen = results.figures["slow", "stream-tornado"]

    def costing(scenario, seconds_per_gb):
        cost = replace(seen.cost, cpu_per_gb=Interval(seconds_per_gb, None, None))
        return scenario, replace(seen, cost=cost)

    proxy = results.architecture("stream-tornado")
    big, small = replace(slow, sizes=((200_000_000, 1.0),)), replace(surge, sizes=((5_000_000, 1.0),))
    # 2 s for each GB and 10 ms for each upload, of which a GB has 5 or 200.
    per_upload, per_byte = cpu_costs(proxy, [costing(big, 2.05), costing(small, 4.0)])
    assert per_upload == pytest.approx(0.01)
    assert per_byte == pytest.approx(2e-9)


@pytest.mark.parametrize(("name", "by_upload"), [("direct", True), ("stream-tornado", False)])
def test_one_size_alone_puts_the_direct_way_down_by_the_upload_and_a_proxy_by_the_byte(
    results, name, by_upload
):
    slow = results.scenario("slow")
    per_upload, per_byte = cpu_costs(results.architecture(name), [(slow, results.figures["slow", name])])
    assert (per_upload > 0, per_byte > 0) == (by_upload, not by_upload)


def test_a_failed_cell_has_reasons_and_no_figures(hostile):
    failed = hostile.measured["slow", "spool-sync"]
    assert failed.failed
    assert "did" in failed.failures[0]
    assert ("slow", "spool-sync") not in hostile.figures


def test_a_cell_that_was_never_measured_is_neither_failed_nor_there(hostile):
    assert not hostile.measured["slow", "spool-cooperative"].failed
    assert ("slow", "spool-cooperative") not in hostile.figures


def test_an_empty_cell_has_figures_that_say_so(hostile):
    empty = hostile.figures["slow", "spool-gthread"]
    assert (empty.response.visits, empty.response.latency, empty.response.availability) == (0, None, None)
    assert (empty.uploads.goodput, empty.cost.cpu_per_gb, empty.cost.rss_bytes) == (None, None, None)


def test_one_visit_has_no_interval_and_a_warning(hostile):
    single = hostile.figures["slow", "spool-gevent"].response
    assert single.availability.value == 1
    found = [one for one in hostile.warnings if (one.scenario, one.architecture) == ("slow", "spool-gevent")]
    assert [one.caution.code for one in found] == [Code.TOO_FEW_SAMPLES]


def test_a_failed_repetition_beside_a_good_one_spoils_no_figure(results):
    good = results.measured["slow", "direct"]
    failed = [replace(one, cell=replace(one.cell, status=Status.FAILED, why="killed")) for one in good.good]
    both = Measured(good.scenario, "direct", [*good.good, *failed])
    assert not both.failed
    assert both.failures
    assert len(both.waits) == len(good.waits)
