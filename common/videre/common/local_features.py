"""The local features of a picture, as the visual service writes and the orchestrator reads them.

One little-endian record of 40 bytes per feature: where a corner of the picture is, how large and
how turned its surroundings are, and 256 comparisons between points of them (ORB; Rublee et al.
2011). The place is in pixels of the picture as it was described, see `SCALE`.
"""

from typing import Final

#: Longer side of every picture when it is described, pixels.
SIDE: Final = 640
#: Units of `x`, `y` and `size` per pixel.
SCALE: Final = 32
#: Units of `angle` per degree.
ANGLE_SCALE: Final = 100
#: Bytes of a descriptor.
DESCRIPTOR_BYTES: Final = 32
#: Bytes of a record.
RECORD_BYTES: Final = 4 * 2 + DESCRIPTOR_BYTES
#: Most features of one picture.
MOST: Final = 400

#: Field name and numpy type string, in the order of the record (packed, no padding).
LOCAL_FEATURE_FIELDS: Final = (
    ("x", "<u2"),  # from the left edge
    ("y", "<u2"),  # from the top edge
    ("size", "<u2"),  # diameter of the surroundings
    ("angle", "<u2"),  # clockwise from the x axis
    ("descriptor", "u1", (DESCRIPTOR_BYTES,)),  # bits of the comparisons
)
