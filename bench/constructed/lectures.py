"""Lectures with slides: cuts and fades between them, what is built up on them, a speaker beside.

Every lecture is a script of pictures that stand still and of ways from one to the next; which of
the ways lead to another slide is the truth. A speaker's picture, a pointer and a film inside a
slide move over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import cv2
import numpy as np

from bench.constructed.media import Rgb

Colour = tuple[int, int, int]

#: Lengths of which slides are drawn, rows.
_ROWS: Final = 720
#: Frames that a slide stands still, in turn.
_HOLDS: Final = (90, 75, 110, 84, 100, 70)
#: Frames of a fade between slides, in turn.
_FADES: Final = (12, 20, 28, 16)
#: Frames of what is built up gradually.
_BUILD: Final = 12


@dataclass(frozen=True, slots=True)
class Theme:
    """How slides look: colours, what all of them have."""

    paper: Colour = (255, 255, 255)
    ink: Colour = (25, 25, 35)
    bar: Colour | None = (30, 70, 140)
    head: str = ""
    textured: bool = False


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide: lines of its title, what stands below, whether a picture stands at the right."""

    title: tuple[str, ...]
    bullets: tuple[str, ...] = ()
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class Lecture:
    """A film with the truth about it.

    Args:
        name: of the style.
        theme: of its slides.
        slides: in order.
        ways: from slide to slide, in turn: "cut", "dissolve", "black", "push".
        builds: how a slide fills, in turn: "whole", "cut", "fade", "fly", "dim", "pictures".
        speaker: where the speaker's picture stands, as shares (left, top, width, height), in turn;
            it changes place in the middle of the film.
        pointer: whether a pointer moves over the slides.
        inside: slide in which a film plays; None = in none.
    """

    name: str
    theme: Theme
    slides: tuple[Slide, ...]
    ways: tuple[str, ...] = ("cut",)
    builds: tuple[str, ...] = ("whole",)
    speaker: tuple[tuple[float, float, float, float], ...] = ()
    pointer: bool = False
    inside: int | None = None


@dataclass(slots=True)
class Told:
    """The truth: first frames of slides but the first (of fades the middle), and of builds."""

    borders: list[int] = field(default_factory=list)
    gradual: list[bool] = field(default_factory=list)
    builds: list[int] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)


def frames(
    lecture: Lecture, size: tuple[int, int], moving: Sequence[Rgb], told: Told
) -> Iterator[Rgb]:
    """Yield a lecture's frames, 25 a second, and tell the truth about it.

    Args:
        lecture: what it shows.
        size: width and height.
        moving: pictures of a speaker, shown again and again; of any size.
        told: filled while the frames are yielded.
    """
    total = sum(_HOLDS[n % len(_HOLDS)] for n in range(len(lecture.slides)))
    for at, picture in enumerate(_slides(lecture, size, told)):
        shown = picture.copy()
        _over(lecture, shown, moving, at, total, len(told.titles) - 1)
        yield shown


def _slides(lecture: Lecture, size: tuple[int, int], told: Told) -> Iterator[Rgb]:
    """Yield the slides without what moves over them."""
    last: Rgb | None = None
    at = 0
    for number, slide in enumerate(lecture.slides):
        build = lecture.builds[number % len(lecture.builds)]
        stills = _stills(lecture.theme, slide, number, build, size)
        if last is not None:
            way = lecture.ways[(number - 1) % len(lecture.ways)]
            length = 0 if way == "cut" else _FADES[number % len(_FADES)]
            told.borders.append(at + length // 2)
            told.gradual.append(bool(length))
            for step in range(length):
                yield _between(last, stills[0], (step + 1) / (length + 1), way)
            at += length
        told.titles.append(("" if _wide(slide.title[0]) else " ").join(slide.title))
        hold = max(26, _HOLDS[number % len(_HOLDS)] // len(stills))
        for before, still in pairwise([None, *stills]):
            assert still is not None
            if before is not None:
                told.builds.append(at)
                length = _BUILD if build in ("fade", "fly") else 0
                for step in range(length):
                    share = (step + 1) / (length + 1)
                    yield _between(before, still, share, "fly" if build == "fly" else "dissolve")
                at += length
            for _ in range(hold):
                yield still
            at += hold
        last = stills[-1]


def _between(old: Rgb, new: Rgb, share: float, way: str) -> Rgb:
    """Return a picture on the way from one to another."""
    if way == "black":
        dark, one = abs(2 * share - 1), old if share < 0.5 else new
        return np.asarray(np.rint(one * dark), np.uint8)
    if way == "push":
        shift = round(share * old.shape[1])
        return np.concatenate([old[:, shift:], new[:, :shift]], axis=1)
    if way == "fly":
        # What differs comes from the right.
        shift = round((1 - share) * old.shape[1] * 0.5)
        come = np.roll(new, shift, axis=1)
        come[:, :shift] = old[:, :shift]
        rows = np.flatnonzero((old != new).any(axis=(1, 2)))
        made = old.copy()
        if rows.size:
            made[rows[0] : rows[-1] + 1] = come[rows[0] : rows[-1] + 1]
        return made
    mixed = old.astype(np.float32) * (1 - share) + new.astype(np.float32) * share
    return np.asarray(np.rint(mixed), np.uint8)


def _stills(
    theme: Theme, slide: Slide, number: int, build: str, size: tuple[int, int]
) -> list[Rgb]:
    """Return the pictures through which a slide is built up."""
    count = len(slide.bullets)
    if build == "whole":
        return [_drawn(theme, slide, number, size, count, 0, 0)]
    if build == "pictures":
        kinds = range(max(1, slide.pictures))
        return [_drawn(theme, slide, number, size, count, 0, kind) for kind in kinds]
    dims = build == "dim"
    return [
        _drawn(theme, slide, number, size, shown, shown - 1 if dims and shown > 1 else 0, 0)
        for shown in range(count + 1)
    ]


def _drawn(
    theme: Theme,
    slide: Slide,
    number: int,
    size: tuple[int, int],
    bullets: int,
    dimmed: int,
    picture: int,
) -> Rgb:
    """Draw a slide with its first bullets, some of them pale, and one of its pictures."""
    _width, height = size
    unit = height / _ROWS
    page = _paper(theme, size)
    if theme.bar is not None:
        page[: round(14 * unit)] = theme.bar
        page[round(704 * unit) :] = theme.bar
    if theme.head:
        _text(page, theme.head, (40, 44), 20, theme.ink, unit)
    _text(page, f"{number + 1}", (1220, 690), 20, theme.ink, unit)
    top = 110
    for line in slide.title:
        _text(page, line, (60, top), 54, theme.ink, unit)
        top += 66
    pale = np.asarray((np.array(theme.ink) + 2 * np.array(theme.paper)) // 3).tolist()
    for place, words in enumerate(slide.bullets[:bullets]):
        colour = (pale[0], pale[1], pale[2]) if place < dimmed else theme.ink
        _text(page, f"- {words}", (90, top + 60 + 62 * place), 34, colour, unit)
    if slide.pictures:
        _chart(page, 31 * number + picture, unit)
    return page


def _paper(theme: Theme, size: tuple[int, int]) -> Rgb:
    width, height = size
    page = np.empty((height, width, 3), np.float32)
    page[:] = theme.paper
    if theme.textured:
        rows, columns = np.mgrid[:height, :width]
        wave = np.sin(columns / width * 9) * np.cos(rows / height * 7)
        page += 22 * wave[..., None] + 40 * (rows / height)[..., None]
    return np.asarray(page.clip(0, 255), np.uint8)


def _text(
    page: Rgb, words: str, place: tuple[int, int], height: int, colour: Colour, unit: float
) -> None:
    font = cv2.FontFace("uni" if _wide(words) else "sans")
    at = round(place[0] * unit), round(place[1] * unit)
    cv2.putText(page, words, at, colour, font, max(6, round(height * unit)), 500)


def _wide(words: str) -> bool:
    return not words.isascii()


def _chart(page: Rgb, seed: int, unit: float) -> None:
    """Draw bars of random heights and colours at the right."""
    chance = np.random.default_rng(seed)
    for place in range(7):
        left, top = 760 + 66 * place, int(chance.integers(260, 560))
        corner = round((left + 46) * unit), round(620 * unit)
        red, green, blue = (int(value) for value in chance.integers(30, 220, 3))
        cv2.rectangle(page, (round(left * unit), round(top * unit)), corner, (red, green, blue), -1)


def _over(
    lecture: Lecture, shown: Rgb, moving: Sequence[Rgb], at: int, total: int, slide: int
) -> None:
    """Draw what moves over a frame of the slides."""
    height, width = shown.shape[:2]
    if lecture.inside == slide:
        _lay(shown, moving[(at * 3) % len(moving)], (0.55, 0.35, 0.38, 0.5))
    if lecture.speaker:
        first = at < total // 2 or len(lecture.speaker) < 2
        _lay(shown, moving[at % len(moving)], lecture.speaker[0 if first else 1])
    if lecture.pointer:
        across = round(width * (0.5 + 0.3 * np.sin(at / 23)))
        down = round(height * (0.55 + 0.25 * np.sin(at / 37)))
        corners = np.array([[0, 0], [0, 18], [5, 14], [12, 13]]) * height // _ROWS
        cv2.fillPoly(shown, [np.add(corners, (across, down))], (10, 10, 10))


def _lay(shown: Rgb, picture: Rgb, box: tuple[float, float, float, float]) -> None:
    height, width = shown.shape[:2]
    left, top = round(box[0] * width), round(box[1] * height)
    size = round(box[2] * width), round(box[3] * height)
    part = shown[top : top + size[1], left : left + size[0]]
    part[:] = cv2.resize(picture, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_AREA)


def drawn_speaker(count: int = 50, seed: int = 5) -> list[Rgb]:
    """Return pictures of a head that nods before a wall, where there is no film of a speaker."""
    chance = np.random.default_rng(seed)
    wall = np.asarray(chance.integers(60, 110, (18, 24, 3)), np.uint8)
    made = []
    for number in range(count):
        picture = cv2.resize(wall, (240, 180), interpolation=cv2.INTER_CUBIC)
        turn = 2 * np.pi * number / count
        middle = round(120 + 22 * np.sin(2 * turn)), round(82 + 10 * np.cos(5 * turn))
        cv2.ellipse(picture, (middle[0], 190), (80, 70), 0, 0, 360, (40, 50, 120), -1)
        cv2.ellipse(picture, middle, (34, 44), 0, 0, 360, (225, 180, 150), -1)
        mouth = middle[0], middle[1] + 20
        cv2.ellipse(picture, mouth, (12, round(3 + 6 * abs(np.sin(9 * turn)))), 0, 0, 360,
                    (120, 40, 40), -1)  # fmt: skip
        made.append(np.asarray(picture, np.uint8))
    return made


_LIGHT: Final = Theme(head="Course 17: Signals")
_DARK: Final = Theme((24, 30, 52), (235, 235, 240), None, textured=True)
_PLAIN: Final = Theme(bar=None)

_POINTS: Final = ("energy is kept", "noise is white", "time is discrete")
_DECK: Final = (
    Slide(("Signals and Systems",), ("a lecture", "in two parts")),
    Slide(("Sampling",), _POINTS),
    Slide(("The Fourier transform",), ("sines of all rates", "from time to pitch", "and back")),
    Slide(("Filters",), ("low pass", "high pass", "band pass"), 3),
    Slide(("Noise",), ("thermal", "shot", "flicker")),
    Slide(("Filters in practice",), ("order", "ripple", "delay"), 3),
    Slide(("Coding",), ("entropy", "rate", "distortion")),
    Slide(("Summary",), ("what was said", "what to read")),
)
_DECK_ZH: Final = (
    Slide(("第一章 绪论",), ("研究的对象", "研究的方法", "历史")),
    Slide(("第二章 数据的表示",), ("整数和小数", "文字", "图像和声音")),
    Slide(("第三章 算法",), ("排序", "查找", "图")),
    Slide(("网络与信息安全", "的基本概念"), ("加密", "签名", "证书")),
    Slide(("第四章 操作系统",), ("进程", "内存", "文件")),
    Slide(("总结",), ("重点", "作业")),
)

#: Every lecture that is made.
LECTURES: Final = (
    Lecture("cuts", _LIGHT, _DECK),
    Lecture("fades", _LIGHT, _DECK, ways=("dissolve", "black", "push", "dissolve")),
    Lecture("builds", _PLAIN, _DECK, builds=("cut", "fade", "fly", "pictures", "dim")),
    Lecture(
        "builds, speaker", _LIGHT, _DECK, ways=("cut", "dissolve"),
        builds=("cut", "fade", "dim", "pictures"),
        speaker=((0.74, 0.7, 0.24, 0.26), (0.74, 0.06, 0.24, 0.26)),
    ),
    Lecture(
        "dark, in Chinese, speaker beside", _DARK, _DECK_ZH, builds=("whole", "fade"),
        speaker=((0.7, 0.2, 0.3, 0.6),), pointer=True,
    ),
    Lecture(
        "film inside, pointer", _LIGHT, _DECK, builds=("whole", "cut"), pointer=True, inside=3
    ),
)  # fmt: skip
