"""The asyncio client is the blocking one with `await`."""

from __future__ import annotations

import hashlib
import inspect
from pathlib import Path

import pytest
from doubles.api import ApiServer
from doubles.world import Fault, World

from videre.client import (
    AsyncLibraryCalls,
    AsyncModerationCalls,
    AsyncTaxonomyCalls,
    AsyncTemplateCalls,
    AsyncVidere,
    InvalidRequest,
    LibraryCalls,
    ModerationCalls,
    NotFound,
    TaxonomyCalls,
    TemplateCalls,
    Videre,
)
from videre.v1 import job_pb2, library_pb2


def test_both_clients_have_the_same_methods() -> None:
    def surface(client: type) -> dict[str, list[str]]:
        return {
            name: list(inspect.signature(member).parameters)
            for name, member in inspect.getmembers(client, inspect.isfunction)
            if not name.startswith("_")
        }

    assert surface(Videre) == surface(AsyncVidere)
    assert surface(TaxonomyCalls) == surface(AsyncTaxonomyCalls)
    assert surface(TemplateCalls) == surface(AsyncTemplateCalls)
    assert surface(ModerationCalls) == surface(AsyncModerationCalls)
    assert surface(LibraryCalls) == surface(AsyncLibraryCalls)


async def test_submit_wait_and_read(
    async_videre: AsyncVidere, world: World, tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"frames " * 1000)
    world.faults["SubmitJob"] = [Fault("UNAVAILABLE", after=True)]
    submitted = await async_videre.submit(film, features=["text"])
    job = await async_videre.wait(submitted.job_id)
    analysis = await async_videre.get_analysis(job.media_id)
    assert len(analysis.shots) == 17
    assert len(world.jobs) == 1


async def test_watch_resumes(async_videre: AsyncVidere, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_SUCCEEDED)
    world.faults["WatchJob"] = [Fault("CANCELLED")]
    assert [event.seq async for event in async_videre.watch("j1")] == [1, 2, 3, 4]


async def test_watch_may_be_left_early(async_videre: AsyncVidere, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_SUCCEEDED)
    async for event in async_videre.watch("j1"):
        assert event.seq == 1
        break
    assert (await async_videre.wait("j1")).job_id == "j1"


async def test_errors_keep_their_details(async_videre: AsyncVidere, world: World) -> None:
    with pytest.raises(NotFound) as missing:
        await async_videre.query("j9")
    assert missing.value.reason == "JOB_NOT_FOUND"
    world.faults["SubmitJob"] = [Fault("INVALID_ARGUMENT", violations=(("tags", "too many"),))]
    with pytest.raises(InvalidRequest) as invalid:
        await async_videre.submit(text="a")
    assert invalid.value.violations[0].description == "too many"


async def test_artifacts_and_lists(
    async_videre: AsyncVidere, server: ApiServer, tmp_path: Path
) -> None:
    digest = hashlib.sha256(b"bytes").hexdigest()
    server.world.artifacts[digest] = b"bytes"
    path = await async_videre.read_artifact_to(digest, tmp_path / "a.bin")
    assert path.read_bytes() == b"bytes"
    for number in range(3):
        server.world.add_job(f"j{number}", job_pb2.JOB_STATE_FAILED)
    assert [job.job_id async for job in async_videre.list_jobs()] == ["j2", "j1", "j0"]


async def test_libraries_are_files(async_videre: AsyncVidere, world: World, tmp_path: Path) -> None:
    world.libraries["staff"] = library_pb2.Library(library_id="staff")
    made = await async_videre.libraries.export("staff")
    assert (made.file.data, made.samples_left_out) == (b"a file of a library", 3)
    table = tmp_path / "words.csv"
    table.write_bytes(b"word\nx\n")
    answer = await async_videre.libraries.import_file("staff", table, validate_only=True)
    assert answer.unchanged_count == 3
