"""Buckets as sources and as watched folders, on a real little S3 server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import obstore
import pytest
from doubles.s3 import s3
from notifying import Notifying, notifying
from obstore.store import S3Store
from structlog.testing import capture_logs
from unqueued import unqueued

from videre.common.egress import Egress, EgressPolicy
from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.bucket_objects import fetch_object, reached
from videre.orchestrator.media.buckets import BucketAddress, resolve_bucket_uri
from videre.orchestrator.steps.bucket_place import Bucket
from videre.orchestrator.steps.delivery import deliver
from videre.orchestrator.store.jobs import NewJob
from videre.orchestrator.store.media import NewMedia
from videre.orchestrator.store.records import OutputRecord, StageState
from videre.orchestrator.triggers.bucket import objects_in
from videre.orchestrator.watching import LOOKS_AT_ONCE, Watcher
from videre.v1 import job_pb2, trigger_pb2

ROOTS = ("s3://media/in",)


class Memory:
    """Keeps what is downloaded."""

    def __init__(self) -> None:
        self.data = bytearray()

    async def begin(self, offset: int, total: int | None) -> None:
        del self.data[offset:]

    async def write(self, data: bytes) -> None:
        self.data += data


@pytest.fixture
def stuck() -> list[str]:
    """Prefixes whose listings are not answered, to be added to."""
    return []


@pytest.fixture
def bucket(tmp_path: Path, stuck: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A bucket `media`; gives the folder in which its objects lie."""
    with s3(tmp_path / "s3", "media", stuck) as variables:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield tmp_path / "s3" / "media"


@asynccontextmanager
async def watching(folder: Path) -> AsyncIterator[Notifying]:
    """An orchestrator that may read the bucket; started again, it knows what it knew."""
    async with notifying(folder, bucket_roots=ROOTS) as it:
        yield it


class Accepting:
    """Stores jobs as the API would."""

    def __init__(self, it: Notifying) -> None:
        self._it = it
        self.uris: list[str] = []

    async def submit(self, request: job_pb2.SubmitJobRequest) -> job_pb2.SubmitJobResponse:
        new = NewJob(self._it.app.ids.new(), "default", None, b"", request.request_id, "d", [], 5,
                     "", {}, "x", "", None, [("ingest", StageState.PENDING, "")])  # fmt: skip
        record, reused = unqueued(self._it.app).submit(new, lambda _connection, _job: None)
        if not reused:
            self.uris.append(request.inputs[0].uri)
        return job_pb2.SubmitJobResponse(job=job_pb2.Job(job_id=record.id), reused=reused)

    async def look(self) -> int:
        """Look until nothing is taken at once; return how many were taken."""
        count, last = 0, 200
        while last == 200:
            begun = await Watcher(self._it.app, self.submit).start_due()
            last = sum(await asyncio.gather(*begun))
            count += last
        self._it.clock.advance(11)
        return count


@pytest.mark.parametrize("count", [40, pytest.param(1_100, marks=pytest.mark.long)])
async def test_every_version_of_an_object_is_one_job_through_restarts(
    tmp_path: Path, bucket: Path, count: int
) -> None:
    for number in range(count):
        path = bucket / "in" / f"desk {number % 7}" / f"film {number}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%d" % number)
    for left in ("in/.part", "in/.tmp/a.mp4", "in/notes.txt", "inner/x.mp4", "x.mp4"):
        (bucket / left).parent.mkdir(exist_ok=True)
        (bucket / left).write_bytes(b"x")
    trigger = trigger_pb2.Trigger(trigger_id="in", uri="s3://media/in", include=["*.mp4"])
    async with watching(tmp_path) as it:
        dry = await it.client.triggers.test(trigger)
        assert (dry.file_count, dry.left_out) == (count, 1)
        await it.client.triggers.set(trigger)
        first = Accepting(it)
        assert await first.look() == 0  # they have to stay as they are
    async with watching(tmp_path) as it:
        second = Accepting(it)
        it.clock.advance(20)
        assert await second.look() == count
        assert await second.look() == 0
    async with watching(tmp_path) as it:
        third = Accepting(it)
        it.clock.advance(60)
        assert await third.look() == 0
        obstore.put(S3Store("media"), "in/desk 0/film 0.mp4", b"another version")
        assert [await third.look() for _ in range(3)] == [0, 1, 0]
    egress = Egress(EgressPolicy.trusted())
    old = next(uri for uri in second.uris if "film%200.mp4" in uri)
    (new,) = third.uris
    assert len({*second.uris, new}) == count + 1
    sink = Memory()

    async def fetch(uri: str) -> None:
        address = resolve_bucket_uri(uri, ROOTS)
        await fetch_object(egress, address, sink, max_bytes=1 << 20, timeout_s=60.0)

    await fetch(new)
    assert bytes(sink.data) == b"another version"
    with pytest.raises(VidereError) as changed:
        await fetch(old)
    assert changed.value.reason is Reason.MEDIA_CHANGED
    with pytest.raises(VidereError) as full:
        await objects_in(egress, BucketAddress("media", "in"), count - 1)
    assert full.value.metadata["limit"] == str(count - 1)


async def test_an_endpoint_goes_through_the_guard(bucket: Path) -> None:
    """Neither a listing nor a download reaches an endpoint in a network that is not allowed."""
    (bucket / "a.mp4").write_bytes(b"x")
    closed, sink = Egress(EgressPolicy()), Memory()
    for way in (
        objects_in(closed, BucketAddress("media", ""), 10),
        fetch_object(closed, BucketAddress("media", "a.mp4"), sink, max_bytes=9, timeout_s=9.0),
    ):
        with pytest.raises(VidereError) as refused:
            await way
        assert refused.value.reason is Reason.URI_FORBIDDEN
    assert not sink.data


async def test_what_a_bucket_fails_by_is_told_without_its_endpoint(
    tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watching(tmp_path) as it:
        trigger = trigger_pb2.Trigger(trigger_id="in", uri="s3://media/in")
        await it.client.triggers.set(trigger)
        await asyncio.to_thread(bucket.rmdir)
        assert await Accepting(it).look() == 0
        (told,) = await asyncio.to_thread(it.app.triggers.all, "default")
        assert "the bucket failed" in told.error
        assert "127.0.0.1" not in told.error
    sink, missing = Memory(), BucketAddress("media", "none.mp4")
    for policy, reason in (
        (EgressPolicy.trusted(), Reason.FETCH_FAILED),
        (EgressPolicy(), Reason.URI_FORBIDDEN),
    ):
        with pytest.raises(VidereError) as caught:
            await fetch_object(Egress(policy), missing, sink, max_bytes=9, timeout_s=9.0)
        assert caught.value.reason is reason
        assert caught.value.message.startswith("the bucket's server")
        assert "127.0.0.1" not in f"{caught.value.message} {caught.value.metadata}"


async def test_a_bucket_that_hangs_holds_up_no_other_folder(
    tmp_path: Path, bucket: Path, stuck: list[str]
) -> None:
    stuck.append("stuck")
    folder = tmp_path / "in"
    folder.mkdir()
    for place in (folder, bucket / "in"):
        place.mkdir(exist_ok=True)
        (place / "a.mp4").write_bytes(b"x")
    places = {"hangs": "s3://media/stuck", "bucket": "s3://media/in", "folder": folder.as_uri()}
    async with notifying(tmp_path, bucket_roots=("s3://media",)) as it:
        for name, uri in places.items():
            await it.client.triggers.set(trigger_pb2.Trigger(trigger_id=name, uri=uri))
        accepting = Accepting(it)
        watcher = Watcher(it.app, accepting.submit, longest_s=3_600.0)
        begun = {look.get_name(): look for look in await watcher.start_due()}
        hanging = begun.pop("trigger hangs")
        assert await asyncio.gather(*begun.values()) == [0, 0]  # they have to stay as they are
        it.clock.advance(11)
        again = await watcher.start_due()
        assert "trigger hangs" not in {look.get_name() for look in again}, "twice at a time"
        assert await asyncio.gather(*again) == [1, 1]
        assert len(accepting.uris) == 2
        assert not hanging.done()
        hanging.cancel()
        await asyncio.wait([hanging])
        (late,) = await Watcher(it.app, accepting.submit, longest_s=0.1).start_due()
        assert await late == 0
        told = {
            one.id: one.error for one in await asyncio.to_thread(it.app.triggers.all, "default")
        }
        assert told == {
            "hangs": "the folder was not listed within 0.1 s",
            "bucket": "",
            "folder": "",
        }
        assert await watcher.start_due() == [], "it has an interval of its own"


async def test_looks_are_bounded_and_fail_alone(tmp_path: Path) -> None:
    """What no look is expected to fail by is told of its trigger, and the others go on."""
    count = LOOKS_AT_ONCE + 2
    async with notifying(tmp_path) as it:
        for number in range(count):
            folder = tmp_path / f"in{number}"
            folder.mkdir()
            (folder / "a.mp4").touch()
            await it.client.triggers.set(
                trigger_pb2.Trigger(trigger_id=f"in{number}", uri=folder.as_uri())
            )
        taken: list[str] = []

        async def submit(request: job_pb2.SubmitJobRequest) -> job_pb2.SubmitJobResponse:
            if request.tags["trigger"] == "in0":
                raise RuntimeError("of somebody's disk")
            taken.append(request.tags["trigger"])
            return job_pb2.SubmitJobResponse(job=job_pb2.Job(job_id=it.app.ids.new()))

        watcher = Watcher(it.app, submit)
        rounds = []
        while begun := await watcher.start_due():
            rounds.append(len(begun))
            await asyncio.gather(*begun)
        assert rounds == [LOOKS_AT_ONCE, 2]
        it.clock.advance(11)
        with capture_logs() as logged:  # which show what was at hand, at length
            while begun := await watcher.start_due():
                await asyncio.gather(*begun)
        assert [one["trigger"] for one in logged if one["log_level"] == "error"] == ["in0"]
        assert sorted(taken) == sorted(f"in{number}" for number in range(1, count))
        told = {
            one.id: one.error for one in await asyncio.to_thread(it.app.triggers.all, "default")
        }
        assert [name for name, error in told.items() if error] == ["in0"]
        assert "disk" not in told["in0"]


async def test_files_are_delivered_to_a_bucket(tmp_path: Path, bucket: Path) -> None:
    """Each whole, under its name or a number beside; again changes nothing."""
    made = tmp_path / "cover.jpg"
    made.write_bytes(b"picture")
    egress = Egress(EgressPolicy.trusted())
    place = Bucket(await reached(egress, "media"), "out")

    def write(content: bytes | Path, numbered: bool) -> str:
        return place.write("a/cover.jpg", content, numbered=numbered)

    for _ in range(2):
        assert await asyncio.to_thread(write, made, False) == "cover.jpg"
        assert await asyncio.to_thread(write, b"others", True) == "cover-2.jpg"
        assert await asyncio.to_thread(write, b"picturf", True) == "cover-3.jpg"
    with pytest.raises(VidereError) as taken:
        await asyncio.to_thread(write, b"fourth", False)
    assert taken.value.reason is Reason.OUTPUT_FAILED
    there = {path.name: path.read_bytes() for path in (bucket / "out" / "a").iterdir()}
    assert there == {"cover.jpg": b"picture", "cover-2.jpg": b"others", "cover-3.jpg": b"picturf"}
    with pytest.raises(VidereError) as refused:
        await reached(Egress(EgressPolicy()), "media")
    assert refused.value.reason is Reason.URI_FORBIDDEN


async def test_a_branch_delivers_to_a_bucket(tmp_path: Path, bucket: Path) -> None:
    async with watching(tmp_path) as it:
        output = job_pb2.OutputSpec(uri_prefix="s3://media/in/out", name_pattern="{job}.{type}")
        request = job_pb2.SubmitJobRequest(output=job_pb2.OutputSpec(uri_prefix="s3://media/in"))
        request.flow.add(branch_id="good", output=output)
        media = NewMedia(it.app.ids.new(), "default", "upload:film.mp4", "ada")
        digest = await asyncio.to_thread(it.app.artifacts.put, "default", b"picture")
        new = NewJob(it.app.ids.new(), "default", media.id, request.SerializeToString(), None, "d",
                     [], 5, "", {}, "x", "", None,
                     [("output", StageState.PENDING, "")])  # fmt: skip
        run = it.app.runtime()

        def store() -> None:
            unqueued(it.app).submit(new, lambda one, _: it.app.media.insert(one, media))
            run.jobs.update(new.id, pins={"branch": "good"})
            run.jobs.add_output(OutputRecord(
                new.id, "cover.jpg", "default", "cover", 0, "cover", digest, 7, "image/jpeg", None,
                None, None,
            ))  # fmt: skip

        await asyncio.to_thread(store)
        assert await deliver(run, new.id) == 1
        (stage,) = await asyncio.to_thread(run.jobs.stages, new.id)
        assert (stage.name, stage.state) == ("output", StageState.SUCCEEDED)
        found = (bucket / "in" / "out" / f"{new.id}.jpg").read_bytes()
    assert found == b"picture"
