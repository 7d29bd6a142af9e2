"""Taking away what lets the picture through: the picture behind is computed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from videre.production.retouching.edits import Veil
from videre.production.retouching.filling import shrunk
from videre.production.retouching.planes import Floats, Planes

_TOP: Final = 255.0


class Unveiler:
    """Takes one veil away.

    A sample is kept × behind + what the veil adds; that is the same in all frames, and follows from
    the means of many: behind = (sample − mean with it) / kept + mean without it.
    """

    def __init__(self, veil: Veil) -> None:
        """Take a veil; its file holds kept, seen and behind."""
        #: When, where.
        self.veil = veil
        with np.load(Path(veil.file)) as held:
            self._kept, self._seen, self._behind = held["kept"], held["seen"], held["behind"]
        self._maps: list[tuple[Floats, Floats]] | None = None

    def apply(self, planes: Planes) -> None:
        """Take it away from a picture."""
        if self._maps is None:
            self._maps = self._prepared(planes)
        top, left = self.veil.top, self.veil.left
        high = (1 << planes.coding.bits) - 1
        for array, (across, down), (gain, offset) in zip(
            planes.arrays, planes.shifts, self._maps, strict=True
        ):
            rows = slice(top >> down, (top >> down) + gain.shape[0])
            columns = slice(left >> across, (left >> across) + gain.shape[1])
            part = array[rows, columns]
            fitting = slice(None, part.shape[0]), slice(None, part.shape[1])
            changed = part * gain[fitting] + offset[fitting]
            part[:] = np.rint(changed.clip(0, high)).astype(array.dtype)

    def _prepared(self, planes: Planes) -> list[tuple[Floats, Floats]]:
        rgb = [np.asarray(one[:, :, ::-1] / _TOP, np.float32) for one in (self._seen, self._behind)]
        seen, behind = (planes.coding.written(one) for one in rgb)
        gain = np.asarray(1 / self._kept, np.float32)
        maps = []
        for (across, down), with_it, without in zip(planes.shifts, seen, behind, strict=False):
            shape = -(-gain.shape[0] // (1 << down)), -(-gain.shape[1] // (1 << across))
            shift = across, down
            small = shrunk(gain, shift, shape)
            maps.append(
                (small, shrunk(without, shift, shape) - small * shrunk(with_it, shift, shape))
            )
        return maps
