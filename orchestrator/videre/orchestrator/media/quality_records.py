"""What the decode passes measure for the technical quality of picture and sound. Pure.

Two little-endian arrays: one record per frame of a unit (the motion of every frame, the rest of one
frame in each half second), one record per tenth of a second and channel of the sound track.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from videre.common.values import NS

#: Who measures; the number changes when its answers may change.
QUALITY_METER: Final = "quality-meter@2"
#: One frame of each of these cells of its unit is measured in full.
CELL_NS: Final = NS // 2
#: Length of a record of the sound.
HOP_NS: Final = NS // 10
#: Frequencies of a hum, Hz: those of the mains, each with what a rectifier makes of it. All have
#: whole periods in a record, so that what is steady there keeps its phase from record to record.
HUM_HZ: Final = (50, 100, 60, 120)

PICTURE_TYPE: Final = np.dtype(
    [
        ("measured", "u1"),  # 1 = measured in full; else all but the shift is 0
        (
            "shift_x",
            "<f4",
        ),  # motion since the frame before, share of the width
        ("shift_y", "<f4"),  # the same, share of height
        ("edge_width", "<f4"),  # of the steepest edges, pixels at a longer side of 512; 0 = none
        ("block_step", "<f4"),  # step at the borders of 8×8 blocks over the steps within, a ratio
        ("noise", "<f4"),  # standard deviation of the noise, levels of 0..255
        ("comb", "<f4"),  # share of the samples that stand out from the lines above and below only
        ("luma_1", "u1"),  # 1st percentile of luma inside of black bars, 0..255
        ("luma_10", "u1"),
        ("luma_50", "u1"),
        ("luma_90", "u1"),
        ("luma_99", "u1"),
        ("clipped", "<f4"),  # share of samples inside of black bars with luma of 250 and more
        ("left", "<f4"),  # width of the black bar at each side, share of the picture's side
        ("top", "<f4"),
        ("right", "<f4"),
        ("bottom", "<f4"),
    ]
)

SOUND_TYPE: Final = np.dtype(
    [
        ("mean", "<f4"),  # of the samples, full scale = 1
        ("power", "<f4"),  # mean square
        ("peak", "<f4"),  # largest magnitude
        ("clipped", "<f4"),  # share of samples at full scale
        ("beside", "<f4"),  # mean product with the other channel of a stereo pair; 0 without one
        ("hum", "<f2", (len(HUM_HZ), 2)),  # amplitude at each of `HUM_HZ`, real and imaginary
    ]
)
