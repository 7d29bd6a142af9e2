"""What the bench of a cluster aims at, and what it makes of its trials."""

from __future__ import annotations

from bench.cluster import Aim, Trials, figures, rolling
from bench.faults.rollout import Rolled


def test_half_of_the_kills_are_of_orchestrators_and_most_of_those_of_the_job_s() -> None:
    aims = [Aim.of(number) for number in range(100)]
    assert sum(aim.orchestrator for aim in aims) == 50
    assert sum(aim.owner for aim in aims) >= 30
    assert all(aim.orchestrator for aim in aims if aim.owner)
    assert sum(Aim.of(number).owner for number in range(4)) == 2, "a quick run has take-overs"


def test_one_take_over_has_a_p95_and_none_has_none() -> None:
    values = {one.name: one.value for one in figures(Trials(killed=["one"], taken_s=[0.4]))}
    assert values["take-over: p95"] == values["take-over: p50"] == 0.4
    assert values["kills with a job in flight"] == 1
    nothing = {one.name: one.value for one in figures(Trials())}
    assert nothing["take-over: p95"] is None


def test_a_rolling_restart_is_told_with_what_failed() -> None:
    told = {one.name: one.value for one in rolling(Rolled(restarted=["a", "b"], jobs=7))}
    assert told == {
        "rolling restart: processes": 2,
        "rolling restart: jobs meanwhile": 7,
        "rolling restart: jobs that failed": 0,
    }
