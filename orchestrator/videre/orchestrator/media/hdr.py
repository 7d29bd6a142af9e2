"""High dynamic range → ordinary pictures: PQ and HLG with BT.2020 primaries to BT.709, 8 bits.

libswscale does it too, but builds a table for five seconds per process and cuts highlights off.
"""

from __future__ import annotations

from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

Rgb48 = npt.NDArray[np.uint16]
Bgr = npt.NDArray[np.uint8]
TRANSFERS: Final = frozenset({"smpte2084", "arib-std-b67"})
_ENTRIES: Final = 4096
#: Reference white, cd/m² (ITU-R BT.2408); it is 1.0 in what follows.
_WHITE: Final = 203.0
#: What becomes the brightest white: peaks of usual masters are 1,000 cd/m².
_PEAK: Final = 1000.0 / _WHITE
#: Linear RGB, BT.2020 → BT.709 (ITU-R BT.2087).
_TO_709: Final = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    np.float32,
)
_DISPLAY_GAMMA: Final = 2.4  # ITU-R BT.1886


def _pq() -> npt.NDArray[np.float32]:
    """Return linear light per code value (SMPTE ST 2084)."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    power = np.linspace(0, 1, _ENTRIES) ** (1 / m2)
    light = (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)
    return np.asarray(light * 10_000 / _WHITE, np.float32)


def _hlg() -> npt.NDArray[np.float32]:
    """Return linear light per code value (ITU-R BT.2100), display gamma 1.2 per channel."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    code = np.linspace(0, 1, _ENTRIES)
    scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
    return np.asarray(scene**1.2 * _PEAK, np.float32)


class ToneMapper:
    """Maps pictures of one transfer characteristic."""

    def __init__(self, transfer: str) -> None:
        self._linear = _pq() if transfer == "smpte2084" else _hlg()
        share = np.linspace(0, 1, _ENTRIES) ** 2  # finer in the dark
        self._coded = np.rint(255 * share ** (1 / _DISPLAY_GAMMA)).astype(np.uint8)

    def map(self, picture: Rgb48) -> Bgr:
        """Return the 8-bit BGR picture of 16-bit RGB code values, both (height, width, 3)."""
        linear = self._linear[picture >> 4]
        light = np.maximum(cast(npt.NDArray[np.float32], cv2.transform(linear, _TO_709)), 0)
        # Reinhard's curve: middle tones keep their place, the peak becomes white.
        mapped = np.minimum(light * (1 + light / _PEAK**2) / (1 + light), 1)
        places = (np.sqrt(mapped) * (_ENTRIES - 1)).astype(np.uint16)
        return np.ascontiguousarray(self._coded[places][:, :, ::-1])
