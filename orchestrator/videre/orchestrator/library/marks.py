"""Marks of pictures, as evidence and library samples keep them. Pure.

A record of the feature `landmarks` says in its attributes how large the picture was as described
(`width_px`, `height_px`, × 10,000), its perceptual hash in two halves (`hash_high`, `hash_low`;
both absent for a plain picture) and how many local features it has (`features`). These are in the
artifact that `embedding` names, from the row that it names.
"""

from __future__ import annotations

import struct
from typing import Final

import numpy as np

from videre.common.local_features import SCALE
from videre.common.values import SCORE_ONE
from videre.orchestrator.document.refs import BoxE4
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.library.entries import FEATURE_DTYPE, Features, Marks, StoredFeatures

#: Local features below which a picture cannot be told from others.
FEWEST_FEATURES: Final = 24
_HALF: Final = 32
#: Of a sample: width, height, 1 when it has a hash, the hash; its local features follow.
_HEAD: Final = struct.Struct("<HHBQ")


def hash_attributes(value: int) -> dict[str, int]:
    """Return a perceptual hash as attributes: JSON holds no whole numbers of 64 bits."""
    return {"hash_high": value >> _HALF, "hash_low": value & ((1 << _HALF) - 1)}


def hash_of(record: Evidence) -> int | None:
    """Return the perceptual hash that a record keeps; None where it has none."""
    high = record.attributes.get("hash_high")
    return None if high is None else high << _HALF | record.attributes["hash_low"]


def read_features(data: bytes) -> Features:
    """Return the local features of an artifact.

    Raises:
        ValueError: it does not hold whole records.
    """
    return np.frombuffer(data, FEATURE_DTYPE)


def features_of(reference: str, count: int, stored: StoredFeatures) -> Features:
    """Return `count` local features from "<artifact digest>/<row>" on; none for "".

    Raises:
        LookupError: the artifact was not given.
    """
    if not reference:
        return np.zeros(0, FEATURE_DTYPE)
    digest, _, row = reference.rpartition("/")
    return stored[digest][int(row) : int(row) + count]


def part_of(marks: Marks, box: BoxE4) -> Marks:
    """Return what lies in a box of a picture, as a picture of its own; without a hash."""
    left, width = (side * marks.width // SCORE_ONE for side in (box[0], box[2]))
    top, height = (side * marks.height // SCORE_ONE for side in (box[1], box[3]))
    features = marks.features
    x, y = (
        features["x"].astype(np.int64) - left * SCALE,
        features["y"].astype(np.int64) - top * SCALE,
    )
    inside = (x >= 0) & (y >= 0) & (x < width * SCALE) & (y < height * SCALE)
    kept = features[inside].copy()
    kept["x"], kept["y"] = x[inside], y[inside]
    return Marks(kept, width, height)


def to_bytes(marks: Marks) -> bytes:
    """Return a sample's marks as they are stored."""
    known = marks.hash is not None
    head = _HEAD.pack(marks.width, marks.height, known, marks.hash or 0)
    return head + np.ascontiguousarray(marks.features).tobytes()


def from_bytes(data: bytes) -> Marks:
    """Return what `to_bytes` was given."""
    width, height, known, value = _HEAD.unpack_from(data)
    return Marks(read_features(data[_HEAD.size :]), width, height, value if known else None)
