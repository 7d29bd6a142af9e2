"""The renderer's filters for a moving window, and the commands that move it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from videre.production.media_index import Pictures
from videre.production.reframing.plan import ShotPlan, Window, offsets_at
from videre.production.rendering.timeline import Shown

_SCALE: Final = "flags=bicubic+accurate_rnd+bitexact"
#: The blurred copy is made this much smaller, blurred, and made large again.
_BLUR_SHRINK: Final = 12
_BLUR_REACH: Final = 3
_US: Final = 1_000_000


def shot_numbers(shots: Sequence[ShotPlan], ns: Sequence[int]) -> list[int]:
    """Return the shot on show at each instant; what lies outside belongs to the nearest."""
    starts = np.array([one.stretch.start_ns for one in shots])
    found = np.searchsorted(starts, np.asarray(ns), side="right") - 1
    return [int(one) for one in found.clip(0, len(shots) - 1)]


def commands(
    shots: Sequence[ShotPlan],
    window: Window,
    pictures: Pictures,
    frames: Sequence[Shown],
    base: Fraction,
    number: int,
) -> str:
    """Return the commands for an output: one for each frame at which something changes.

    Args:
        shots: how each is shown.
        window: of the output.
        pictures: the source's.
        frames: what is shown when, in order.
        base: seconds a tick.
        number: of the output, which names its filters.
    """
    ns = [pictures.start_ns(one.frame) for one in frames]
    axis = "x" if window.across else "y"
    lines: list[str] = []
    edge: int | None = None
    padded: bool | None = None
    before: int | None = None
    for one, shot_at, at in zip(frames, shot_numbers(shots, ns), _edges(shots, window, ns),
                                strict=True):  # fmt: skip
        # Half a tick early: a command counts from the first frame on that begins not before it.
        half = base / 2 if before is None else (one.tick - before) * base / 2
        when = max(Fraction(0), one.tick * base - half)
        before = one.tick
        words = []
        if shots[shot_at].mode != "padded" and at != edge:
            words.append(f"crop@w{number} {axis} {at}")
            edge = at
        if (shots[shot_at].mode == "padded") != padded:
            padded = shots[shot_at].mode == "padded"
            if has_both(shots):
                words.append(f"streamselect@w{number} map {int(padded)}")
        if words:
            us = when * _US
            lines.append(f"{us.numerator // us.denominator / _US:.6f} {', '.join(words)};\n")
    return "".join(lines)


def _edges(shots: Sequence[ShotPlan], window: Window, ns: Sequence[int]) -> Iterator[int]:
    numbers = np.array(shot_numbers(shots, ns))
    instants = np.asarray(ns, np.int64)
    made = np.zeros(len(ns), np.int64)
    for number, shot in enumerate(shots):
        place = np.flatnonzero(numbers == number)
        if len(place):
            made[place] = offsets_at(shot, window, instants[place])
    return iter(made.tolist())


def has_both(shots: Sequence[ShotPlan]) -> bool:
    """Tell whether some shots are padded and others are not."""
    return len({one.mode == "padded" for one in shots}) == 2


def filters(
    shots: Sequence[ShotPlan],
    window: Window,
    size: tuple[int, int],
    fallback: str,
    file: str,
    number: int,
) -> str:
    """Return the filters that give an output its shape.

    Args:
        shots: how each is shown.
        window: of the output.
        size: width and height of the output.
        fallback: "blur" or "black"; what is beside a padded picture.
        file: with the commands.
        number: of the output.
    """
    width, height = size
    cropped = f"crop@w{number}={window.width}:{window.height}:0:0:exact=1"
    if (window.width, window.height) != size:
        cropped += f",scale={width}:{height}:{_SCALE}"
    told = f"sendcmd=f={file}"
    if all(one.mode != "padded" for one in shots):
        return f"{told},{cropped},setsar=1"
    inside = f"scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2"
    inside += f":{_SCALE}"
    if fallback == "black":
        padded = f"[p{number}]{inside},pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:black[q{number}]"
    else:
        low = [max(2, side // _BLUR_SHRINK // 2 * 2) for side in size]
        reach = max(0, min(_BLUR_REACH, min(low) // 4 - 1))
        padded = (
            f"[p{number}]split[p{number}a][p{number}b];"
            f"[p{number}a]scale={low[0]}:{low[1]}:force_original_aspect_ratio=increase:"
            f"force_divisible_by=2:{_SCALE},crop={low[0]}:{low[1]},"
            f"boxblur={reach}:2,scale={width}:{height}:{_SCALE}[p{number}c];"
            f"[p{number}b]{inside}[p{number}d];"
            f"[p{number}c][p{number}d]overlay=(W-w)/2:(H-h)/2:format=auto[q{number}]"
        )
    if not has_both(shots):
        return f"null[p{number}];{padded};[q{number}]setsar=1"
    return (
        f"{told},split[p{number}e][p{number}];[p{number}e]{cropped},setsar=1[p{number}f];"
        f"{padded};[q{number}]setsar=1[p{number}g];"
        f"[p{number}f][p{number}g]streamselect@w{number}=inputs=2:map=0"
    )
