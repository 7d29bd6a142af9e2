"""Sample pictures, hashes and words as they are looked for. Pure.

An entry is what the project wants to find (a landmark, a product, a forbidden picture, a phrase). A
positive sample may find it; a negative one ("not this") may only keep it from being found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from videre.common.local_features import LOCAL_FEATURE_FIELDS
from videre.orchestrator.moderation.folds import Fold

FEATURE_DTYPE: Final = np.dtype(list(LOCAL_FEATURE_FIELDS))
#: Records of `FEATURE_DTYPE`.
Features = npt.NDArray[Any]

#: Algorithms of hashes: of pictures, and of the bytes of media.
PHASH: Final = "phash64"
SHA256: Final = "sha256"
#: Bits of a perceptual hash.
HASH_BITS: Final = 64
#: Differing bits up to which two hashes are one picture's, where an entry names no limit of its
#: own; see docs/library_matches.md for what that was measured on.
DEFAULT_DISTANCE: Final = 8
#: Score E4 from which a sample picture counts as shown, where its library names no threshold.
DEFAULT_THRESHOLD: Final = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """What is known of a picture for comparing it with others.

    Args:
        features: its local features.
        width: of the picture as it was described, pixels.
        height: the same.
        hash: perceptual hash of 64 bits; None for a plain picture.
    """

    features: Features
    width: int
    height: int
    hash: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SamplePicture:
    """A sample that shows an entry, or what it is not.

    Of a large library `marks` has some of the features only, see `pictures.PictureFinder`.
    """

    id: str
    marks: Marks


@dataclass(frozen=True, slots=True, eq=False)
class PictureEntry:
    """Something to be found by sample pictures of it, from score `threshold` (E4) on.

    Of every kind of entry, `node_id` is the taxonomy node that it speaks for; "" = none.
    """

    entry_id: str
    samples: tuple[SamplePicture, ...]
    negatives: tuple[SamplePicture, ...] = ()
    threshold: int = DEFAULT_THRESHOLD
    node_id: str = ""


@dataclass(frozen=True, slots=True)
class HashEntry:
    """Pictures to be found by their perceptual hashes, up to `distance` differing bits.

    `digests` are SHA-256 (hex) of the bytes of whole media.
    """

    entry_id: str
    hashes: tuple[int, ...]
    negatives: tuple[int, ...] = ()
    distance: int = DEFAULT_DISTANCE
    node_id: str = ""
    digests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordEntry:
    """A word or phrase with its other spellings.

    Args:
        entry_id: the entry.
        texts: its spellings; of a pattern regular expressions.
        negatives: a hit inside one of them does not count.
        tolerated: what of a text does not matter, see `moderation.folds`.
        pattern: whether `texts` are regular expressions.
        near: a hit counts only with one of these within `window` characters.
        unless: and not with one of these.
        window: characters before and after; 0 = as moderation has it.
    """

    entry_id: str
    texts: tuple[str, ...]
    negatives: tuple[str, ...] = ()
    tolerated: frozenset[Fold] = frozenset()
    pattern: bool = False
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    window: int = 0
    node_id: str = ""


#: Local features as they were kept, by artifact digest.
StoredFeatures = Mapping[str, Features]
NO_FEATURES: Final[StoredFeatures] = MappingProxyType({})
