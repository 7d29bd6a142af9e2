"""What stands before a screen of one colour, cut out. Child process only.

A difference key (Vlahos): how much of the screen's hue is in a pixel, beside how much is in the
clean plate there, is how clear the pixel is; at the edge both colours of the mixture are known, and
alpha is solved for. What the screen casts on the subject is taken away in the same measure.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from videre.common.errors import FieldViolation, Reason, VidereError
from videre.production.painting.base import Looks, Picture
from videre.production.painting.fields import Floats, sampled
from videre.production.painting.jobs import Keying, KeyJob
from videre.production.painting.mattes import Matte, cut_out, laid_on, matte_of, plain, within
from videre.production.painting.screens import (
    Screen,
    axes,
    clean_plate,
    find_screen,
    hue_part,
    relit,
    screen_of,
)

#: Frames that tell the screen's colour and its clean plate.
_LOOKS: Final = 16
#: Longer side of the picture in which light is looked at.
_SMALL: Final = 160
#: Share of the screen's hue below which a pixel is the subject: least and most.
_SUBJECT: Final = (0.04, 0.32)
#: Share of the subject that may have more of the hue.
_SPILLED: Final = 98
#: Share of the hue above which a pixel is the screen.
_SCREEN: Final = 0.92
#: A white screen: difference up to which a pixel is the screen, and from which it is the subject.
_WHITE: Final = (9.0, 60.0)
#: Pixels around an edge that are looked at again, of a picture 720 rows high.
_REACH: Final = 3


class GreenScreen:
    """See Painter. Raises FIELD_REQUIRED where no screen is found."""

    def __init__(self, job: KeyJob) -> None:
        """Take what is asked for."""
        self._job = job
        self._screen: Screen
        self._plate: Floats
        self._floor = _SUBJECT[0]
        self._shares: list[float] = []

    @property
    def clear(self) -> bool:
        """See Painter."""
        return self._job.behind.clear

    def size(self, width: int, height: int) -> tuple[int, int]:
        """See Painter."""
        return width, height

    def look(self, looks: Looks) -> None:
        """Find the screen's colour, its clean plate, and how much of it the subject reflects."""
        small = [_smaller(looks.read(frame)) for frame in looks.spread(_LOOKS)]
        if self._job.key is not None:
            red, green, blue = self._job.key
            self._screen = screen_of((blue, green, red))
        else:
            found = find_screen(small)
            if found is None:
                raise _no_screen()
            self._screen = found
        self._plate = clean_plate(small, self._screen)
        if self._screen.hued:
            self._floor = _reflected(small, self._plate, self._screen)

    def paint(self, picture: Picture, behind: Picture | None) -> Picture:
        """See Painter."""
        small = _smaller(picture).astype(np.float32)
        plate, share = relit(self._plate, small, self._screen)
        self._shares.append(share)
        part = self._part(picture, plate)
        scale = -1 / (_SCREEN - self._floor)
        alpha = cv2.addWeighted(part, scale, part, 0, -_SCREEN * scale)
        reach = max(1, round(_REACH * picture.shape[0] / 720))
        matte = matte_of(picture, np.asarray(alpha.clip(0, 1), np.float32), plate, reach)
        picture, matte = self._unspilled(picture, matte, part, plate)
        if self._job.behind.clear:
            return cut_out(picture, matte)
        if behind is None:
            assert self._job.behind.colour is not None
            behind = plain(self._job.behind.colour, picture.shape[1::-1])
        return laid_on(picture, matte, behind)

    @property
    def painted(self) -> Keying:
        """See Painter."""
        blue, green, red = (round(part) for part in self._screen.colour)
        share = float(np.mean(self._shares)) if self._shares else 0.0
        return Keying((red, green, blue), share)

    def _part(self, picture: Picture, plate: Floats) -> Floats:
        """Return how much of the plate is in each pixel, from about 0 to about 1."""
        size = picture.shape[1::-1]
        if self._screen.hued:
            vectors = axes(self._screen)
            there = np.maximum(hue_part(plate, vectors), 1.0)
            whole = cv2.resize(1 / there, size, interpolation=cv2.INTER_LINEAR)
            return np.asarray(cv2.multiply(hue_part(picture, vectors), whole), np.float32)
        least, most = _WHITE
        there = np.rint(plate.clip(0, 255)).astype(np.uint8)
        whole = cv2.resize(there, size, interpolation=cv2.INTER_LINEAR)
        blue, green, red = cv2.split(cv2.absdiff(picture, whole))
        apart = cv2.max(cv2.max(blue, green), red).astype(np.float32)
        slope = (_SCREEN - self._floor) / (most - least)
        return np.asarray(self._floor + slope * (most - apart), np.float32)

    def _unspilled(
        self, picture: Picture, matte: Matte, part: Floats, plate: Floats
    ) -> tuple[Picture, Matte]:
        """Take the screen's light away from the subject: as much of the plate as has its hue."""
        if not self._screen.hued or not self._job.despill:
            return picture, matte
        vectors, flat = axes(self._screen), picture.copy()
        lit = np.flatnonzero((within(matte.alpha, 1, 2) & within(part, 1e-3, 10)) > 0)
        pixels = flat.reshape(-1, 3)
        measure = part.ravel().take(lit)[:, None] * self._job.despill
        light = measure * sampled(plate, lit, part.shape)
        pixels[lit] = np.rint((pixels.take(lit, axis=0) - light).clip(0, 255)).astype(np.uint8)
        if not len(matte.band):
            return flat, matte
        behind = sampled(plate, matte.band, part.shape)
        own = hue_part(matte.colours[None], vectors)[0]
        full = np.maximum(hue_part(behind[None], vectors)[0], 1.0)
        cast = (np.maximum(own, 0) / full)[:, None] * behind * self._job.despill
        colours = np.asarray((matte.colours - cast).clip(0, 255), np.float32)
        return flat, Matte(matte.alpha, matte.band, colours)


def _smaller(picture: Picture) -> Picture:
    rows, columns = picture.shape[:2]
    scale = min(1.0, _SMALL / max(rows, columns))
    size = max(8, round(columns * scale)), max(8, round(rows * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _reflected(pictures: list[Picture], plate: Floats, screen: Screen) -> float:
    """Return up to which share of the screen's hue the subject's inside has it itself."""
    vectors = axes(screen)
    full = np.maximum(hue_part(plate, vectors), 1.0)
    inside = []
    for one in pictures:
        part = hue_part(one, vectors) / full
        core = cv2.erode((part < 0.5).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        inside.append(part[core])
    every = np.concatenate(inside)
    least, most = _SUBJECT
    if not len(every):
        return least
    return float(np.clip(np.percentile(every, _SPILLED) + 0.02, least, most))


def _no_screen() -> VidereError:
    field, words = "task.key_green_screen.key_color", "no screen of one colour was found: name it"
    return VidereError(
        Reason.FIELD_REQUIRED,
        f"{field}: {words}",
        violations=(FieldViolation(field, words, "#rrggbb", ""),),
        metadata={"field": field, "limit": "#rrggbb", "actual": ""},
    )
