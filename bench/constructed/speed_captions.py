"""The captions of the speed film: when which line stands, and how it is drawn."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.constructed.media import FRAME_RATE
from bench.constructed.speed_views import SIZE, Bgr
from videre.cli.evaluation.truth import Truth

_LINES: Final = Path(__file__).with_name("speed_captions.toml")
#: Noto's faces for Chinese, where Linux distributions put them; `index` 2 is simplified Chinese.
_FONTS: Final = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc"),
)
_SIMPLIFIED: Final = 2
_HEIGHT: Final = 36
_LEADING: Final = 46
_OUTLINE: Final = 2
_BOTTOM: Final = SIZE[1] - 44
_LONGEST: Final = 44  # letters of an English line
_STANDS_S: Final = (2.0, 4.2)
_PAUSE_S: Final = (0.4, 4.4)
_COLOURS: Final = ((255, 255, 255), (255, 255, 255), (90, 225, 250))  # BGR


@dataclass(frozen=True, slots=True)
class Caption:
    """Lines that stand from a frame on for some frames."""

    lines: tuple[str, ...]
    first: int
    frames: int
    colour: tuple[int, int, int]


def schedule(truths: Sequence[Truth], frames: int, seed: int) -> list[Caption]:
    """Return captions in English, in Chinese, and in both, with pauses between them."""
    chance = np.random.default_rng(seed)
    chinese: list[str] = tomllib.loads(_LINES.read_text(encoding="utf-8"))["zh"]
    english = [line for truth in truths for line in _wrapped(truth)]
    if not english:
        raise FileNotFoundError("the set has no English transcripts to make captions of")
    captions: list[Caption] = []
    first = round(chance.uniform(*_PAUSE_S) * FRAME_RATE)
    while first < frames:
        number = len(captions)
        en, zh = english[number % len(english)], chinese[number % len(chinese)]
        lines = ((en,), (zh,), (en, zh))[int(chance.integers(3))]
        stands = round(chance.uniform(*_STANDS_S) * FRAME_RATE)
        colour = _COLOURS[int(chance.integers(len(_COLOURS)))]
        captions.append(Caption(lines, first, min(stands, frames - first), colour))
        first += stands + round(chance.uniform(*_PAUSE_S) * FRAME_RATE)
    return captions


def _wrapped(truth: Truth) -> list[str]:
    """Cut a transcript into lines as subtitles have them."""
    if truth.language != "en" or not truth.transcript:
        return []
    lines = [""]
    for word in truth.transcript.split():
        if len(lines[-1]) + len(word) >= _LONGEST:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [line for line in lines if len(line) > _LONGEST // 4]


class CaptionPainter:
    """Draws captions; each is drawn once and laid over its frames."""

    def __init__(self) -> None:
        """Open the font.

        Raises:
            FileNotFoundError: no Noto Sans CJK is installed.
        """
        font = next((path for path in _FONTS if path.is_file()), None)
        if font is None:
            raise FileNotFoundError(
                f"Noto Sans CJK is needed to draw captions: none of {', '.join(map(str, _FONTS))}"
            )
        self._font = ImageFont.truetype(str(font), _HEIGHT, index=_SIMPLIFIED)
        self._drawn: tuple[Caption, Bgr] | None = None

    def lay_over(self, picture: Bgr, caption: Caption) -> None:
        """Draw a caption into a picture."""
        if self._drawn is None or self._drawn[0] is not caption:
            self._drawn = caption, self._layer(caption)
        layer = self._drawn[1]
        rows = picture[_BOTTOM - len(layer) : _BOTTOM]
        opacity = layer[..., 3:].astype(np.uint16)
        mixed = layer[..., :3] * opacity + rows * (255 - opacity)
        rows[:] = (mixed // 255).astype(np.uint8)

    def _layer(self, caption: Caption) -> Bgr:
        """Return the lines as BGR and opacity, uint8 [rows, SIZE[0], 4]."""
        layer = Image.new("RGBA", (SIZE[0], _LEADING * len(caption.lines)))
        pen = ImageDraw.Draw(layer)
        for number, line in enumerate(caption.lines):
            place = (SIZE[0] / 2, _LEADING * (number + 0.5))
            pen.text(
                place, line, caption.colour, self._font, anchor="mm",
                stroke_width=_OUTLINE, stroke_fill=(0, 0, 0),
            )  # fmt: skip
        return np.asarray(layer, np.uint8)
