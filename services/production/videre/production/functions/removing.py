"""What the functions share that take something out of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from videre.production.decode import FrameSource
from videre.production.functions.base import Work
from videre.production.retouching.edits import Edits, Hole, Removed, Veil
from videre.production.retouching.holes import Mask
from videre.production.retouching.logos import Bgr, Logo, Rect

#: Longer side of the pictures that are looked at.
SIDE: Final = 1_280
#: Veils lie on whole samples of every plane.
_STEP: Final = 8


@dataclass(frozen=True, slots=True)
class View:
    """How pictures that are looked at stand to those that are changed.

    Args:
        frame: width and height of the pictures.
        looked: width and height of those that are looked at.
    """

    frame: tuple[int, int]
    looked: tuple[int, int]

    def rect(self, x: float, y: float, width: float, height: float) -> Rect:
        """Return a box, in shares of the picture, in pixels that are looked at."""
        across, down = self.looked
        left, top = min(int(x * across), across - 1), min(int(y * down), down - 1)
        right, bottom = int(np.ceil((x + width) * across)), int(np.ceil((y + height) * down))
        return max(0, left), max(0, top), min(across, right), min(down, bottom)

    def around(self, rect: Rect, margin: int) -> tuple[Rect, Rect]:
        """Return what is around a box: in pixels that are looked at, and in those of the frame."""
        scale = [whole / part for whole, part in zip(self.frame, self.looked, strict=True)]
        left = max(0, int((rect[0] - margin) * scale[0])) // _STEP * _STEP
        top = max(0, int((rect[1] - margin) * scale[1])) // _STEP * _STEP
        right = min(self.frame[0], -(-int((rect[2] + margin) * scale[0]) // _STEP) * _STEP)
        bottom = min(self.frame[1], -(-int((rect[3] + margin) * scale[1]) // _STEP) * _STEP)
        part = (
            int(left / scale[0]),
            int(top / scale[1]),
            min(self.looked[0], round(right / scale[0])),
            min(self.looked[1], round(bottom / scale[1])),
        )
        return part, (left, top, right, bottom)


class Removal:
    """Collects what is taken away, and writes the files that say so into the task's folder."""

    def __init__(self, folder: Path, view: View) -> None:
        """Take the folder and the view in which things were found."""
        self._folder, self._view = folder, view
        self._holes: list[Hole] = []
        self._veils: list[Veil] = []
        #: What is taken away.
        self.removed: list[Removed] = []

    @property
    def edits(self) -> Edits:
        """What is changed."""
        return Edits(veils=tuple(self._veils), holes=tuple(self._holes))

    def hole(self, mask: Mask, place: Rect, start_ns: int, end_ns: int) -> None:
        """Take pixels away.

        Args:
            mask: of the part, in pixels that are looked at.
            place: of the part in the frame.
            start_ns: from when on.
            end_ns: until when.
        """
        whole = self._scaled(mask.astype(np.uint8), place, exact=True).astype(np.bool_)
        rows, columns = np.nonzero(whole)
        if not len(rows):
            return
        top, bottom = int(rows.min()), int(rows.max()) + 1
        left, right = int(columns.min()), int(columns.max()) + 1
        file = self._folder / f".hole-{len(self._holes)}.npy"
        np.save(file, whole[top:bottom, left:right])
        left, right, top, bottom = (
            left + place[0], right + place[0], top + place[1], bottom + place[1],
        )  # fmt: skip
        self._holes.append(Hole(str(file), left, top, right - left, bottom - top, start_ns, end_ns))

    def veil(self, logo: Logo, place: Rect, start_ns: int, end_ns: int) -> None:
        """Compute the picture behind what lets it through; arguments as of `hole`."""
        kept = np.where(logo.veil, logo.kept, 1).astype(np.float32)
        behind = np.where(logo.veil[:, :, None], logo.behind, logo.seen)
        file = self._folder / f".veil-{len(self._veils)}.npz"
        held = {"kept": kept, "seen": logo.seen, "behind": behind}
        scaled: dict[str, Any] = {name: self._scaled(one, place) for name, one in held.items()}
        np.savez(file, **scaled)
        self._veils.append(Veil(str(file), place[0], place[1], start_ns, end_ns))

    def told(self, rect: Rect, start_ns: int, end_ns: int, computed: float) -> None:
        """Note what is taken away: its box in pixels that are looked at."""
        across, down = self._view.looked
        left, top, right, bottom = rect
        box = (left / across, top / down, (right - left) / across, (bottom - top) / down)
        self.removed.append(Removed(box, start_ns, end_ns, computed))

    def _scaled(self, values: Any, place: Rect, *, exact: bool = False) -> Any:
        import cv2

        size = place[2] - place[0], place[3] - place[1]
        if values.shape[1::-1] == size:
            return values
        how = cv2.INTER_NEAREST if exact else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(values, size, interpolation=how), values.dtype)


def looks(
    work: Work, source: FrameSource, frames: Sequence[int], size: tuple[int, int], done: float
) -> dict[int, Bgr]:
    """Return pictures of frames that can be decoded.

    Args:
        work: the task.
        source: the pictures.
        frames: which, rising.
        size: width and height.
        done: share of the work that is done when they are read.

    Raises:
        VidereError: DECODE_FAILED, DECODE_LIMIT.
    """
    found: dict[int, Bgr] = {}
    for number, item in enumerate(source.read(frames, size), 1):
        work.progress(done * number / len(frames))
        if item.picture is not None:
            found[item.frame] = item.picture
    return found


def cut_out(picture: Bgr, part: Rect) -> Bgr:
    """Return a part of a picture."""
    left, top, right, bottom = part
    return picture[top:bottom, left:right]
