"""The simulation notices what is broken: in the product, in what it logs, in a double itself."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulation import engines, process
from tests.simulation.channels import Spell
from tests.simulation.faults import Fault
from tests.simulation.films import FILMS
from tests.simulation.plans import JobPlan, SeedPlan
from tests.simulation.play import Played, Player, player
from videre.orchestrator import sweep
from videre.orchestrator.steps import delivery, opening
from videre.orchestrator.workflows.journal import ANALYSE, Seat
from videre.orchestrator.workflows.steps import Steps

PICTURE = FILMS[1]


@pytest.fixture(scope="module")
def plays() -> Iterator[Player]:
    with player() as made:
        made.play_plan(0, SeedPlan((job(),), {}))  # the undisturbed run, before anything is broken
        yield made


def job(*, tasks: bool = True) -> JobPlan:
    return JobPlan("job-0", PICTURE, "look", tasks, 3)


def killed(plays: Player, where: str, times: int = 1) -> Played:
    return plays.play_plan(1, SeedPlan((job(),), {}, kill_on=((where, times),)))


# --- the product -------------------------------------------------------------------------------


def test_a_chunk_that_is_given_up_too_early(plays: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    early = [
        flow if flow.name == ANALYSE else dataclasses.replace(flow, max_recovery_attempts=0)
        for flow in process.WORKFLOWS
    ]
    monkeypatch.setattr(process, "WORKFLOWS", early)
    played = killed(plays, "begin visual.frames")
    assert played.kills == 1
    assert any("WORKER_CRASHED" in line and "for no reason" in line for line in played.broken)


def test_a_chunk_that_is_given_up_in_time_is_no_fault(plays: Player) -> None:
    played = killed(plays, "begin visual.frames", 40)
    assert not played.broken
    ended = played.fates[0].ended
    assert ended is not None
    assert "WORKER_CRASHED" in {stage.reason for stage in ended.stages}


async def broken(*_: object) -> Any:
    raise TypeError("broken")


def test_a_defect_that_fails_the_job(plays: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "deliver", broken)
    played = killed(plays, "record plan")
    assert any("FAILED (INTERNAL" in line for line in played.broken)
    assert any("logged 'job broke'" in line for line in played.broken)


def test_a_sweep_that_fails(plays: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "fail_lost", broken)
    played = plays.play_plan(1, SeedPlan((job(),), {}))
    assert "logged 'sweep failed': TypeError: broken" in played.broken


def test_a_reference_that_did_not_succeed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "deliver", broken)
    with player() as fresh, pytest.raises(AssertionError, match=r"undisturbed.*INTERNAL"):
        fresh.play_plan(1, SeedPlan((job(),), {}))


# --- a double ----------------------------------------------------------------------------------


def test_a_service_that_is_wrong_itself(plays: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(_request: object) -> Any:
        raise AssertionError("wrong")

    monkeypatch.setitem(engines.ANSWERS, "AnalyzeFrames", wrong)  # type: ignore[call-overload]
    played = plays.play_plan(1, SeedPlan((job(),), {}))
    assert "a double raised AssertionError: wrong" in played.broken


def test_a_step_that_is_another_one_when_played_again(
    plays: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = itertools.count()

    async def probe(self: Steps, job_id: str) -> Any:
        seat = Seat(f"probe-{next(numbers)}")
        return await self.journal.step(seat, opening.probe, self.run, job_id)

    monkeypatch.setattr(Steps, "probe", probe)
    played = killed(plays, "record plan")
    assert any("was probe-0, is probe-1" in line for line in played.broken)


# --- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["production.render", "deliver"])
def test_files_are_the_same_after_a_kill(plays: Player, step: str) -> None:
    played = killed(plays, f"record {step}", 2)
    assert played.kills_in == {step: 2}
    assert played.produced == 1
    assert not played.broken


def test_a_lost_answer_is_asked_for_again(plays: Player) -> None:
    plan = SeedPlan((job(),), {"production": [Spell(0.5, 3.0, Fault.LOST)]})
    played = plays.play_plan(1, plan)
    assert played.faults[Fault.LOST] > 0
    assert played.states == ["SUCCEEDED"]
    assert not played.broken


def test_only_what_disturbs_counts_as_compared(plays: Player) -> None:
    twice = dataclasses.replace(job(), twice=True)
    assert plays.play_plan(1, SeedPlan((twice,), {})).compared == 0
    assert killed(plays, "record plan").compared == 1
