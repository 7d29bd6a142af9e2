"""Folders that are watched: every version of a file is one job, whoever is killed meanwhile."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from calling import TIMEOUT_S, Api, refused, until
from notifying import Notifying, notifying
from running import Processes
from unqueued import unqueued

from videre.cli.app import main
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store.jobs import NewJob
from videre.orchestrator.store.records import JobRecord, JobState, StageState
from videre.orchestrator.store.triggers import FileState
from videre.orchestrator.watching import Watcher
from videre.v1 import job_pb2, trigger_pb2


class Killed(BaseException):
    """The process is gone."""


class Accepting:
    """Stores jobs as the API would, and is killed before or after it did."""

    def __init__(self, it: Notifying, rng: random.Random) -> None:
        self._it, self._rng = it, rng
        self.kills = 0
        self.full = False
        self.again = False

    async def submit(self, request: job_pb2.SubmitJobRequest) -> job_pb2.SubmitJobResponse:
        path = request.inputs[0].uri.rpartition("/")[2]
        if self.full:
            raise VidereError(Reason.QUOTA_EXCEEDED, "full")
        if path.startswith("bad") and not self.again:
            raise VidereError(Reason.FETCH_FAILED, "it is bad")
        self._kill()
        new = NewJob(self._it.app.ids.new(), "default", None, b"", request.request_id, "d", [], 5,
                     "", {"path": path}, "x", "", None,
                     [("ingest", StageState.PENDING, "")])  # fmt: skip
        record, reused = unqueued(self._it.app).submit(new, lambda _connection, _job: None)
        self._kill()
        job = job_pb2.Job(job_id=record.id)
        return job_pb2.SubmitJobResponse(job=job, reused=reused)

    def _kill(self) -> None:
        if self._rng.random() < 0.01:
            self.kills += 1
            raise Killed


def jobs_of(it: Notifying) -> list[JobRecord]:
    now = it.clock.now_ns()
    return it.app.listing.jobs("default", limit=10_000, before_id=None, now_ns=now)


@pytest.mark.parametrize("count", [120, pytest.param(1_000, marks=pytest.mark.long)])
async def test_files_become_jobs_once_through_any_number_of_restarts(
    tmp_path: Path, count: int
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(count):
        (folder / f"{'bad' if number % 40 == 7 else 'film'}{number}.mp4").touch()
    (folder / "notes.txt").touch()
    growing = folder / "growing.mp4"
    async with notifying(tmp_path) as it:
        rng = random.Random(count)
        accepting = Accepting(it, rng)
        trigger = trigger_pb2.Trigger(trigger_id="in", uri=folder.as_uri(), include=["*.mp4"])
        dry = await it.client.triggers.test(trigger)
        assert (dry.file_count, dry.left_out) == (count, 1)
        await it.client.triggers.set(trigger)

        async def look() -> None:
            for _ in range(1_000):
                (begun,) = await Watcher(it.app, accepting.submit).start_due()
                try:
                    taken = await begun
                except Killed:
                    continue
                if taken < 200:
                    return

        growing.write_bytes(b"x")
        await look()
        for size in (2, 3, 4):  # it grows whenever it is looked at
            growing.write_bytes(b"x" * size)
            it.clock.advance(11)
            await look()
        counts = it.app.triggers.counts("default", "in")
        bad = sum(number % 40 == 7 for number in range(count))
        assert counts == {"SUBMITTED": count - bad, "ERROR": bad, "SEEN": 1}
        it.clock.advance(11)
        accepting.full = True
        await look()
        assert it.app.triggers.counts("default", "in")["SEEN"] == 1  # there is room later
        accepting.full = False
        it.clock.advance(11)
        await look()
        names = [job.tags["path"] for job in jobs_of(it)]
        assert len(names) == len(set(names)) == count - bad + 1
        (folder / "film0.mp4").write_bytes(b"another version")
        for _ in range(3):
            it.clock.advance(11)
            await look()
        names = [job.tags["path"] for job in jobs_of(it)]
        assert sorted(name for name in names if names.count(name) > 1) == ["film0.mp4"] * 2
        accepting.again = True
        assert await it.client.triggers.retry("in") == bad
        await look()
        for job in jobs_of(it)[:2]:
            it.app.jobs.finish(job.id, JobState.CANCELLED, retention_ns=10**15)
        it.clock.advance(11)
        await look()
        counts = it.app.triggers.counts("default", "in")
        assert counts == {"SUBMITTED": count, "ERROR": 2}
        assert count < 1_000 or accepting.kills > 5
        errors = it.app.triggers.files("default", "in", FileState.ERROR, 10, 0)
        assert all(one.watch_version == 1 for one in errors)


def test_a_folder_is_watched(
    own_api: Api,
    suite: Processes,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VIDERE_SERVER", suite.ports.target("orchestrator"))
    monkeypatch.setenv("VIDERE_PROJECT", "triggers")

    def videre(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = capsys.readouterr()
        assert not ended.value.code, printed.err
        return printed.out

    folder = files / "watched"
    (folder / "desk 1").mkdir(parents=True)
    (folder / "desk 1" / "note.txt").write_text("Hello there.")
    (folder / "empty.txt").touch()
    (folder / "left.bin").write_bytes(b"x")
    given = files / "triggers.jsonl"
    given.write_text(json.dumps({
        "triggerId": "notes", "uri": folder.as_uri(), "include": ["*.txt"], "stableFor": "0s",
        "interval": "1s", "job": {"tags": {"desk": "news"}, "priority": 1},
    }))  # fmt: skip
    assert "2 files, 1 left out" in videre("triggers", "test", str(given))
    assert "version 1" in videre("triggers", "set", str(given))
    assert "version 1" in videre("triggers", "set", str(given))

    def states() -> dict[str, str]:
        found = json.loads(videre("triggers", "files", "notes", "--json"))
        return {one["path"]: one["state"].rpartition("_")[2] for one in found}

    ended = {"desk 1/note.txt": "DONE", "empty.txt": "ERROR"}
    until(lambda: states() == ended, "both files have become jobs that ended")
    assert "MEDIA_EMPTY" in videre("triggers", "files", "notes", "--state", "error")
    request = job_pb2.ListJobsRequest(tags={"trigger": "notes", "desk": "news"})
    jobs = own_api.jobs.ListJobs(request, timeout=TIMEOUT_S).jobs
    assert {(job.created_by, job.priority) for job in jobs} == {("trigger:notes", 1)}
    assert len(jobs) == 2
    assert "1 done, 1 error" in videre("triggers", "show", "notes")
    assert "is paused" in videre("triggers", "pause", "notes")
    assert "paused" in videre("triggers", "list")
    assert "1 are submitted again" in videre("triggers", "retry", "notes")
    assert "looks" in videre("triggers", "resume", "notes")
    until(lambda: states() == ended, "the empty file has failed again")
    assert len(own_api.jobs.ListJobs(request, timeout=TIMEOUT_S).jobs) == 3
    for change, reason in (
        ({"uri": "file:///etc"}, "URI_FORBIDDEN"),
        ({"uri": "s3://bucket/in"}, "URI_FORBIDDEN"),
        ({"job": job_pb2.SubmitJobRequest(pipeline_id="none")}, "PIPELINE_NOT_FOUND"),
        ({"job": job_pb2.SubmitJobRequest(request_id="mine")}, "FIELD_INVALID"),
        ({"job": job_pb2.SubmitJobRequest(features=["x"])}, "FEATURE_UNKNOWN"),
    ):
        trigger = trigger_pb2.Trigger(**{"trigger_id": "x", "uri": folder.as_uri(), **change})
        wrong = trigger_pb2.SetTriggerRequest(trigger=trigger)
        assert refused(lambda wrong=wrong: own_api.triggers.SetTrigger(wrong)).reason == reason
    assert "deleted" in videre("triggers", "delete", "notes")
