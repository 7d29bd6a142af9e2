"""What makes a picture a good cover, and which pictures to choose. Pure numpy.

Sharpness and writing are told on the picture as it comes (640 pixels on the longer side), the rest
on means of 2 × 2 pixels. A picture that is black, blurred, full of writing, inside a transition or
with closed eyes is unfit, however good the rest of it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.writing import writing_share

Bgr = NDArray[np.uint8]
Array = NDArray[np.float64]

#: Luma below which, and deviation below which, nothing can be made out (0..1).
_BLACK_LUMA: Final = 0.07
_WHITE_LUMA: Final = 0.95
_FLAT_DEVIATION: Final = 0.03
#: Brightest value of a black bar, after encoding.
_BAR_LEVEL: Final = 24

#: Why a picture is unfit that shows nothing: black, white, one colour, an empty card.
BLANK: Final = "blank"
BLURRED: Final = "blurred"

_WEIGHTS: Final = {
    "sharpness": 0.20, "exposure": 0.18, "colour": 0.10, "detail": 0.12, "composition": 0.10,
    "steadiness": 0.10, "faces": 0.20,
}  # fmt: skip
#: Colourfulness (Hasler & Süsstrunk 2003) that people call "highly colourful".
_HIGHLY_COLOURFUL: Final = 82.0
#: Blur (Crete et al. 2007) of very sharp pictures of 640 pixels, and of those that are blurred
#: whatever they show: clips at hand have .22 to .65, behind a Gaussian of 6 pixels of 1,280 more
#: than .72.
_SHARP: Final = 0.20
_BLURRED: Final = 0.75
#: Pixels that are averaged to see what blurring takes away.
_REACH: Final = 4
#: Where the eye looks for a subject: thirds and the middle across, a little above it down.
_ACROSS: Final = (1 / 3, 1 / 2, 2 / 3)
_DOWN: Final = (1 / 3, 0.42, 1 / 2)
#: Distance from there at which a place is as bad as any, shares of a side.
_FAR: Final = 0.3
#: A subject that is cut off by the picture's edge is worth so much of another one.
_CUT_OFF: Final = 0.6
#: Share of the picture with writing from which it is full of it.
_FULL_OF_WRITING: Final = 0.07
#: Entropy of light over its maximum below which a picture is a card with little on it.
_PLAIN: Final = 0.15
#: Openness below which eyes are shut.
_SHUT: Final = 0.75


@dataclass(frozen=True, slots=True)
class Subject:
    """What a picture is about: left, top, right, bottom, shares of it."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a picture that does not follow from it alone.

    Args:
        faces: how well faces stand in it, 0..1; 0 without faces.
        eyes_open: whether eyes are open, 0..1; None where no eye can be told.
        smile: how sure it is that a face is happy; None where nobody looked.
        steadiness: how little it differs from those 0.1 s beside it, 0..1.
        in_transition: it is a mixture of what comes before and behind it.
        subject: what it is about; None = not known.
        writing: share of it that the analysis read as text; None = nobody looked.
    """

    faces: float = 0.0
    eyes_open: float | None = None
    smile: float | None = None
    steadiness: float = 1.0
    in_transition: bool = False
    subject: Subject | None = None
    writing: float | None = None


@dataclass(frozen=True, slots=True)
class Reasons:
    """What the score of a picture is made of, 0..1 each; None = cannot be told.

    Args:
        sharpness: how little blurring would take away from it.
        exposure: light well spread, little clipped.
        colour: colourfulness.
        detail: entropy of its light.
        composition: its subject stands on a third or in the middle, whole.
        steadiness: how little it differs from the pictures beside it.
        faces: how well faces stand in it.
        eyes_open: openness of the eyes of its largest face.
        smile: happiness of its faces.
        writing: share of it with writing.
        unfit: "", "blank", "blurred", "writing", "transition" or "eyes".
    """

    sharpness: float
    exposure: float
    colour: float
    detail: float
    composition: float
    steadiness: float
    faces: float
    eyes_open: float | None
    smile: float | None
    writing: float
    unfit: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A candidate.

    Args:
        frame: its index.
        score: 0..1; 0 for a blank picture.
        signature: float64, 8 × 8 mean colours, 0..1, for likeness.
        blur: 0..1, of sharp pictures below .5.
        reasons: what the score is made of.
        distinctness: how unlike it is to the covers chosen before it, 0..1.
    """

    frame: int
    score: float
    signature: Array
    blur: float
    reasons: Reasons
    distinctness: float = 1.0

    @property
    def fit(self) -> bool:
        """Whether nothing keeps it from being a cover."""
        return not self.reasons.unfit


def measure(frame: int, picture: Bgr, around: Around) -> Measured:
    """Judge a picture.

    Args:
        frame: its index.
        picture: uint8 BGR [height, width, 3], about 640 pixels on the longer side.
        around: what is known of it besides.
    """
    shown = _without_bars(picture)
    fine = _luma(shown.astype(np.float32) / 255)
    small = _halved(shown).astype(np.float64) / 255
    luma = np.asarray(_luma(small), np.float64)
    blur = blurredness(fine)
    writing = writing_share(fine) if around.writing is None else around.writing
    reasons = Reasons(
        sharpness=float(np.clip((_BLURRED - blur) / (_BLURRED - _SHARP), 0, 1)),
        exposure=_exposure(luma),
        colour=_colourfulness(small),
        detail=_detail(luma),
        composition=_composition(around.subject),
        steadiness=around.steadiness,
        faces=around.faces,
        eyes_open=around.eyes_open,
        smile=around.smile,
        writing=writing,
        unfit=_unfit(luma, blur, writing, around),
    )
    return Measured(frame, _score(reasons), _signature(small), blur, reasons)


def _unfit(luma: Array, blur: float, writing: float, around: Around) -> str:
    mean, deviation = luma.mean(), luma.std()
    if mean < _BLACK_LUMA or mean > _WHITE_LUMA or deviation < _FLAT_DEVIATION:
        return BLANK
    if _detail(luma) < _PLAIN:
        return BLANK
    if around.in_transition:
        return "transition"
    if blur >= _BLURRED:
        return BLURRED
    if writing >= _FULL_OF_WRITING:
        return "writing"
    if around.eyes_open is not None and around.eyes_open < _SHUT:
        return "eyes"
    return ""


def _score(reasons: Reasons) -> float:
    if reasons.unfit == BLANK:
        return 0.0
    values = {name: getattr(reasons, name) for name in _WEIGHTS}
    values["faces"] *= 0.6 + 0.4 * (1.0 if reasons.eyes_open is None else reasons.eyes_open)
    values["faces"] = min(1.0, values["faces"] * (1.0 + 0.25 * (reasons.smile or 0.0)))
    total = sum(_WEIGHTS[name] * value for name, value in values.items())
    return float(total * (1.0 - min(1.0, reasons.writing / _FULL_OF_WRITING) * 0.3))


def _luma(colours: NDArray[np.floating]) -> NDArray[np.floating]:
    return colours @ np.array([0.0722, 0.7152, 0.2126], colours.dtype)


def _halved(picture: Bgr) -> Array:
    """Return means of 2 × 2 pixels; a single row or column stays."""
    rows, columns = (max(1, side // 2 * 2) for side in picture.shape[:2])
    tall, wide = min(2, rows), min(2, columns)
    blocks = picture[:rows, :columns].reshape(rows // tall, tall, columns // wide, wide, 3)
    return np.asarray(blocks.mean(axis=(1, 3)))


def _without_bars(picture: Bgr) -> Bgr:
    """Return the picture without black bars at its edges; a black picture stays as it is."""
    lit = picture.max(axis=2) > _BAR_LEVEL
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    if len(rows) == 0:
        return picture
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def blurredness(luma: NDArray[np.floating]) -> float:
    """Return how blurred a picture is, 0..1, whatever it shows.

    Differences of neighbours that averaging does not take away were small before: the picture was
    blurred (Crete, Dolmiere, Ladret, Nicolas: The Blur Effect, SPIE 2007).
    """
    if min(luma.shape) < 4 * _REACH:
        return 0.0
    worst = 0.0
    for axis in (0, 1):
        soft = np.diff(_averaged(luma, axis), axis=axis)
        sharp = np.abs(np.diff(luma, axis=axis))
        total = float(sharp.sum())
        if total > 0:
            lost = float(np.maximum(0, sharp - np.abs(soft)).sum())
            worst = max(worst, 1.0 - lost / total)
    return worst


def _averaged(values: NDArray[np.floating], axis: int) -> NDArray[np.floating]:
    """Return means over 2 × `_REACH` + 1 neighbours along an axis."""
    size = 2 * _REACH + 1
    pad = [(_REACH + 1, _REACH) if one == axis else (0, 0) for one in (0, 1)]
    sums = np.pad(values, pad, mode="edge").cumsum(axis, dtype=np.float64)
    length = values.shape[axis]
    place = np.arange(length)
    return np.asarray((sums.take(place + size, axis) - sums.take(place, axis)) / size)


def _exposure(luma: Array) -> float:
    """Return how well light is spread, 0..1: mean near the middle, little clipped, contrast."""
    mean = 1.0 - abs(float(luma.mean()) - 0.45) / 0.55
    clipped = float((luma < 0.02).mean() + (luma > 0.98).mean())
    contrast = min(1.0, float(luma.std()) / 0.2)
    return max(0.0, mean * (1.0 - clipped) * (0.4 + 0.6 * contrast))


def _colourfulness(colours: Array) -> float:
    """Return Hasler & Süsstrunk's measure over "highly colourful", at most 1."""
    blue, green, red = (colours[:, :, channel] * 255 for channel in range(3))
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    deviation = np.hypot(red_green.std(), yellow_blue.std())
    mean = np.hypot(red_green.mean(), yellow_blue.mean())
    return float(min(1.0, (deviation + 0.3 * mean) / _HIGHLY_COLOURFUL))


def _detail(luma: Array) -> float:
    """Return the entropy of the luma histogram over its maximum: title cards have little."""
    counts = np.histogram(luma, bins=64, range=(0, 1))[0]
    shares = counts[counts > 0] / luma.size
    return float(-(shares * np.log2(shares)).sum() / 6)


def _composition(subject: Subject | None) -> float:
    """Return how well a subject stands in the picture, 0..1; half of it where none is known."""
    if subject is None:
        return 0.5
    across, down = (subject.left + subject.right) / 2, (subject.top + subject.bottom) / 2
    away = np.hypot(min(abs(across - x) for x in _ACROSS), min(abs(down - y) for y in _DOWN))
    placed = max(0.0, 1.0 - float(away) / _FAR)
    whole = min(subject.left, subject.top, 1 - subject.right) > 0.005
    return placed * (1.0 if whole else _CUT_OFF)


def _signature(colours: Array) -> Array:
    rows = np.array_split(colours, 8, axis=0)
    cells = [cell for row in rows for cell in np.array_split(row, 8, axis=1)]
    return np.array([cell.mean(axis=(0, 1)) if cell.size else np.zeros(3) for cell in cells])
