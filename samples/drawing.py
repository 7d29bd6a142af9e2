"""Draws the frames of the sample clip: photographs that move slowly, captions, cards of text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from samples.story import CAPTION_IN, SCENES, TITLE, Layout, Line, Picture, Scene, View

Rgb = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.float32]

WIDTH, HEIGHT = 1280, 720
_CARD_HEIGHT: Final = 528
_CARD_TOP: Final = 40
_CARD_RADIUS: Final = 16
_BACKDROP_LIGHT: Final = 0.30  # of the blurred copy behind a card
_BAND_TOP: Final = 520  # where the darkening under captions begins
_BAND_DARKEST: Final = 0.82
_ENGLISH_Y, _CHINESE_Y = 626, 678  # middle of the captions' lines
_INK: Final = (245, 247, 250)
_ACCENT: Final = (94, 196, 182)
_TITLE_TOP, _TITLE_BOTTOM = (24, 30, 44), (10, 13, 20)
_SIMPLIFIED: Final = 2  # index of the simplified Chinese face in Noto's collection


@dataclass(frozen=True)
class Studio:
    """Where photographs and fonts come from.

    Args:
        wheel: scikit-image's wheel, which carries the photographs.
        fonts: folder of NotoSansCJK-Regular.ttc and NotoSansCJK-Bold.ttc.
    """

    wheel: Path
    fonts: Path

    def photograph(self, picture: Picture) -> Rgb:
        """Return a photograph, RGB [height, width, 3]."""
        with zipfile.ZipFile(self.wheel) as archive:
            data = archive.read(f"skimage/data/{picture}")
        return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))

    def font(self, weight: str, size: int) -> ImageFont.FreeTypeFont:
        """Return Noto Sans for simplified Chinese and Latin text."""
        return ImageFont.truetype(
            str(self.fonts / f"NotoSansCJK-{weight}.ttc"), size, index=_SIMPLIFIED
        )


def frames(studio: Studio) -> Iterator[Rgb]:
    """Yield every frame of the clip, RGB [720, 1280, 3]."""
    cv2.setNumThreads(1)
    for scene in SCENES:
        yield from _Painter(studio, scene).frames()


class _Painter:
    """Draws one scene; what does not move is drawn once."""

    def __init__(self, studio: Studio, scene: Scene) -> None:
        self._studio = studio
        self._scene = scene

    def frames(self) -> Iterator[Rgb]:
        scene = self._scene
        for number in range(scene.frames):
            shown = self._picture(number / max(scene.frames - 1, 1))
            if scene.layout in (Layout.FULL, Layout.CARD) and (
                CAPTION_IN <= number < scene.frames - CAPTION_IN
            ):
                shown = _over(shown, *self._caption)
            yield _faded(shown, _light(scene, number))

    def _picture(self, progress: float) -> Rgb:
        match self._scene.layout:
            case Layout.BLACK:
                return np.zeros((HEIGHT, WIDTH, 3), np.uint8)
            case Layout.TITLE:
                return self._title
            case Layout.FULL:
                return _over(self._part(progress, WIDTH, HEIGHT), *_band())
            case Layout.CARD:
                return self._card(progress)

    def _part(self, progress: float, width: int, height: int) -> Rgb:
        """Return the part of the photograph at a share of the scene, with sub-pixel motion."""
        eased = 0.5 - 0.5 * np.cos(np.pi * progress)
        view = _between(self._scene.begin, self._scene.end, eased)
        high, wide = self._photograph.shape[:2]
        scale = view.width * wide / width
        left = np.clip(view.x * wide - scale * width / 2, 0, wide - scale * width)
        top = np.clip(view.y * high - scale * height / 2, 0, max(0, high - scale * height))
        matrix = np.array([[scale, 0, left], [0, scale, top]])
        part = cv2.warpAffine(
            self._photograph,
            matrix,
            (width, height),
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT,
        )
        return np.asarray(part, np.uint8)

    def _card(self, progress: float) -> Rgb:
        shown = self._backdrop.copy()
        mask = self._card_mask
        height, width = mask.shape
        left = (WIDTH - width) // 2
        area = shown[_CARD_TOP : _CARD_TOP + height, left : left + width]
        area[:] = _over(area, self._part(progress, width, height), mask)
        return shown

    @cached_property
    def _photograph(self) -> Rgb:
        assert self._scene.picture is not None  # layouts with a photograph name one
        return self._studio.photograph(self._scene.picture)

    @cached_property
    def _card_mask(self) -> Mask:
        high, wide = self._photograph.shape[:2]
        width = round(_CARD_HEIGHT * wide / high / 2) * 2
        return _rounded(width, _CARD_HEIGHT)

    @cached_property
    def _backdrop(self) -> Rgb:
        """Return the photograph over the frame, blurred and dimmed, with the card's shadow."""
        high, wide = self._photograph.shape[:2]
        scale = max(WIDTH / wide, HEIGHT / high)
        size = (round(wide * scale), round(high * scale))
        large = Image.fromarray(self._photograph).resize(size, Image.Resampling.BICUBIC)
        left, top = (size[0] - WIDTH) // 2, (size[1] - HEIGHT) // 2
        soft = large.crop((left, top, left + WIDTH, top + HEIGHT)).filter(
            ImageFilter.GaussianBlur(36)
        )
        dimmed = np.asarray(soft, np.float32) * _BACKDROP_LIGHT
        height, width = self._card_mask.shape
        shadow = np.zeros((HEIGHT, WIDTH), np.float32)
        x = (WIDTH - width) // 2
        shadow[_CARD_TOP + 8 : _CARD_TOP + 8 + height, x : x + width] = self._card_mask
        soft_shadow = cv2.GaussianBlur(shadow, (0, 0), 14)[..., None]
        shaded = (dimmed * (1 - 0.6 * soft_shadow)).round().astype(np.uint8)
        return _over(shaded, *_band())

    @cached_property
    def _caption(self) -> tuple[Rgb, Mask]:
        assert self._scene.caption is not None  # every scene with a photograph has one
        return _text(
            (self._scene.caption.english, self._studio.font("Bold", 38), _ENGLISH_Y),
            (self._scene.caption.chinese, self._studio.font("Regular", 36), _CHINESE_Y),
        )

    @cached_property
    def _title(self) -> Rgb:
        assert self._scene.caption is not None  # a title card is its text
        return _title_card(self._studio, self._scene.caption, first=self._scene is SCENES[0])


def _title_card(studio: Studio, line: Line, *, first: bool) -> Rgb:
    """Return a card of text on a dark gradient; the first one carries the name in large."""
    share = np.linspace(0, 1, HEIGHT)[:, None, None]
    ramp = (1 - share) * np.array(_TITLE_TOP) + share * np.array(_TITLE_BOTTOM)
    ground = Image.fromarray(np.broadcast_to(ramp.round(), (HEIGHT, WIDTH, 3)).astype(np.uint8))
    pen = ImageDraw.Draw(ground)
    middle = WIDTH / 2
    if first:
        pen.text((middle, 258), TITLE, _INK, studio.font("Bold", 132), anchor="mm")
        pen.rounded_rectangle((middle - 54, 364, middle + 54, 370), 3, _ACCENT)
        pen.text((middle, 438), line.english, _INK, studio.font("Regular", 42), anchor="mm")
        pen.text((middle, 508), line.chinese, _INK, studio.font("Regular", 40), anchor="mm")
    else:
        pen.text((middle, 308), line.english, _INK, studio.font("Bold", 64), anchor="mm")
        pen.rounded_rectangle((middle - 54, 370, middle + 54, 376), 3, _ACCENT)
        pen.text((middle, 442), line.chinese, _INK, studio.font("Regular", 56), anchor="mm")
    return np.asarray(ground)


def _text(*lines: tuple[str, ImageFont.FreeTypeFont, int]) -> tuple[Rgb, Mask]:
    """Return a layer of centred lines with a soft dark edge, and its opacity 0..1."""
    ink = Image.new("L", (WIDTH, HEIGHT))
    pen = ImageDraw.Draw(ink)
    for text, font, y in lines:
        pen.text((WIDTH / 2, y), text, 255, font, anchor="mm")
    glyphs = np.asarray(ink, np.float32) / 255
    edge = np.minimum(1, 1.8 * cv2.GaussianBlur(glyphs, (0, 0), 3)) * 0.8
    opacity = np.maximum(glyphs, edge).astype(np.float32)
    colour = np.array(_INK) * (glyphs / np.maximum(opacity, 1e-6))[..., None]
    return colour.round().astype(np.uint8), opacity


def _band() -> tuple[Rgb, Mask]:
    """Return a black layer that grows denser towards the bottom, for captions to stand on."""
    rows = np.clip((np.arange(HEIGHT) - _BAND_TOP) / (HEIGHT - _BAND_TOP) * 1.6, 0, 1)
    eased = _BAND_DARKEST * rows * rows * (3 - 2 * rows)
    opacity = np.broadcast_to(eased[:, None], (HEIGHT, WIDTH))
    return np.zeros((HEIGHT, WIDTH, 3), np.uint8), opacity.astype(np.float32)


def _rounded(width: int, height: int) -> Mask:
    """Return the opacity of a rectangle with round corners, smooth at its edge."""
    times = 4
    mask = Image.new("L", (width * times, height * times))
    box = (0, 0, width * times - 1, height * times - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, _CARD_RADIUS * times, 255)
    small = np.asarray(mask.resize((width, height), Image.Resampling.BOX), np.float32)
    return np.asarray(small / 255, np.float32)


def _over(below: Rgb, above: Rgb, opacity: Mask) -> Rgb:
    share = opacity[..., None]
    return (below * (1 - share) + above * share).round().astype(np.uint8)


def _faded(picture: Rgb, light: float) -> Rgb:
    return picture if light >= 1 else (picture * light).round().astype(np.uint8)


def _light(scene: Scene, number: int) -> float:
    """Return how bright a frame is while the scene fades, 0..1: the last one is black."""
    light = 1.0
    if number < scene.fade_in:
        light = number / scene.fade_in
    left = scene.frames - 1 - number
    if left < scene.fade_out:
        light = left / scene.fade_out
    return light


def _between(begin: View, end: View, share: float) -> View:
    return View(
        begin.x + (end.x - begin.x) * share,
        begin.y + (end.y - begin.y) * share,
        begin.width + (end.width - begin.width) * share,
    )
