"""The simulation of a cluster against what is known without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.measures.scaling import Costs, Load, Site, play, replicas
from bench.scaled import Trial, compared, expected_pace
from bench.sizing import costs_of, site_of, sized

COSTS = Costs({"decode": 5.0, "visual": 3.0, "ocr": 8.0, "asr": 12.0, "audio": 1.0}, 20, 3e6)


def site(times: int, jobs: int = 100) -> Site:
    return Site(dict.fromkeys(COSTS.cpu_s, times), jobs, chunks=1_000)


def test_the_busiest_station_sets_the_pace() -> None:
    course = play(COSTS, site(1), Load(0, 5.0, at_once=40), seed=1)
    assert course.bottleneck == "asr"
    assert course.busy["asr"] > 0.98
    assert course.pace == pytest.approx(60 / 12, rel=0.03)


def test_twice_the_bottleneck_moves_it() -> None:
    one = play(COSTS, site(1), Load(0, 5.0, at_once=40), seed=1)
    slots = {**dict.fromkeys(COSTS.cpu_s, 1), "asr": 2}
    two = play(COSTS, Site(slots, 100, 1_000), Load(0, 5.0, at_once=40), seed=1)
    assert two.bottleneck == "ocr"
    assert two.pace / one.pace == pytest.approx(12 / 8, rel=0.05)


def test_one_slot_waits_as_queueing_theory_says() -> None:
    """M/M/1: one station, one job at a time, exponential lengths: rho / (1 - rho) of a service."""
    costs = Costs({"decode": 0.0, "visual": 0.0, "ocr": 0.0, "asr": 6.0, "audio": 0.0}, 0, 0)
    one = Site(dict.fromkeys(costs.cpu_s, 1), 1, 1_000)
    # 120 hours a day: a minute of media each 12 s, which takes 6 s.
    course = play(costs, one, Load(hours_per_day=120, minutes=1.0), hours=40, seed=3)
    assert course.busy["asr"] == pytest.approx(0.5, rel=0.05)
    assert sum(course.waits_s) / len(course.waits_s) == pytest.approx(6.0, rel=0.1)


def test_replicas_carry_the_load_with_room_to_spare() -> None:
    found = replicas(COSTS, 10_000, slots=4)
    load_s = 10_000 * 60 / 86_400
    for name, count in found.items():
        share = COSTS.cpu_s[name] * load_s / (4 * count)
        assert share <= 0.7
        assert count == 1 or COSTS.cpu_s[name] * load_s / (4 * (count - 1)) > 0.7


@settings(max_examples=20)
@given(st.integers(1, 3), st.integers(1, 4), st.integers(1, 12), st.integers(0, 99))
def test_every_job_ends_and_nobody_works_more_than_always(
    times: int, jobs: int, count: int, seed: int
) -> None:
    course = play(COSTS, site(times, jobs), Load(0, 3.0, at_once=count), seed=seed)
    assert len(course.waits_s) == len(course.whole_s) == count
    assert all(0 <= share <= 1 + 1e-9 for share in course.busy.values())
    assert course.waits_s == sorted(course.waits_s)


def test_the_page_of_performance_has_the_costs_that_sizing_needs() -> None:
    page = (Path(__file__).parents[3] / "docs" / "performance.md").read_text(encoding="utf-8")
    costs = costs_of(page)
    assert set(costs.cpu_s) == {"decode", "visual", "ocr", "asr", "audio"}
    assert all(0 < cost < 60 for cost in costs.cpu_s.values())
    found = sized(costs, 1_000)
    course = play(costs, site_of(found), Load(1_000, 20.0), hours=1, seed=2)
    assert max(course.busy.values()) < 0.9
    with pytest.raises(ValueError, match="decode"):
        costs_of("")


def test_a_trial_is_held_against_the_simulation_and_the_processors() -> None:
    one = Trial(minutes=4.0, seconds=120.0, cpu_s={"decode": 2.0, "ocr": 30.0})
    two = Trial(minutes=4.0, seconds=80.0, cpu_s={"decode": 2.0, "ocr": 30.0})
    figures = {one.name: one for one in compared(one, two, 8, 2)}
    # One replica: 30 s a minute, and the first chunk's decoding before it.
    assert figures["one replica: pace"].value == 2.0
    assert expected_pace(one, 8, 1, 2) == pytest.approx(4 * 60 / (1 + 4 * 30))
    # Two would take half of that, but 32 s of two processors are 3.75 minutes a minute.
    assert expected_pace(one, 8, 2, 2) == pytest.approx(3.75)
    assert expected_pace(one, 8, 2, 64) == pytest.approx(4 * 60 / (1 + 2 * 30))
    assert figures["second replica: gain"].value == pytest.approx(1.5)
