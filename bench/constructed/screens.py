"""Films of real subjects before screens of one colour, with the true alpha of every frame.

A subject is a real photograph with its own matte, or with one that is drawn: the screen, its light,
noise, motion blur and what it casts on the subject are added by the laws that films follow, then
the film is coded as cameras do. So the truth is exact; colours, texture and coding are real.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WIDTH, HEIGHT = 1280, 720
_SEED: Final = 7
_STRANDS: Final = 80
_GRAIN: Final = 2.0
#: Blue, green, red.
_GREEN: Final = (60.0, 180.0, 40.0)
_BLUE: Final = (190.0, 70.0, 30.0)
_WHITE: Final = (238.0, 240.0, 240.0)
_BLUR: Final = (26.0, 8.0)


@dataclass(frozen=True, slots=True)
class Subject:
    """Colours, float BGR, and how opaque each pixel is."""

    colours: Floats
    alpha: Floats


@dataclass(frozen=True, slots=True)
class Take:
    """A film before a screen.

    Args:
        name: what is hard in it.
        subject: "hand" or "astronaut".
        colour: of the screen, blue first.
        unevenness: of its light, 0..1.
        cast: share of the screen's light that the subject reflects at its edge.
        moves: fast, with motion blur.
    """

    name: str
    subject: str
    colour: tuple[float, float, float]
    unevenness: float = 1.0
    cast: float = 0.0
    moves: bool = False


TAKES: Final = (
    Take("even green", "hand", _GREEN, unevenness=0.0),
    Take("uneven green", "hand", _GREEN),
    Take("hair before green", "astronaut", _GREEN),
    Take("spill of green", "astronaut", _GREEN, cast=0.16),
    Take("motion before green", "hand", _GREEN, cast=0.1, moves=True),
    Take("motion before blue", "hand", _BLUE, moves=True),
    Take("hair before blue", "astronaut", _BLUE, cast=0.08),
    Take("uneven white", "hand", _WHITE, unevenness=0.35),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame's truth: alpha, and the subject's colours times alpha."""

    alpha: Floats
    own: Floats

    def before(self, background: NDArray[np.uint8]) -> Floats:
        """Return the subject before a background of its size."""
        made = self.own + (1 - self.alpha[..., None]) * background
        return np.asarray(np.clip(made, 0, 255), np.float32)


def subjects(media: Path) -> dict[str, Subject]:
    """Return the subjects that are at hand in a set of media."""
    return {
        "hand": _hand(media / "portrait" / "thumbs-up.png"),
        "astronaut": _astronaut(media / "portrait" / "greenscreen_astronaut.mp4"),
    }


def _hand(path: Path) -> Subject:
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    alpha = np.asarray(picture[..., 3] / np.float32(255), np.float32)
    colours = outwards(picture[..., :3].astype(np.float32), alpha)
    size = (700, 467)
    made = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (colours, alpha))
    return Subject(*(np.asarray(one, np.float32) for one in made))


def outwards(colours: Floats, alpha: Floats) -> Floats:
    """Return colours in which the inside's run on under the soft edge."""
    sure = (alpha > 0.95).astype(np.float32)
    made, done = colours.copy(), sure > 0
    for spread in (2, 4, 8, 16):
        total = cv2.GaussianBlur(colours * sure[..., None], (0, 0), spread)
        weight = cv2.GaussianBlur(sure, (0, 0), spread)
        new = (weight > 1e-3) & ~done
        made[new] = total[new] / weight[new][:, None]
        done |= new
    return made


def _astronaut(path: Path) -> Subject:
    """Return the round picture of the film with strands of hair around it."""
    with av.open(str(path)) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="bgr24").astype(np.float32)
    keyed = picture[..., 1] - np.maximum(picture[..., 0], picture[..., 2])
    rows, columns = np.nonzero(keyed < 60)
    radius = min(np.ptp(rows), np.ptp(columns)) // 2 - 6
    top, left = (
        (rows.min() + rows.max()) // 2 - radius,
        (columns.min() + columns.max()) // 2 - radius,
    )
    side = 560
    part = picture[top : top + 2 * radius, left : left + 2 * radius]
    colours = cv2.resize(part, (side, side), interpolation=cv2.INTER_CUBIC).clip(0, 255)
    margin = 80
    colours = cv2.copyMakeBorder(colours, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    whole = side + 2 * margin
    y, x = np.mgrid[:whole, :whole].astype(np.float32) - whole / 2
    disc = np.clip((side / 2 - 12 - np.hypot(x, y)) / 2 + 0.5, 0, 1)
    hair = _hair(whole, side / 2 - 14)
    own = disc[..., None] * colours + (1 - disc[..., None]) * np.array([40, 70, 105], np.float32)
    return Subject(np.asarray(own, np.float32), np.asarray(np.maximum(disc, hair), np.float32))


def _hair(side: int, radius: float) -> Floats:
    """Return strands, half a pixel to one and a half wide, that stand out from a circle."""
    random, fine = np.random.default_rng(_SEED), 4
    drawn = np.zeros((side * fine, side * fine), np.float32)
    along = np.linspace(0, 1, 12)
    for _ in range(_STRANDS):
        turn, length, bend = random.uniform(0, 6.283), random.uniform(30, 75), random.normal(0, 0.5)
        away, angle = radius - 3 + length * along, turn + bend * along**2 * 0.25
        points = np.stack([np.cos(angle), np.sin(angle)], axis=1) * away[:, None] + side / 2
        width = int(random.integers(2, 7))
        cv2.polylines(drawn, [(points * fine).astype(np.int32)], False, 1.0, width, cv2.LINE_AA)
    return np.asarray(cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA), np.float32)


def frames(take: Take, subject: Subject, count: int) -> Iterator[tuple[NDArray[np.uint8], Frame]]:
    """Yield pictures, uint8 BGR, with their truth."""
    random = np.random.default_rng(_SEED)
    screen = _screen(take)
    for number in range(count):
        own, alpha = _placed(take, subject, number)
        truth = Frame(alpha, own)
        if take.cast:
            inside = cv2.GaussianBlur(alpha, (0, 0), 25)
            near = np.clip(1.15 - inside, 0, 1) * alpha
            own = own + (take.cast * (1.5 * near + 0.25 * alpha))[..., None] * screen
        made = own + (1 - alpha[..., None]) * screen + random.normal(0, _GRAIN, screen.shape)
        yield np.clip(made, 0, 255).astype(np.uint8), truth


def _screen(take: Take) -> Floats:
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    x, y = x / WIDTH, y / HEIGHT
    light = 1.08 - 0.48 * ((x - 0.35) ** 2 + (y - 0.4) ** 2) - 0.042 * np.sin(x * 9 + 1) * y
    even = np.array(take.colour, np.float32)
    lit = even * light[..., None] + np.stack([12 * (y - 0.5), 0 * x, 14 * (x - 0.5)], axis=-1)
    made = even + take.unevenness * (lit - even)
    return np.asarray(np.minimum(made, 250), np.float32)


def _placed(take: Take, subject: Subject, number: int) -> tuple[Floats, Floats]:
    """Return a subject's colours times alpha, and alpha, in its place of a frame."""
    left, top = (330.0, 130.0) if take.subject == "hand" else (260.0, 0.0)
    left += number * (16 if take.moves else 2)
    top += 8 * np.sin(number) if take.moves else 0
    steps = np.linspace(-0.5, 0.5, 9) if take.moves else np.zeros(1)
    sums = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    rows, columns = subject.alpha.shape
    whole = np.dstack([subject.colours * subject.alpha[..., None], subject.alpha])
    for step in steps.tolist():
        turn = 0.7 * number if take.moves else 0.0
        way = cv2.getRotationMatrix2D((columns / 2, rows / 2), turn, 1)
        way[:, 2] += left + _BLUR[0] * step, top + _BLUR[1] * step
        sums += cv2.warpAffine(whole, way, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    sums /= len(steps)
    return sums[..., :3], sums[..., 3]


def write_take(
    take: Take, subject: Subject, path: Path, count: int, keep: Callable[[Frame], Any]
) -> None:
    """Write a film of 25 frames a second, H.264 at crf 18, 4:2:0; `keep` takes the truth."""
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream(
            "libx264", rate=25, options={"crf": "18", "preset": "veryfast"}
        )
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        coded = stream.codec_context
        coded.color_range, coded.colorspace, coded.color_primaries, coded.color_trc = 1, 1, 1, 1
        for picture, truth in frames(take, subject, count):
            keep(truth)
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
