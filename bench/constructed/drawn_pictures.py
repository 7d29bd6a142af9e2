"""Pictures of known kinds, drawn with a seed: what measures of pictures are set and tested by.

Illustrations, screens, letters are drawn as such things are. Sky and moon are made up: light,
cloud, craters and grain as photographs have them. Beside them stand things that are easily taken
for them: slides, charts, colour bars, lamps, blue walls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Draw = Callable[[np.random.Generator], Image.Image]
_SIZE: Final = (1_280, 720)
_PHONE: Final = (720, 1_560)
_PALETTES: Final = (
    ("#87ceeb", "#3a8f4a", "#e8b04b", "#c0392b", "#f6f1e5", "#5b3a29"),
    ("#ffd9a0", "#2d6a8e", "#e4572e", "#76b041", "#fff8f0", "#17202a"),
    ("#cdb4db", "#ffafcc", "#a2d2ff", "#2a9d8f", "#e76f51", "#264653"),
)
_WORDS: Final = [
    "the",
    "report",
    "of",
    "last",
    "week",
    "shows",
    "how",
    "much",
    "water",
    "the",
    "town",
    "will",
    "need",
    "when",
    "summer",
    "comes",
    "and",
    "why",
    "people",
    "who",
    "live",
    "near",
    "the",
    "river",
    "have",
    "asked",
    "for",
    "a",
    "new",
    "bridge",
    "and",
    "a",
    "road",
    "that",
    "leads",
    "to",
    "it",
]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture and the node that it shows; "" = none of those that are measured."""

    name: str
    node: str
    picture: Image.Image


def noise_field(
    rng: np.random.Generator, width: int, height: int, coarse: int = 60
) -> NDArray[np.uint8]:
    """Return soft spots of about `coarse` pixels, uint8 [height, width], 0..255."""
    size = max(2, width // coarse), max(2, height // coarse)
    spots = Image.fromarray(rng.integers(0, 256, size[::-1], dtype=np.uint8))
    return np.asarray(spots.resize((width, height), Image.Resampling.BICUBIC), np.uint8)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _colour(rng: np.random.Generator) -> Callable[[], str]:
    palette = _PALETTES[int(rng.integers(len(_PALETTES)))]
    return lambda: palette[int(rng.integers(len(palette)))]


def landscape_drawing(rng: np.random.Generator) -> Image.Image:
    """Return hills, a sun, a house and trees in flat colours."""
    palette = _PALETTES[int(rng.integers(len(_PALETTES)))]
    picture = Image.new("RGB", _SIZE, palette[0])
    draw = ImageDraw.Draw(picture)
    x, y, r = (int(rng.integers(*span)) for span in ((100, 1_100), (60, 200), (50, 110)))
    draw.ellipse((x - r, y - r, x + r, y + r), palette[2])
    for row, colour in ((420, palette[1]), (540, palette[5])):
        points = [(0.0, 720.0)]
        phase, width = rng.uniform(0, 6), rng.uniform(150, 300)
        points += [(i, row + 60 * math.sin(i / width + phase)) for i in range(0, 1_281, 10)]
        draw.polygon([*points, (1_280, 720)], colour)
    left = int(rng.integers(200, 700))
    draw.rectangle((left, 400, left + 220, 600), palette[4])
    draw.polygon([(left - 30, 400), (left + 110, 280), (left + 250, 400)], palette[3])
    for at in rng.integers(50, 1_230, 4):
        draw.polygon([(at - 60, 620), (at, 430), (at + 60, 620)], palette[1])
        draw.ellipse((at - 20, 600, at + 20, 680), palette[3])
    return picture


def figure_drawing(rng: np.random.Generator) -> Image.Image:
    """Return a figure with a round head before a plain ground, as in a picture book."""
    palette = _PALETTES[int(rng.integers(len(_PALETTES)))]
    picture = Image.new("RGB", _SIZE, palette[4])
    draw = ImageDraw.Draw(picture)
    x = int(rng.integers(400, 900))
    draw.ellipse((x - 320, 430, x + 320, 900), palette[3])
    draw.ellipse((x - 170, 120, x + 170, 460), palette[2])
    for side in (-1, 1):
        draw.ellipse((x + side * 70 - 22, 250, x + side * 70 + 22, 300), palette[5])
        draw.polygon(
            [(x + side * 60, 150), (x + side * 190, 40), (x + side * 160, 240)], palette[1]
        )
    draw.arc((x - 80, 280, x + 80, 390), 20, 160, palette[5], 10)
    for _ in range(8):
        a, b = int(rng.integers(0, 1_280)), int(rng.integers(0, 720))
        draw.ellipse((a - 25, b - 25, a + 25, b + 25), palette[int(rng.integers(4))])
    return picture


def pattern_drawing(rng: np.random.Generator) -> Image.Image:
    """Return leaves and blossoms in flat colours."""
    palette = _PALETTES[int(rng.integers(len(_PALETTES)))]
    picture = Image.new("RGB", _SIZE, palette[4])
    draw = ImageDraw.Draw(picture)
    for _ in range(22):
        x, y, r = rng.integers(0, 1_280), rng.integers(0, 720), int(rng.integers(40, 110))
        colour = palette[int(rng.integers(4))]
        for petal in range(6):
            a = petal * math.pi / 3 + rng.uniform(0, 0.2)
            px, py = x + r * math.cos(a), y + r * math.sin(a)
            draw.ellipse((px - r / 2, py - r / 2, px + r / 2, py + r / 2), colour)
        draw.ellipse((x - r / 3, y - r / 3, x + r / 3, y + r / 3), palette[5])
    return picture


def _sentence(rng: np.random.Generator, words: int) -> str:
    start = int(rng.integers(len(_WORDS)))
    return " ".join(_WORDS[(start + i) % len(_WORDS)] for i in range(words)).capitalize()


def web_page(rng: np.random.Generator) -> Image.Image:
    """Return a page of news in a browser, its address at the top."""
    picture = Image.new("RGB", _SIZE, "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1_280, 76), "#dfe3e8")
    draw.rounded_rectangle((160, 22, 1_120, 66), 20, "white")
    site = ("www.riverdale-times.com", "https://news.example.org/town")[int(rng.integers(2))]
    draw.text((190, 30), site, "#333333", _font(26))
    draw.text((80, 100), "Riverdale Times", "#111111", _font(52))
    for row in range(9):
        draw.text((80, 190 + 54 * row), _sentence(rng, 8), "#222222", _font(26))
    left = 900
    tile = noise_field(rng, 300, 320)
    picture.paste(Image.fromarray(np.stack([tile] * 3, 2)), (left, 190))
    return picture


def phone_screen(rng: np.random.Generator) -> Image.Image:
    """Return a phone's list of messages below its status bar."""
    picture = Image.new("RGB", _PHONE, "#f4f4f8")
    draw = ImageDraw.Draw(picture)
    draw.text((50, 26), f"{rng.integers(1, 13)}:{rng.integers(10, 60)}", "#000000", _font(38))
    draw.text((500, 26), f"4G  {rng.integers(10, 99)}%", "#000000", _font(38))
    draw.text((50, 110), "Messages", "#000000", _font(64))
    for row in range(8):
        top = 240 + 150 * row
        draw.ellipse((40, top, 140, top + 100), _colour(rng)())
        draw.text((170, top), _sentence(rng, 2), "#000000", _font(36))
        draw.text((170, top + 50), _sentence(rng, 4), "#666666", _font(30))
    return picture


def program_window(rng: np.random.Generator) -> Image.Image:
    """Return a text processor's window with its menus."""
    picture = Image.new("RGB", _SIZE, "#f7f7f7")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1_280, 44), "#2b579a")
    draw.text((30, 60), "File   Edit   View   Insert   Tools   Help", "#111111", _font(28))
    draw.rectangle((160, 130, 1_120, 720), "white")
    for row in range(8):
        draw.text((220, 170 + 60 * row), _sentence(rng, 8), "#111111", _font(28))
    return picture


def written_letter(rng: np.random.Generator) -> Image.Image:
    """Return a typed letter on paper."""
    picture = Image.new("RGB", (1_000, 1_280), "#fdfbf5")
    draw = ImageDraw.Draw(picture)
    draw.text((640, 90), "12 March 2024", "#222222", _font(34))
    draw.text((110, 240), "Dear Mrs Green,", "#222222", _font(40))
    for row in range(9):
        draw.text((110, 330 + 62 * row), _sentence(rng, 7), "#222222", _font(36))
    draw.text((110, 950), "Yours sincerely,", "#222222", _font(40))
    draw.text((110, 1_030), "Peter Brown", "#222222", _font(40))
    return picture


def _photograph(array: NDArray[np.float64], rng: np.random.Generator) -> Image.Image:
    grain = array + rng.normal(0, 2.5, array.shape[:2])[:, :, None]
    picture = Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))
    return picture.filter(ImageFilter.GaussianBlur(0.6))


def blue_sky(rng: np.random.Generator) -> Image.Image:
    """Return a sky with clouds that pales towards a rough ground."""
    width, height = _SIZE
    horizon = int(rng.integers(260, 520))
    rows = np.linspace(0, 1, height)[:, None, None]
    top, low = np.array([60, 120, 205.0]), np.array([165, 200, 235.0])
    array = top + (low - top) * np.clip(rows * height / horizon, 0, 1) * np.ones((1, width, 1))
    clouds = noise_field(rng, width, height, coarse=200)[:, :, None] / 255.0
    array += np.clip(clouds - 0.55, 0, 1) * (245 - array) * 1.6
    ground = noise_field(rng, width, height, coarse=14)[:, :, None] / 255.0
    soil = np.array([70, 95, 50.0]) * (0.5 + ground)
    array[horizon:] = soil[horizon:]
    return _photograph(array, rng)


def full_moon(rng: np.random.Generator) -> Image.Image:
    """Return a full moon with its seas in a black sky."""
    width, height = _SIZE
    x, y = rng.uniform(0.2, 0.8) * width, rng.uniform(0.25, 0.7) * height
    radius = rng.uniform(0.06, 0.3) * height
    away = np.hypot(np.arange(height)[:, None] - y, np.arange(width)[None, :] - x)
    seas = noise_field(rng, width, height, coarse=max(3, int(radius / 3))) / 255.0
    disc = 150 + 60 * (1 - away / radius) + 70 * (seas - 0.5)
    soft = np.clip((radius - away) / 2 + 0.5, 0, 1)
    grey = soft * disc + (1 - soft) * 8
    return _photograph(grey[:, :, None] * np.array([1.0, 0.98, 0.92]), rng)


def slide(rng: np.random.Generator) -> Image.Image:
    """Return a slide with a heading and points."""
    picture = Image.new("RGB", _SIZE, _colour(rng)())
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1_280, 130), "#1f3a5f")
    draw.text((60, 30), _sentence(rng, 3), "white", _font(64))
    for row in range(5):
        draw.text((100, 190 + 95 * row), f"- {_sentence(rng, 4)}", "#101010", _font(44))
    return picture


def chart(rng: np.random.Generator) -> Image.Image:
    """Return a chart of upright bars."""
    picture = Image.new("RGB", _SIZE, "white")
    draw = ImageDraw.Draw(picture)
    for bar in range(7):
        top = int(rng.integers(120, 560))
        draw.rectangle((120 + 155 * bar, top, 220 + 155 * bar, 640), _colour(rng)())
        draw.text((130 + 155 * bar, 655), f"Q{bar + 1}", "#222222", _font(34))
    return picture


def colour_bars(rng: np.random.Generator) -> Image.Image:
    """Return colour bars."""
    picture = Image.new("RGB", _SIZE)
    draw = ImageDraw.Draw(picture)
    colours = ("#c0c0c0", "#c0c000", "#00c0c0", "#00c000", "#c000c0", "#c00000", "#0000c0")
    for bar, colour in enumerate(rng.permutation(colours)):
        draw.rectangle((183 * bar, 0, 183 * bar + 182, 720), str(colour))
    return picture


def lamp(rng: np.random.Generator) -> Image.Image:
    """Return a lamp in the dark: burnt out, with a wide glow."""
    width, height = _SIZE
    x, y, r = rng.uniform(300, 900), rng.uniform(200, 500), rng.uniform(30, 90)
    away = np.hypot(np.arange(height)[:, None] - y, np.arange(width)[None, :] - x)
    grey = np.clip(330 * np.exp(-((away / r) ** 1.2) / 2.5), 6, 255)
    return _photograph(grey[:, :, None] * np.array([1.0, 0.92, 0.75]), rng)


def white_dot(rng: np.random.Generator) -> Image.Image:
    """Return a flat disc on black, as a countdown or a flag has it."""
    picture = Image.new("RGB", _SIZE, "black")
    x, y, r = (int(rng.integers(*span)) for span in ((300, 900), (200, 500), (40, 150)))
    ImageDraw.Draw(picture).ellipse((x - r, y - r, x + r, y + r), "#dcdcdc")
    return picture


def blue_wall(rng: np.random.Generator) -> Image.Image:
    """Return a person's outline before an evenly lit blue wall."""
    width, height = _SIZE
    array = np.ones((height, width, 1)) * np.array([50, 95, 190.0])
    body = noise_field(rng, width, height)[:, :, None] / 255.0 * np.array([150, 110, 90.0])
    away = np.hypot((np.arange(height)[:, None] - 430) / 320, (np.arange(width) - 640) / 260)
    array = np.where(away[:, :, None] < 1, body, array)
    return _photograph(array, rng)


def shaded_slide(rng: np.random.Generator) -> Image.Image:
    """Return a slide before a blue ground that brightens downwards."""
    width, height = _SIZE
    rows = np.linspace(0, 1, height)[:, None, None] * np.ones((1, width, 1))
    ground = np.array([25, 70, 150.0]) + rows * np.array([90, 100, 90.0])
    picture = Image.fromarray(ground.astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    draw.text((100, 250), _sentence(rng, 3), "white", _font(80))
    draw.text((100, 400), _sentence(rng, 5), "white", _font(44))
    return picture


KINDS: Final[Mapping[str, tuple[Draw, ...]]] = {
    "artwork.illustration": (landscape_drawing, figure_drawing, pattern_drawing),
    "landscape.sky": (blue_sky,),
    "landscape.moon": (full_moon,),
    "virtual.web_page": (web_page,),
    "other_scenes.phone_screenshot": (phone_screen,),
    "other_scenes.computer_screenshot": (program_window,),
    "daily.correspondence": (written_letter,),
    "": (slide, shaded_slide, chart, colour_bars, lamp, white_dot, blue_wall),
}


def drawn_pictures(each: int, seed: int = 20_22) -> list[Drawn]:
    """Return `each` pictures of every kind and every look of it."""
    found = []
    for node, looks in KINDS.items():
        for look in looks:
            for number in range(each):
                rng = np.random.default_rng([seed, number])
                found.append(Drawn(f"{look.__name__}-{number}", node, look(rng)))
    return found
