"""The spool: made once, found again, thrown away when short of space but never in use."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import synth

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.media.runner import RunChild
from videre.orchestrator.media.spool import SpoolCache

Named = Callable[[str], tuple[synth.Clip, Path, MediaIndex]]
PLENTY = 1 << 30


def units(root: Path) -> dict[str, int]:
    """Return unit folder → inode of its pictures."""
    return {path.parent.name: path.stat().st_ino for path in root.glob("*/unit-*/frames")}


def held(root: Path) -> list[set[str]]:
    """Return what lies in each media's folder."""
    return [{entry.name for entry in folder.iterdir()} for folder in root.iterdir()]


def size_of(root: Path) -> int:
    return sum(file.stat().st_size for file in root.rglob("*") if file.is_file())


def remove_unit(root: Path, unit: str) -> None:
    shutil.rmtree(next(root.glob(f"*/{unit}")))


async def test_units_are_decoded_once_for_all_who_ask(
    named: Named, tmp_path: Path, run_child: RunChild
) -> None:
    _, path, index = named("minute")
    cache = SpoolCache(tmp_path, PLENTY, run=run_child)

    async def ask(first: int, last: int) -> dict[int, int]:
        async with cache.video(path, index, first, last) as spools:
            return {
                spool.unit.index: units(tmp_path)[f"unit-{spool.unit.index}"] for spool in spools
            }

    answers = await asyncio.gather(ask(0, 1), ask(1, 2), ask(0, 2), ask(2, 2))
    now = units(tmp_path)
    assert sorted(now) == ["unit-0", "unit-1", "unit-2"]
    assert all(now[f"unit-{unit}"] == made for answer in answers for unit, made in answer.items())


async def test_a_new_cache_finds_what_is_there_and_makes_what_is_missing(
    named: Named, tmp_path: Path, run_child: RunChild
) -> None:
    _, path, index = named("minute")
    async with SpoolCache(tmp_path, PLENTY, run=run_child).video(path, index, 0, 2) as spools:
        first = [spool.jpeg(spool.candidates[0].frame) for spool in spools]
    before = units(tmp_path)
    remove_unit(tmp_path, "unit-1")
    async with SpoolCache(tmp_path, PLENTY, run=run_child).video(path, index, 0, 2) as spools:
        again = [spool.jpeg(spool.candidates[0].frame) for spool in spools]
    assert again == first
    after = units(tmp_path)
    assert (after["unit-0"], after["unit-2"]) == (before["unit-0"], before["unit-2"])


async def test_what_is_in_use_stays_when_space_is_short(
    named: Named, tmp_path: Path, run_child: RunChild
) -> None:
    _, path, index = named("minute")
    cache = SpoolCache(tmp_path, 1, run=run_child)
    async with cache.video(path, index, 0, 0):
        async with cache.video(path, index, 1, 1):
            assert set(units(tmp_path)) == {"unit-0", "unit-1"}
        async with cache.video(path, index, 2, 2):
            assert set(units(tmp_path)) == {"unit-0", "unit-2"}
    async with cache.video(path, index, 1, 1):
        assert set(units(tmp_path)) == {"unit-1"}


async def test_a_media_whose_last_entry_goes_leaves_nothing(
    named: Named, tmp_path: Path, run_child: RunChild
) -> None:
    cache = SpoolCache(tmp_path, 1, run=run_child)
    for name in ("minute", "cfr25", "minute"):
        _, path, index = named(name)
        async with cache.video(path, index, 0, 0):
            assert held(tmp_path) == [{"index", "unit-0"}]


async def test_the_bound_counts_the_indexes(
    named: Named, tmp_path: Path, run_child: RunChild
) -> None:
    _, path, index = named("minute")
    async with SpoolCache(tmp_path, PLENTY, run=run_child).video(path, index, 0, 1):
        size = size_of(tmp_path)
    remove_unit(tmp_path, "unit-1")
    cache = SpoolCache(tmp_path, size - 1, run=run_child)
    async with cache.video(path, index, 1, 1):
        assert set(units(tmp_path)) == {"unit-1"}
    remove_unit(tmp_path, "unit-1")
    async with SpoolCache(tmp_path, size, run=run_child).video(path, index, 0, 1):
        assert set(units(tmp_path)) == {"unit-0", "unit-1"}


async def test_sound_with_and_without_music(
    named: Named, tmp_path: Path, run_child: RunChild
) -> None:
    _, path, index = named("cfr25")
    cache = SpoolCache(tmp_path, PLENTY, run=run_child)
    async with cache.audio(path, index, want_music=False) as plain:
        assert plain.music_path is None
        async with cache.audio(path, index, want_music=True) as both:
            assert both.music_path is not None
            assert both.samples == plain.samples
            assert plain.path.exists()


async def test_a_failure_is_told_and_leaves_nothing_that_looks_done(
    named: Named, tmp_path: Path, run_child: RunChild
) -> None:
    _, _, index = named("minute")
    broken = tmp_path / "broken"
    broken.write_bytes(b"x" * 1000)
    cache = SpoolCache(tmp_path / "spool", PLENTY, run=run_child)
    for _ in range(2):
        with pytest.raises(VidereError) as caught:
            async with cache.video(broken, index, 0, 0):
                pass
        assert caught.value.reason in (Reason.DECODE_FAILED, Reason.MEDIA_UNREADABLE)
    assert not units(tmp_path / "spool")
