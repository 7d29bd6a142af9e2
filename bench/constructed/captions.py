"""Captions of many looks over moving pictures of the set: small, outlined, moving, faint …"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.constructed.media import FRAME_RATE, Rgb, pictures, write_film
from bench.truth import Caption, Span, Truth

_SIZE: Final = (1280, 720)
#: Frames that a caption stands, and frames without any before the next.
_STANDS: Final = 63
_PAUSE: Final = 37
_WHITE: Final = (255, 255, 255)
_BLACK: Final = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Look:
    """How a caption is drawn.

    Args:
        height: of the letters, pixels at 720 lines.
        outline: width of the black edge, pixels.
        speed: pixels that it moves to the left per frame.
        opacity: 0..1.
        box: 0..1, how dark a box behind it is; 0 = none.
        top: share of the picture's height above it.
    """

    style: str
    height: int = 36
    outline: int = 0
    speed: int = 0
    opacity: float = 1.0
    box: float = 0.0
    top: float = 0.86
    colour: tuple[int, int, int] = _WHITE


LOOKS: Final = (
    (Look("plain", outline=1), "The morning train arrives at nine"),
    (Look("small", height=18, outline=1), "Letters of eighteen pixels are small"),
    (Look("outlined", height=40, outline=4), "White letters with a heavy edge"),
    (Look("moving", height=36, outline=2, speed=3), "This line walks to the left"),
    (Look("half transparent", height=40, outline=2, opacity=0.55), "You can see through this one"),
    (Look("boxed", height=32, box=0.6), "A dark box stands behind the words"),
    (Look("yellow, on top", outline=2, top=0.06, colour=(250, 220, 40)), "Written near the top"),
    (Look("small and faint", height=20, outline=1, opacity=0.7), "Small letters and faint ones"),
)  # fmt: skip


Looks: TypeAlias = Sequence[tuple[Look, str]]


def caption_film(truths: Sequence[Truth], folder: Path, looks: Looks = LOOKS) -> list[Truth]:
    """Write a film with a caption of each look; empty when the set has no clip without text."""
    clips = [
        truth.path
        for truth in truths
        if truth.text_free and truth.shots == 1 and (truth.seconds or 0) > 4
    ]
    if not clips:
        return []
    path = folder / "captions.mp4"
    background = cycle(pictures(clips[-1], _SIZE))
    write_film(path, _frames(background, looks))
    period = _STANDS + _PAUSE
    captions = tuple(
        Caption(text, _seconds(_PAUSE + number * period), look.style)
        for number, (look, text) in enumerate(looks)
    )
    return [
        Truth(
            name=f"constructed/{path.name}", path=path, group="constructed", captions=captions,
        )
    ]  # fmt: skip


def _seconds(first: int) -> Span:
    return Span(first / FRAME_RATE, (first + _STANDS) / FRAME_RATE)


def _frames(background: Iterator[Rgb], looks: Looks) -> Iterator[Rgb]:
    for look, text in looks:
        for _ in range(_PAUSE):
            yield next(background)
        for step in range(_STANDS):
            yield drawn(next(background), look, text, step)
    for _ in range(_PAUSE):
        yield next(background)


def drawn(picture: Rgb, look: Look, text: str, step: int) -> Rgb:
    """Return the picture with a caption as it stands `step` frames after it came."""
    font = ImageFont.load_default(look.height)
    band = round(look.top * _SIZE[1]) - look.height
    layer = Image.new("RGBA", (_SIZE[0], 3 * look.height))
    pen = ImageDraw.Draw(layer)
    width = pen.textlength(text, font=font)
    place = ((_SIZE[0] - width) / 2 - look.speed * (step - _STANDS / 2), look.height)
    alpha = round(255 * look.opacity)
    if look.box:
        left, top, right, bottom = pen.textbbox(place, text, font=font)
        dark = (*_BLACK, round(255 * look.box))
        pen.rectangle((left - 12, top - 8, right + 12, bottom + 8), dark)
    pen.text(
        place, text, (*look.colour, alpha), font,
        stroke_width=look.outline, stroke_fill=(*_BLACK, alpha),
    )  # fmt: skip
    whole = picture.copy()
    rows = whole[band : band + layer.height]
    below = Image.fromarray(rows).convert("RGBA")
    rows[:] = np.asarray(
        Image.alpha_composite(below, layer.crop((0, 0, *below.size))).convert("RGB")
    )
    return whole
