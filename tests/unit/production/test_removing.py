"""Logos and text are found, what stands behind comes back, the rest of the picture stays."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from videre.production.functions.removing import Removal, View
from videre.production.rendering.canvas import Canvas
from videre.production.retouching.edits import Edits, Hole
from videre.production.retouching.filling import Filler, Part
from videre.production.retouching.holes import Holes, inpainted, reduced
from videre.production.retouching.logos import find_logos, look_at
from videre.production.retouching.mending import Mender
from videre.production.retouching.planes import Planes, planes_of_frame, planes_of_picture
from videre.production.retouching.retoucher import Retoucher
from videre.production.retouching.strokes import cues_in

EVER = 1 << 60
SHIFTS = ((0, 0), (1, 1), (1, 1))


def texture(width: int, height: int, seed: int, grain: int = 4) -> np.ndarray:
    """Return smooth, random colours."""
    rough = np.random.default_rng(seed).integers(30, 226, (height // grain, width // grain, 3))
    wide = cv2.resize(rough.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return wide.clip(0, 255).astype(np.uint8)


def logo(picture: np.ndarray, opacity: float) -> np.ndarray:
    ink = np.zeros(picture.shape[:2], np.float32)
    ink[10:22, 20:50] = opacity
    ink[14:18, 26:44] = 0
    return np.rint(picture * (1 - ink[..., None]) + 240 * ink[..., None]).astype(np.uint8)


@pytest.mark.parametrize("opacity", [1.0, 0.5])
def test_a_logo_is_found_and_what_stands_behind_is_computed(opacity: float) -> None:
    clean = [texture(200, 120, seed, 12) for seed in range(40)]
    seen = [logo(one, opacity) for one in clean]
    (rect,) = find_logos(seen)
    assert np.abs(np.array(rect) - (20, 10, 50, 22)).max() <= 3
    found = look_at(seen, rect)
    covered = np.abs(seen[0].astype(int) - clean[0]).max(axis=2) > 8
    assert (found.hole | found.veil)[covered].mean() > 0.97
    assert (found.hole | found.veil).mean() < 0.2
    if opacity == 1:
        assert found.hole[covered].mean() > 0.9
        return
    assert found.veil[covered].mean() > 0.9
    kept = np.where(found.veil, found.kept, 1)[..., None]
    behind = np.where(found.veil[..., None], found.behind, found.seen)
    back = [(one - found.seen) / kept + behind for one in seen]
    before = np.mean(
        [np.abs(a.astype(float) - b)[covered] for a, b in zip(seen, clean, strict=True)]
    )
    after = np.mean([np.abs(a - b)[covered] for a, b in zip(back, clean, strict=True)])
    assert after < before / 3


def test_nothing_is_found_where_nothing_stands_still_or_all_does() -> None:
    assert find_logos([texture(200, 120, seed) for seed in range(20)]) == []
    assert find_logos([texture(200, 120, 1)] * 20) == []
    assert find_logos([logo(texture(200, 120, seed), 1) for seed in range(5)]) == []


def moving(frame: int) -> tuple[np.ndarray, ...]:
    """Return the planes of a picture that goes by, two pixels a frame."""
    wide = cv2.cvtColor(texture(400, 48, 7), cv2.COLOR_BGR2GRAY)
    luma = wide[:, 2 * frame : 2 * frame + 96]
    return luma, luma[::2, ::2].copy(), luma[1::2, 1::2].copy()


def holed(frame: int) -> Part:
    mask = np.zeros((48, 96), np.bool_)
    if frame >= 2:
        mask[20:26, 20:76] = True
        mask[16:30, 44:48] = True
    planes = tuple(np.ascontiguousarray(one) for one in moving(frame))
    planes[0][mask] = 255
    return Part(planes, Holes(mask))


def test_holes_are_filled_with_what_was_seen_beside_them() -> None:
    parts = [holed(frame) for frame in range(16)]
    filler = Filler(SHIFTS, 8)
    made, before = filler.fill(parts[:10], None, 8)
    more, _ = filler.fill(parts[8:], before, 8)
    ours, single = [], []
    for frame, one in enumerate([*made, *more]):
        mask = parts[frame].holes.mask
        truth = moving(frame)[0].astype(float)
        assert np.array_equal(one[0][~mask], moving(frame)[0][~mask])
        if frame > 3:
            alone = inpainted(parts[frame].planes[0], mask, 8)
            ours.append(np.abs(one[0] - truth)[mask].mean())
            single.append(np.abs(alone - truth)[mask].mean())
    assert np.mean(ours) < 0.6 * np.mean(single)


def yuv(planes: tuple[np.ndarray, ...]) -> Planes:
    return planes_of_frame([one.copy() for one in planes], Canvas(96, 48, "yuv420p"), 8)


def test_holes_of_a_video_are_filled_in_their_time(tmp_path: Path) -> None:
    np.save(tmp_path / "hole.npy", np.ones((6, 30), np.bool_))
    hole = Hole(str(tmp_path / "hole.npy"), 30, 20, 30, 6, 300, 900)
    asked: list[int] = []

    def read(frame: int) -> Planes:
        asked.append(frame)
        return yuv(moving(frame))

    mender = Mender([hole], (96, 48), [n * 100 for n in range(12)], read)
    for frame in range(12):
        planes = yuv(moving(frame))
        truth = [one.copy() for one in planes.arrays]
        if 3 <= frame < 9:
            planes.arrays[0][20:26, 30:60] = 255
        mender.apply(frame, planes)
        inside = np.zeros((48, 96), np.bool_)
        inside[20:26, 30:60] = 3 <= frame < 9
        assert np.array_equal(planes.arrays[0][~inside], truth[0][~inside]), frame
        apart = np.abs(planes.arrays[0].astype(int) - truth[0])[inside]
        assert apart.sum() <= 25 * inside.sum()
    assert min(asked) == 2


@pytest.mark.parametrize("step", [1, 3, 50])
def test_the_next_holes_are_filled_while_the_last_ones_are_used(tmp_path: Path, step: int) -> None:
    """Whichever frames are left out, as where a rate is lowered; the same comes out again."""
    np.save(tmp_path / "hole.npy", np.ones((6, 30), np.bool_))
    hole = Hole(str(tmp_path / "hole.npy"), 30, 20, 30, 6, 0, EVER)
    readers: set[str] = set()

    def read(frame: int) -> Planes:
        readers.add(threading.current_thread().name)
        planes = yuv(moving(frame))
        planes.arrays[0][20:26, 30:60] = 255
        return planes

    def filled() -> list[np.ndarray]:
        mender = Mender([hole], (96, 48), [n * 100 for n in range(130)], read)
        made = []
        for frame in range(0, 130, step):
            planes = read(frame)
            mender.apply(frame, planes)
            made.append(planes.arrays[0])
        mender.close()
        return made

    once, again = filled(), filled()
    for number, one in enumerate(once):
        apart = np.abs(one.astype(int) - moving(number * step)[0])
        assert apart[20:26, 30:60].mean() < 25
    assert all(np.array_equal(one, two) for one, two in zip(once, again, strict=True))
    assert readers == {"MainThread", "mending_0"}


def written(words: str, seed: int, shift: int = 0) -> np.ndarray:
    picture = cv2.cvtColor(texture(160, 40, seed), cv2.COLOR_BGR2GRAY) // 2
    ink = np.zeros((40, 160), np.uint8)
    cv2.putText(ink, words, (20 + shift, 27), (255,), cv2.FontFace("uni"), 18)
    picture[cv2.dilate(ink, np.ones((3, 3), np.uint8)) > 0] = 0
    return np.maximum(picture, ink)


def test_texts_are_found_with_their_times_and_strokes() -> None:
    looks = [
        *(written("", seed) for seed in range(2)),
        *(written("First 字", seed) for seed in range(4)),
        *(written("第二 more", seed, 30) for seed in range(3)), written("", 9),
    ]  # fmt: skip
    first, second = cues_in(looks, 20, (0, 40), one=False)
    assert (first.first, first.last, second.first, second.last) == (2, 5, 6, 8)
    ink = written("First 字", 0) > 200
    assert first.mask[ink].mean() > 0.98
    assert first.mask.mean() < 0.45
    assert cues_in([written("", seed) for seed in range(5)], 20, (0, 40), one=False) == []
    (alone,) = cues_in([written("First 字", 0)], 20, (0, 0), one=True)
    assert alone.mask[ink].mean() > 0.95


def test_a_hole_of_a_picture_is_inpainted(tmp_path: Path) -> None:
    picture = np.full((40, 60, 3), 90, np.uint8)
    picture[10:20, 10:30] = 250
    removal = Removal(tmp_path, View((60, 40), (60, 40)))
    part, place = View((60, 40), (60, 40)).around((10, 10, 30, 20), 8)
    assert part == place
    found = look_at([picture[part[1] : part[3], part[0] : part[2]]],
                    (10 - part[0], 10 - part[1], 30 - part[0], 20 - part[1]))  # fmt: skip
    removal.hole(found.hole, place, 0, 0)
    Retoucher(removal.edits, (60, 40)).apply(planes_of_picture(picture), None)
    assert np.abs(picture.astype(int) - 90).max() <= 3


def test_an_empty_edit_changes_nothing() -> None:
    planes = yuv(moving(0))
    Retoucher(Edits(), (96, 48)).apply(planes, 0)
    assert all(np.array_equal(a, b) for a, b in zip(planes.arrays, moving(0), strict=True))


def test_a_smaller_plane_holds_all_of_a_mask() -> None:
    mask = np.zeros((7, 9), np.bool_)
    mask[6, 8] = mask[0, 3] = True
    small = reduced(mask, (1, 1), (4, 5))
    assert np.argwhere(small).tolist() == [[0, 1], [3, 4]]
