"""The per-frame signals that the decode pass writes and the shot engine reads.

One little-endian record per frame in presentation order, 348 bytes; computed from the decoder's
own planes on every 8th sample in both directions, so that they cost almost nothing.
"""

from typing import Final

EDGE_COLUMNS: Final = 16
EDGE_ROWS: Final = 9

#: Field name and numpy type string, in the order of the record (packed, no padding).
SIGNAL_FIELDS: Final = (
    ("frame", "<i8"),  # frame index in presentation order
    ("time_ns", "<i8"),  # from the media's origin
    ("delta_y", "<f4"),  # mean |difference| to the frame before, luma, 0..255; 0 for frame 0
    ("delta_u", "<f4"),  # the same, chroma U
    ("delta_v", "<f4"),  # the same, chroma V
    ("histogram_distance", "<f4"),  # half the L1 distance of 32-bin luma histograms, 0..1
    ("luma_mean", "<f4"),  # 0..255, full range
    ("luma_deviation", "<f4"),  # standard deviation, 0..255
    ("chroma_deviation", "<f4"),  # larger standard deviation of U and V, 0..255
    ("dark_share", "<f4"),  # share of samples with luma below 32 (full range), 0..1
    ("bright_share", "<f4"),  # share of samples with luma above 223 (full range), 0..1
    ("sharpness", "<f4"),  # mean squared Laplacian of the subsampled luma
    ("edge_change", "<f4"),  # mean |difference| of the edge grids, 0..1
    ("edges", "u1", (EDGE_ROWS, EDGE_COLUMNS)),  # edge energy per cell, 0..255
    ("luma", "u1", (EDGE_ROWS, EDGE_COLUMNS)),  # mean luma per cell, 0..255
)
