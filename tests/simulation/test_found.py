"""What seeds have found, each as the smallest plan that shows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.channels import Spell
from tests.simulation.faults import Fault
from tests.simulation.films import FILMS, Film
from tests.simulation.plans import JobPlan, SeedPlan
from tests.simulation.play import Played, Player, player
from tests.simulation.world import PATIENCE_S
from videre.common.values import NS
from videre.orchestrator.steps.services import SERVICES
from videre.v1 import analysis_pb2, job_pb2

BOTH, PICTURE = FILMS[0], FILMS[1]
FAILED = analysis_pb2.STAGE_STATE_FAILED
SUCCEEDED = analysis_pb2.STAGE_STATE_SUCCEEDED


@pytest.fixture(scope="module")
def plays() -> Iterator[Player]:
    with player() as made:
        yield made


def job(name: str = "job-0", film: Film = BOTH, asked: str = "all", **more: object) -> JobPlan:
    return JobPlan(name, film, asked, False, 3, **more)  # type: ignore[arg-type]


def stages(played: Played, number: int = 0) -> dict[str, analysis_pb2.Stage]:
    ended = played.fates[number].ended
    assert ended is not None
    return {stage.name: stage for stage in ended.stages}


def took_s(played: Played, number: int = 0) -> float:
    ended = played.fates[number].ended
    assert ended is not None
    return (ended.end_time.ToNanoseconds() - ended.create_time.ToNanoseconds()) / NS


@pytest.mark.parametrize("then", ["", "job", "media"])
@pytest.mark.parametrize(
    "cancel_s", [0.5, 2.0, *(pytest.param(at, marks=pytest.mark.long) for at in (1.0, 3.0))]
)
def test_nothing_goes_on_for_a_job_that_was_cancelled(
    plays: Player, cancel_s: float, then: str
) -> None:
    """The journal stops no step of a workflow that was removed; what it kept belonged to nobody."""
    slow = {"visual": [Spell(0, 60, Fault.ERROR)], "asr": [Spell(0, 60, Fault.UNAVAILABLE)]}
    for spells in ({}, slow):
        played = plays.play_plan(7, SeedPlan((job(cancel_s=cancel_s, then=then),), dict(spells)))
        assert not played.broken


def test_no_work_is_taken_up_for_a_job_cancelled_just_before_the_process_died(
    plays: Player,
) -> None:
    """The row is final, the workflow is not: after the restart it must find out by itself."""
    plan = SeedPlan((job(cancel_s=1.5),), {}, kill_on=(("journal", 1),))
    played = plays.play_plan(1, plan)
    assert played.kills == 1
    assert not played.broken


def test_frames_sampled_without_shots_do_not_serve_a_job_that_has_them(plays: Player) -> None:
    """The first job's shots fail, its frames are looked at; the second one has its own look."""
    jobs = (job(film=PICTURE, asked="look"), job("job-1", PICTURE, "look", at_s=60.0))
    played = plays.play_plan(0, SeedPlan(jobs, {}, poison="DetectShots", poison_ends_s=50.0))
    assert stages(played)["shots"].state == FAILED
    assert stages(played)["objects"].state == SUCCEEDED
    assert stages(played, 1)["shots"].state == SUCCEEDED
    assert not played.broken


def test_a_recogniser_that_is_away_fails_what_it_serves_alone(plays: Player) -> None:
    played = plays.play_plan(0, SeedPlan((job(),), {"asr": [Spell(1.0, 600.0, Fault.REFUSED)]}))
    failed = {name for name, stage in stages(played).items() if stage.state == FAILED}
    assert failed == {"speech", "diarization", "mood"}, "and what is made of it"
    assert not played.broken


def test_a_job_does_not_wait_for_services_that_it_does_not_need(plays: Player) -> None:
    away = {name: [Spell(0, 600.0, Fault.UNAVAILABLE)] for name in SERVICES if name != "ocr"}
    played = plays.play_plan(0, SeedPlan((job(asked="read"),), away))
    assert not played.broken
    assert played.states == ["SUCCEEDED"]
    assert not played.faults, "they were asked"
    assert took_s(played) < PATIENCE_S / 2


def test_a_request_that_its_service_never_survives_fails_alone(plays: Player) -> None:
    """Other calls succeed meanwhile: that the service is there must not renew its patience."""
    jobs = (job(), job("job-1", at_s=5.0), job("job-2", at_s=15.0))
    played = plays.play_plan(0, SeedPlan(jobs, {}, poison="AnalyzeSound"))
    assert not played.broken
    for number in range(len(jobs)):
        failed = {name for name, stage in stages(played, number).items() if stage.state == FAILED}
        assert failed == {"sound", "mood"}, "and what is made of it"
        ended = played.fates[number].ended
        assert ended is not None
        assert ended.state == job_pb2.JOB_STATE_PARTIAL
        assert ended.suggestion >= analysis_pb2.SUGGESTION_REVIEW
