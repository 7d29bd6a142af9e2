"""Films with subtitles of one kind and language, and when each of them can be read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.constructed.caption_looks import Look
from bench.constructed.captions import drawn
from bench.constructed.media import FRAME_RATE, Rgb, pictures, write_film

Floats = NDArray[np.float32]

_SIZE: Final = (1280, 720)
#: Frames that a subtitle stands, and frames before it, in turn.
_STANDS: Final = (45, 38, 60, 33)
_PAUSES: Final = (18, 9, 27, 4)
#: Subtitles of each look: a film of hard ones has five looks.
_EACH: Final = {"plain": 8, "hard": 5}
_QUICK_EACH: Final = 2
#: How much faster the background of hard films moves.
_HURRY: Final = 3

_ENGLISH: Final = (
    ("The morning train arrives at nine.",),
    ("They stopped in the middle of the bridge",),
    ("It had rained for the whole day,", "and nobody had closed the window."),
    ("Is the library still open?",),
    ("We will come back tomorrow",),
    ("Flight 217 leaves in an hour",),
    ("Thank you for coming here", "on such a cold evening!"),
    ("He saw the sea for the first time",),
)
_CHINESE: Final = (
    ("清晨的火车九点进站",),
    ("他们在桥上停了下来",),
    ("雨已经下了整整一天", "谁也没有关窗户"),
    ("图书馆晚上八点关门吗",),
    ("我们明天再来看一次",),
    ("飞机将在一小时后起飞",),
    ("谢谢大家来到这里", "今天晚上真冷"),
    ("他第一次见到大海",),
)
_PLAIN: Final = (Look("outlined", outline=2), Look("outlined, large", height=44, outline=3))
_HARD: Final = (
    Look("boxed", height=34, box=0.6),
    Look("yellow", outline=2, colour=(250, 220, 40)),
    Look("cyan, thin edge", outline=1, colour=(120, 230, 255)),
    Look("shadow, no edge", height=38, shadow=3),
    Look("small", height=24, outline=1),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A subtitle: its lines, its frames [first, end), and its style."""

    lines: tuple[str, ...]
    first: int
    end: int
    style: str


@dataclass(frozen=True, slots=True)
class Subtitled:
    """A film and its subtitles.

    Args:
        kind: "plain" or "hard".
        language: "en" or "zh".
    """

    kind: str
    language: str
    path: Path
    frames: int
    shown: tuple[Shown, ...]


def subtitled_films(clips: Sequence[Path], folder: Path, *, quick: bool) -> list[Subtitled]:
    """Write a film per kind and language over clips without text; hard ones move faster."""
    made: list[Subtitled] = []
    for kind, looks in (("plain", _PLAIN), ("hard", _HARD)):
        for language, texts in (("en", _ENGLISH), ("zh", _CHINESE)):
            if quick and (kind, language) not in (("plain", "zh"), ("hard", "en")):
                continue
            path = folder / f"subtitles-{kind}-{language}.mp4"
            some = texts[: _QUICK_EACH if quick else _EACH[kind]]
            # A clip of its own each: what is behind the letters differs.
            clip = clips[len(made) % len(clips)]
            plan = _plan(looks, some)
            frames = plan[-1][2].end + _PAUSES[0]
            step = _HURRY if kind == "hard" else 1
            behind = itertools.islice(_endless(clip), 0, None, step)
            write_film(path, _frames(behind, plan, frames))
            shown = tuple(one for _, _, one in plan)
            made.append(Subtitled(kind, language, path, frames, shown))
    return made


_Plan = list[tuple[Look, tuple[str, ...], Shown]]


def _plan(looks: Sequence[Look], texts: Sequence[tuple[str, ...]]) -> _Plan:
    plan: _Plan = []
    at = 0
    for number, (look, lines) in enumerate(itertools.product(looks, texts)):
        at += _PAUSES[number % len(_PAUSES)]
        end = at + _STANDS[number % len(_STANDS)]
        plan.append((look, lines, Shown(lines, at, end, look.style)))
        at = end
    return plan


def _endless(clip: Path) -> Iterator[Rgb]:
    """Yield a clip's pictures forwards and backwards, so that it has no cuts."""
    some = [np.asarray(one, np.uint8) for one in itertools.islice(pictures(clip, _SIZE), 100)]
    return itertools.cycle([*some, *some[-2:0:-1]])


def _frames(behind: Iterator[Rgb], plan: _Plan, frames: int) -> Iterator[Rgb]:
    layer = None
    shown = iter(plan)
    following = next(shown, None)
    for frame in range(frames):
        if following is not None and frame == following[2].first:
            layer = _Layer.of(following[0], following[1]), following[2].end
            following = next(shown, None)
        if layer is not None and frame == layer[1]:
            layer = None
        picture = next(behind)
        yield picture if layer is None else layer[0].over(picture)


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """A subtitle over any picture: what is left of the picture, and what comes on top, by pixel."""

    rows: slice
    left: Floats
    top: Floats

    @classmethod
    def of(cls, look: Look, lines: tuple[str, ...]) -> _Layer:
        """Draw it on black and on white: all that belongs to a look is mixed with the picture."""
        black = np.zeros((_SIZE[1], _SIZE[0], 3), np.uint8)
        dark, light = (drawn(one, look, lines, 0).astype(np.float32) for one in (black, ~black))
        left = ((light - dark) / 255).astype(np.float32)
        used = np.flatnonzero((left < 1).any(axis=(1, 2)))
        rows = slice(int(used[0]), int(used[-1]) + 1)
        return cls(rows, left[rows], dark[rows])

    def over(self, picture: Rgb) -> Rgb:
        """Return a picture with it."""
        made = picture.copy()
        made[self.rows] = np.rint(made[self.rows] * self.left + self.top)
        return made


def seconds(frame: int) -> float:
    """Return when a frame begins."""
    return frame / FRAME_RATE
