"""kill -9 of a process while it works on a job, and proof that it did.

A service is frozen first: when the orchestrator still waits for its answer, the frozen process
held this job's work (it is the only job of the suite), and it is killed. The orchestrator is
killed at once, in the stages at the end of its way after it was frozen in them; its database, which
nobody changes any more, tells whether the stage was open.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from dataclasses import dataclass
from typing import Final

from bench.faults.points import BRIEF, FIRST, ORCHESTRATOR, OUTPUT, Moment, Point
from tests.calling import reading
from tests.running import Processes
from videre.client import Videre, has_ended
from videre.v1 import analysis_pb2, job_pb2

_OPEN: Final = (analysis_pb2.STAGE_STATE_PENDING, analysis_pb2.STAGE_STATE_RUNNING)
#: Longest time for a stage to be reached, and for a frozen service to be called, seconds.
_REACHED_S: Final = 120.0
_CALLED_S: Final = 8.0
_MET_S: Final = 1.0
#: Longest pause inside a stage before a kill "under way" or "at random", seconds.
_PAUSE_S: Final = 0.6
#: Time between two looks at the queue, seconds.
_QUEUED_S: Final = 0.1
#: Time between two looks into the database, and the longest pause inside a brief stage, seconds.
_GLANCE_S: Final = 0.002
_BRIEF_PAUSE_S: Final = 0.02
_OPEN_STATES: Final = ("PENDING", "RUNNING")
_PRODUCE: Final = "produce:"


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill.

    Args:
        found: how far the stage was.
        counted: work of the job was in flight.
        met: it was in the point's stage.
    """

    point: Point
    found: str
    counted: bool
    met: bool


def kill(suite: Processes, job_id: str, point: Point, rng: random.Random) -> Kill | None:
    """Kill the point's process when the job is there, and start it again.

    Returns:
        None when the job was past the point before; nothing was killed then.
    """
    others = [name for name in suite.names if name != point.process]
    before = {name: suite.pid(name) for name in others}
    with suite.client() as client:
        if point.stage in BRIEF:
            if not _catch_brief(suite, job_id, point, rng):
                return None
        elif point.stage == FIRST:  # it is queued, and begins with the next look at the queue
            time.sleep(0 if point.moment is Moment.BEGUN else rng.uniform(0, _QUEUED_S))
        elif not _reach(client, job_id, point):
            return None
        elif point.moment is Moment.ANY or not _stage(client.query(job_id).job, point.stage).done:
            time.sleep(0 if point.moment is Moment.BEGUN else rng.uniform(0, _PAUSE_S))
        if point.process != ORCHESTRATOR and not _catch(suite, client, job_id, point):
            return None
    suite.kill(point.process)
    found, counted, met = _found(suite, job_id, point)
    suite.start(point.process)
    after = {name: suite.pid(name) for name in others}
    if before != after or not all(suite.alive(name) for name in others):
        raise RuntimeError(f"{point}: not only this process ended: {before} → {after}")
    return Kill(point, found, counted, met)


def _reach(client: Videre, job_id: str, point: Point) -> bool:
    """Follow the job's events up to the point; False when the job was past it."""
    deadline = time.monotonic() + _REACHED_S
    for _ in client.watch(job_id):
        job = client.query(job_id).job
        stage = _stage(job, point.stage)
        if has_ended(job) or stage.state not in _OPEN or time.monotonic() > deadline:
            return False
        if _opened(stage) and (stage.done or point.moment is not Moment.UNDER_WAY or _whole(stage)):
            return True
    return False


def _catch_brief(suite: Processes, job_id: str, point: Point, rng: random.Random) -> bool:
    """Freeze the orchestrator in a stage that passes too fast for events to be followed."""
    group = suite.pid(point.process)
    deadline = time.monotonic() + _REACHED_S
    with reading(suite.folder / "data") as database:
        while not (there := _is_next(database, job_id, point.stage)):
            if there is None or time.monotonic() > deadline:
                return False
            time.sleep(_GLANCE_S)
        time.sleep(0 if point.moment is Moment.BEGUN else rng.uniform(0, _BRIEF_PAUSE_S))
        os.killpg(group, signal.SIGSTOP)
        if _is_next(database, job_id, point.stage):
            return True
    os.killpg(group, signal.SIGCONT)
    return False


def _is_next(database: sqlite3.Connection, job_id: str, name: str) -> bool | None:
    """Tell whether a stage is open and all before it are closed; None when it is closed."""
    rows = database.execute("SELECT name, state FROM job_stage WHERE job_id = ?", [job_id])
    states = dict(rows.fetchall())
    if name not in states:
        return False
    if states[name] not in _OPEN_STATES:
        return None
    after = {stage for stage in states if stage in BRIEF or stage.startswith(_PRODUCE)}
    before = states.keys() - (after if name != OUTPUT else BRIEF)
    return all(states[stage] not in _OPEN_STATES for stage in before)


def _stage(job: job_pb2.Job, name: str) -> analysis_pb2.Stage:
    return next(stage for stage in job.stages if stage.name == name)


def _opened(stage: analysis_pb2.Stage) -> bool:
    """Tell whether the plan, or the stage itself, has begun it."""
    return stage.state == analysis_pb2.STAGE_STATE_RUNNING or stage.total > 0


def _whole(stage: analysis_pb2.Stage) -> bool:
    """Tell whether it is done in one piece, which nobody sees half done."""
    return stage.state == analysis_pb2.STAGE_STATE_RUNNING and stage.total <= 1


def _catch(suite: Processes, client: Videre, job_id: str, point: Point) -> bool:
    """Freeze a service and wait until the orchestrator waits for its answer in this stage."""
    if point.moment is not Moment.BEGUN or point.process == "production":
        _meet_at_work(suite, point.process)
    group = suite.pid(point.process)
    os.killpg(group, signal.SIGSTOP)
    deadline = time.monotonic() + _CALLED_S
    calls = f'videre_service_calls{{service="{point.process}"}}'
    while _stage(client.query(job_id).job, point.stage).state in _OPEN:
        if suite.metrics(ORCHESTRATOR)[calls]:
            return True
        if time.monotonic() > deadline:
            break
    os.killpg(group, signal.SIGCONT)
    return False


def _meet_at_work(suite: Processes, service: str) -> None:
    """Wait a little for the middle of a call; a service that is idle is frozen before its next."""
    deadline = time.monotonic() + _MET_S
    while time.monotonic() < deadline:
        if suite.metrics(service)["videre_slots_busy"]:
            return


def _found(suite: Processes, job_id: str, point: Point) -> tuple[str, bool, bool]:
    """Return how far the point's stage is in the database, whether the killed process had work of
    the job, and whether the stage is open."""
    with reading(suite.folder / "data") as database:
        (job,) = database.execute("SELECT state FROM job WHERE id = ?", [job_id]).fetchone()
        state, done, total = database.execute(
            "SELECT state, done, total FROM job_stage WHERE job_id = ? AND name = ?",
            [job_id, point.stage],
        ).fetchone()
    met = job in ("QUEUED", "RUNNING") and state in _OPEN_STATES
    # The orchestrator holds the job's work wherever the job stands.
    held = job in ("QUEUED", "RUNNING") and point.process == ORCHESTRATOR
    return f"{state} {done}/{total}", held or met, met
