"""What the bench of a cluster aims at, and what it makes of its trials."""

from __future__ import annotations

from pathlib import Path

from bench.cluster import Aim, figures, rolling
from bench.faults.rollout import Rolled
from bench.faults.trials import Trials, keep, kept
from bench.harness import Outcome
from videre.cli.evaluation.figures import Case
from videre.v1 import analysis_pb2, job_pb2


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


def test_trials_are_kept_for_the_same_program_only(tmp_path: Path) -> None:
    job = job_pb2.Job(state=job_pb2.JOB_STATE_SUCCEEDED, model_calls=3)
    analysis = analysis_pb2.Analysis()
    analysis.engines.add(feature="text", engine="reader", version="1")
    trials = Trials(
        runs=1, kills=2, databases=1, killed=["one"], restarts=1, taken_s=[0.25],
        lost=[Case("a", None, "SUCCEEDED", "FAILED")],
        rolled=Rolled(restarted=["one"], unclean=[Case("ocr", None, "0", "1")], jobs=4),
        outcomes=[Outcome(Path("1. film"), job, analysis)],
    )  # fmt: skip
    path = tmp_path / "bench" / "cluster.trials.json"
    keep(trials, path, "these sources here")
    assert kept(path, "these sources here") == trials
    assert kept(path, "other sources here") == Trials()
    assert kept(tmp_path / "none.json", "these sources here") == Trials()


def test_trials_of_sources_without_a_name_are_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "cluster.trials.json"
    keep(Trials(kills=1), path, "")
    assert not path.exists()
