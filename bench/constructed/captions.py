"""Captions of many looks over moving pictures of the set, on three sizes of picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from bench.constructed.caption_looks import HARD, LOOKS, Look, Looks
from bench.constructed.media import FRAME_RATE, Rgb, backgrounds, pictures, write_film
from videre.cli.evaluation.truth import Caption, Span, Truth

_ROWS: Final = 720
#: Frames without any caption before each.
_PAUSE: Final = 37
#: Distance of lines and of upright characters, letter heights.
_LEADING: Final = 1.4
#: How far a box reaches beyond its letters, pixels at 720 lines.
_BOX_MARGIN: Final = 10
#: How a caption film may differ in size from 1280 × 720.
_OTHER_SIZES: Final = ((640, 360), (1920, 1080))

#: Share of a pixel that is covered, 0..1, float32 (height, width).
Mask = npt.NDArray[np.float32]


def caption_films(truths: Sequence[Truth], folder: Path, *, quick: int = 0) -> list[Truth]:
    """Write films with captions; empty when the set has no clip without text.

    Args:
        truths: the set: a clip of one shot without text is the background.
        folder: where the films are written.
        quick: number of looks, of the first size only; 0 = all.
    """
    clips = backgrounds(truths)
    if not clips:
        return []
    if quick:
        return [_film(clips[-1], folder / "captions.mp4", (1280, 720), LOOKS[:quick])]
    return [
        _film(clips[-1], folder / "captions.mp4", (1280, 720), LOOKS),
        *(_film(clips[-1], folder / f"captions_{size[1]}.mp4", size, HARD)
          for size in _OTHER_SIZES),
    ]  # fmt: skip


def _film(background: Path, path: Path, size: tuple[int, int], looks: Looks) -> Truth:
    """Write one film; return what can be read in it."""
    write_film(path, _frames(_endless(background, size), size, looks))
    captions = []
    at = 0
    for look, texts in looks:
        at += _PAUSE
        length = frames_of(look, texts, size)
        span = Span(at / FRAME_RATE, (at + length) / FRAME_RATE)
        captions += [Caption(text, span, look.style, look.gradual) for text in texts]
        at += length
    return Truth(
        name=f"constructed/{path.name}", path=path, group="constructed", captions=tuple(captions)
    )


def _endless(clip: Path, size: tuple[int, int]) -> Iterator[Rgb]:
    """Yield a clip's pictures again and again; they are too many to keep."""
    while True:
        yield from pictures(clip, size)


def _frames(background: Iterator[Rgb], size: tuple[int, int], looks: Looks) -> Iterator[Rgb]:
    for look, texts in looks:
        for _ in range(_PAUSE):
            yield next(background)
        for step in range(frames_of(look, texts, size)):
            yield drawn(next(background), look, texts, step)
    for _ in range(_PAUSE):
        yield next(background)


def frames_of(look: Look, texts: Sequence[str], size: tuple[int, int]) -> int:
    """Return for how many frames a caption can be seen."""
    width = size[0] * _ROWS / size[1]
    if look.crawl:
        return int((width + _width(texts[0], look.height)) / look.crawl)
    if look.roll:
        return int((_ROWS + look.height) / look.roll)
    return look.stands + 2 * look.fade + (2 * len(texts[0]) if look.spelled else 0)


def drawn(picture: Rgb, look: Look, texts: Sequence[str], step: int) -> Rgb:
    """Return the picture with a caption as it stands `step` frames after it came."""
    rows, columns = picture.shape[:2]
    scale = rows / _ROWS
    height = max(8, round(look.height * scale))
    letters = np.zeros((rows, columns), np.float32)
    for number, text in enumerate(texts):
        shown = text[: step // 2 + 1] if look.spelled else text
        lift = (len(texts) - 1 - number) * _LEADING * height
        left, base = _place(look, text, step, (columns, rows), height)
        if look.upright:
            for place, character in enumerate(shown):
                _write(letters, character, left, base + place * _LEADING * height, height)
        else:
            _write(letters, shown, left, base - lift, height)
    whole = picture.copy()
    inked = np.flatnonzero(letters.any(axis=1))
    if inked.size:
        margin = 1 + round(max(_BOX_MARGIN, look.outline, look.shadow) * scale)
        band = slice(max(0, int(inked[0]) - margin), int(inked[-1]) + margin)
        opacity = look.opacity * _presence(look, texts, step, (columns, rows))
        whole[band] = _painted(picture[band], letters[band], look, scale, opacity)
    return whole


def _painted(rows: Rgb, letters: Mask, look: Look, scale: float, opacity: float) -> Rgb:
    """Return some rows of a picture with letters on them, with all that belongs to their look."""
    painted = rows.astype(np.float32)
    if look.box:
        _darken(painted, letters, round(_BOX_MARGIN * scale), look.box)
    if look.shadow:
        shift = max(1, round(look.shadow * scale))
        _lay(painted, np.roll(letters, (shift, shift), (0, 1)), (0, 0, 0), opacity)
    if look.outline:
        wide = 2 * max(1, round(look.outline * scale)) + 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
        _lay(painted, np.asarray(cv2.dilate(letters, kernel), np.float32), look.edge, opacity)
    _lay(painted, letters, look.colour, opacity)
    return painted.round().astype(np.uint8)


def _place(
    look: Look, text: str, step: int, size: tuple[int, int], height: int
) -> tuple[float, float]:
    """Return the left end and the base line of a text, pixels."""
    columns, rows = size
    scale = rows / _ROWS
    centred = (columns - _width(text, height)) / 2
    left = centred if look.left is None else look.left * columns
    base = look.top * rows + height / 2
    if look.crawl:
        return columns - look.crawl * scale * step, base
    if look.roll:
        return left, rows + height - look.roll * scale * step
    middle = step - look.stands / 2
    return left - look.walk * scale * middle, base - look.rise * scale * middle


def _presence(look: Look, texts: Sequence[str], step: int, size: tuple[int, int]) -> float:
    if not look.fade:
        return 1.0
    left = frames_of(look, texts, size) - step
    return min(1.0, (step + 1) / look.fade, left / look.fade)


def _font(text: str) -> cv2.FontFace:
    """Return a font that OpenCV carries with it: the same on every machine."""
    return cv2.FontFace("sans" if text.isascii() else "uni")


def _width(text: str, height: int) -> float:
    return float(cv2.getTextSize((0, 0), text, (0, 0), _font(text), height)[2])


def _write(mask: Mask, text: str, left: float, base: float, height: int) -> None:
    """Add a text to a mask; what lies outside is left out."""
    rows, columns = mask.shape
    band = slice(max(0, round(base - 2 * height)), min(rows, round(base + height)))
    if band.start >= band.stop:
        return
    # OpenCV leaves a text out that begins left of the picture: a margin holds its beginning.
    margin = max(0, -round(left)) + height
    canvas = np.zeros((band.stop - band.start, columns + margin, 3), np.uint8)
    origin = (round(left) + margin, round(base) - band.start)
    cv2.putText(canvas, text, origin, (255, 255, 255), _font(text), height)
    mask[band] = np.maximum(mask[band], canvas[:, margin:, 0] / np.float32(255))


def _lay(whole: Mask, mask: Mask, colour: tuple[int, int, int], opacity: float) -> None:
    """Paint a colour where a mask is."""
    share = (mask * np.float32(opacity))[..., None]
    whole += share * (np.array(colour, np.float32) - whole)


def _darken(whole: Mask, letters: Mask, margin: int, share: float) -> None:
    """Darken the box around the letters."""
    rows, columns = np.flatnonzero(letters.any(1)), np.flatnonzero(letters.any(0))
    if rows.size:
        box = np.s_[
            max(0, rows[0] - margin) : rows[-1] + margin,
            max(0, columns[0] - margin) : columns[-1] + margin,
        ]
        whole[box] *= 1 - share
