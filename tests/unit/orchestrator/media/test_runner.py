"""Child processes: limits hold, ends have names, nothing is left behind."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import pytest
import synth
from processes import children, fork_servers

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.media.limits import ChildLimits, MediaLimits
from videre.orchestrator.media.probe import probe_media
from videre.orchestrator.media.runner import RunChild

Named = Callable[[str], tuple[synth.Clip, Path, MediaIndex]]


def probe_arguments(path: Path, folder: Path) -> dict[str, object]:
    return {
        "path": str(path),
        "index_path": str(folder / "index"),
        "limits": asdict(MediaLimits()),
    }


def decode_arguments(path: Path, index: MediaIndex, folder: Path) -> dict[str, object]:
    (folder / "index").write_bytes(index.encode())
    return {
        "path": str(path),
        "index_path": str(folder / "index"),
        "folder": str(folder),
        "first_unit": 0,
        "last_unit": 2,
    }


def forked() -> set[int]:
    """Return the children of the fork server."""
    return {child for server in fork_servers() for child in children(server)}


async def test_the_answer_of_a_task_comes_back(
    named: Named, tmp_path: Path, run_child: RunChild
) -> None:
    _, path, index = named("cfr25")
    assert await run_child("probe", probe_arguments(path, tmp_path), ChildLimits()) == {}
    assert (tmp_path / "index").read_bytes() == index.encode()


async def test_a_refusal_of_a_task_comes_back_whole(tmp_path: Path, run_child: RunChild) -> None:
    (tmp_path / "x.mp4").write_bytes(b"no media" * 99)
    with pytest.raises(VidereError) as caught:
        await run_child("probe", probe_arguments(tmp_path / "x.mp4", tmp_path), ChildLimits())
    assert caught.value.reason is Reason.MEDIA_UNREADABLE


async def test_a_crash_has_the_given_reason(run_child: RunChild) -> None:
    with pytest.raises(VidereError) as caught:
        await run_child("no such task", {}, ChildLimits(), failure=Reason.MEDIA_UNREADABLE)
    assert caught.value.reason is Reason.MEDIA_UNREADABLE
    assert caught.value.metadata["ended"] == "exit code 1"


async def test_a_child_that_takes_too_long_is_killed(
    named: Named, tmp_path: Path, run_child: RunChild
) -> None:
    _, path, index = named("minute")
    with pytest.raises(VidereError) as caught:
        await run_child("decode", decode_arguments(path, index, tmp_path), ChildLimits(wall_s=0.2))
    assert caught.value.reason is Reason.DECODE_LIMIT
    assert caught.value.metadata["field"] == "wall_s"
    assert forked() == set()


@pytest.mark.parametrize(
    ("limits", "field"),
    [(ChildLimits(file_bytes=20_000), "file_bytes"), (ChildLimits(cpu_s=0), "cpu_s")],
)
async def test_files_and_processor_time_are_bounded(
    named: Named, tmp_path: Path, run_child: RunChild, limits: ChildLimits, field: str
) -> None:
    _, path, index = named("minute")
    with pytest.raises(VidereError) as caught:
        await run_child("decode", decode_arguments(path, index, tmp_path), limits)
    assert caught.value.reason is Reason.DECODE_LIMIT
    assert caught.value.metadata["field"] == field


async def test_memory_is_bounded(tmp_path: Path, run_child: RunChild) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(cv2.imencode(".png", np.zeros((6000, 6000, 3), np.uint8))[1].tobytes())
    index = probe_media(path, MediaLimits())
    arguments = decode_arguments(path, index, tmp_path) | {"last_unit": 0}
    await run_child("decode", arguments, ChildLimits())
    with pytest.raises(VidereError) as caught:
        # Enough for the libraries (some 370 MB of address space), not for the picture.
        await run_child("decode", arguments, ChildLimits(memory_bytes=440 << 20))
    assert caught.value.reason is Reason.DECODE_LIMIT
    assert caught.value.metadata["field"] == "memory_bytes"


async def test_cancelling_kills_the_child(
    named: Named, tmp_path: Path, run_child: RunChild
) -> None:
    _, path, index = named("minute")
    task = asyncio.create_task(
        run_child("decode", decode_arguments(path, index, tmp_path), ChildLimits())
    )
    async with asyncio.timeout(10):
        while forked() == set():  # noqa: ASYNC110  the kernel sends no event
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert forked() == set()
