"""`videre top | capacity | usage`: what is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from doubles.world import World
from google.protobuf.json_format import ParseDict

from videre.v1 import job_pb2, operations_pb2

Run = Callable[..., Any]
BACKLOG = {
    "time": "2026-01-15T09:30:00Z",
    "jobs": [{"state": "JOB_STATE_QUEUED", "jobs": 3}, {"state": "JOB_STATE_RUNNING", "jobs": 1}],
    "oldestWaiting": "75s", "mediaLeft": "600s", "unmeasuredJobs": 2, "mediaLeftOfAll": "1200s",
    "pace": 4.0, "drainTime": "300s", "bottleneck": "ocr",
    "services": [
        {"service": "ocr", "state": "SERVICE_STATE_SERVING", "slots": 2, "calls": 2,
         "cpuSecondsLeft": 120.5},
        {"service": "asr", "state": "SERVICE_STATE_DOWN"},
    ],
}  # fmt: skip
DAYS = [
    {"day": "2026-01-14", "jobs": 2, "media": "90.500s", "cpuSeconds": 12.25, "modelCalls": 30},
    {"day": "2026-01-15", "jobs": 1, "media": "10s", "cpuSeconds": 1, "outputBytes": 2048},
]


@pytest.fixture
def busy(world: World) -> World:
    """Work that waits, and what was used."""
    world.backlog = ParseDict(BACKLOG, operations_pb2.GetBacklogResponse())
    world.usage = [ParseDict(day, operations_pb2.UsageDay()) for day in DAYS]
    job = job_pb2.Job(job_id="j1", state=job_pb2.JOB_STATE_RUNNING, progress=0.25)
    job.stages.add(name="text", done=1, total=4)
    job.stages.add(name="shots", done=4, total=4)
    world.jobs["j1"] = job
    return world


@pytest.mark.usefixtures("busy")
def test_capacity_tells_what_waits_and_what_holds_it_up(videre: Run) -> None:
    shown = videre("capacity").out
    for words in (
        "running 1, waiting 3, the oldest for 1 min 15 s", "10 min 0 s", "2 media not opened yet",
        "5 min 0 s at", "4.00× real time", "most work per slot is left to ocr", "120.5 s", "down",
    ):  # fmt: skip
        assert words in shown, words
    assert videre("capacity", "--json").json()["bottleneck"] == "ocr"


@pytest.mark.usefixtures("busy")
def test_top_shows_the_jobs_that_run(videre: Run) -> None:
    shown = videre("top", "--once").out
    for words in ("most work per slot", "j1", "running", "25 %", "text 1/4"):
        assert words in shown, words
    assert "shots 4/4" not in shown


def test_usage_is_told_per_day_and_as_csv(videre: Run, busy: World) -> None:
    shown = videre("usage", "--from", "2026-01-14", "--to", "2026-01-15").out
    for words in ("2026-01-14", "in all", "13.2 s", "30"):
        assert words in shown, words
    asked = busy.calls("ListUsage")[-1]
    assert (asked.first_day, asked.last_day) == ("2026-01-14", "2026-01-15")
    assert videre("usage", "--csv").out.splitlines() == [
        "day,jobs,media_seconds,cpu_seconds,model_calls,output_bytes",
        "2026-01-14,2,90.500,12.250,30,0",
        "2026-01-15,1,10.000,1.000,0,2048",
    ]
    assert len(videre("usage", "--json").json()) == 2


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"state": "JOB_STATE_QUEUED", "ahead": 12, "wait": "90s"}, "12 jobs before it, about"),
        ({"state": "JOB_STATE_QUEUED", "ahead": 1}, "no job ended in the last hour"),
        ({"state": "JOB_STATE_QUEUED", "ahead": 3, "held": True}, "3 jobs of its project before"),
        ({"state": "JOB_STATE_RUNNING"}, "waits no more: running"),
    ],
)  # fmt: skip
def test_place_tells_how_long_a_job_waits(
    videre: Run, world: World, place: dict[str, Any], words: str
) -> None:
    world.place = ParseDict(place, operations_pb2.GetQueuePlaceResponse())
    assert words in videre("place", "j1").out
    assert videre("place", "j1", "--json").json()["state"] == place["state"]


def test_requeue_does_named_jobs_or_all_dead_ones_again(videre: Run, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_FAILED)
    world.add_job("j2", job_pb2.JOB_STATE_PARTIAL)
    assert [job["requeueOf"] for job in videre("requeue", "j1", "--json").json()] == ["j1"]
    assert "dead" not in videre("list").out
    videre("requeue", "--dead")
    assert world.calls("ListJobs")[-1].dead
    assert {call.job_id for call in world.calls("RequeueJob")} >= {"j1", "j2"}
    assert videre("requeue").code == 2
    assert videre("requeue", "j1", "--dead").code == 2
