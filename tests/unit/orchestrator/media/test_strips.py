"""Small frames: every one, in its place, turned as displayed, kept by the spool."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import synth

from videre.common.strips import HEIGHT, WIDTH
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.media.runner import RunChild
from videre.orchestrator.media.spool import SpoolCache
from videre.orchestrator.media.strips import decode_strips

Named = Callable[[str], tuple[synth.Clip, Path, MediaIndex]]


def strips(path: Path, index: MediaIndex, first: int, end: int, folder: Path) -> np.ndarray:
    target = folder / f"{first}-{end}"
    decode_strips(path, index, first, end, target)
    return np.fromfile(target, np.uint8).reshape(end - first, HEIGHT, WIDTH, 3)


def test_every_frame_is_in_its_place_and_pieces_are_those_of_the_whole(
    named: Named, tmp_path: Path
) -> None:
    clip, path, index = named("minute")
    whole = strips(path, index, 0, 1_500, tmp_path)
    for frame in (0, *(cut - one for cut in clip.cuts for one in (1, 0)), 1_499):
        shown = cv2.resize(clip.picture(frame), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        assert np.abs(whole[frame].astype(np.int16) - shown).mean() < 4, frame
    part = strips(path, index, 437, 611, tmp_path)
    assert (part == whole[437:611]).all()


@pytest.mark.parametrize("name", ["rotated", "one_frame", "grey", "rgb", "vfr", "pq"])
def test_pictures_of_any_kind_are_made_small(named: Named, tmp_path: Path, name: str) -> None:
    clip, path, index = named(name)
    made = strips(path, index, 0, clip.frames, tmp_path)
    assert len(made) == clip.frames
    assert made.std(axis=(1, 2)).min() > 0, "no frame is empty"
    if name == "rotated":
        upright = np.rot90(np.asarray(clip.picture(0)), -1)
        left, right = upright[:, : upright.shape[1] // 2], upright[:, upright.shape[1] // 2 :]
        lighter = left.mean() > right.mean()
        assert (made[0][:, : WIDTH // 2].mean() > made[0][:, WIDTH // 2 :].mean()) == lighter


async def test_the_spool_makes_a_stretch_once(
    named: Named, tmp_path: Path, run_child: RunChild
) -> None:
    _, path, index = named("minute")
    cache = SpoolCache(tmp_path / "spool", 1 << 30, run=run_child)
    made = []
    for _ in range(2):
        async with cache.strips(path, index, 100, 150) as file:
            made.append((file.stat().st_ino, file.read_bytes()))
    assert made[0] == made[1]
    decode_strips(path, index, 100, 150, tmp_path / "alone")
    assert made[0][1] == (tmp_path / "alone").read_bytes()
