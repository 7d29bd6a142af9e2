"""Heads: classifiers of frames by the embeddings that an engine of classes made of them. Pure.

A head is a direction and a bias: its sum over an embedding is the logarithm of the odds that the
frame shows the class. Embeddings are whole numbers (`fusion.face_vectors`) and so are the weights,
so that every processor finds the same sum in whatever order it adds.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import EvidenceRef
from videre.orchestrator.fusion.face_vectors import SCALE, Vectors

#: What a sum is divided by. Weights of 2^31 times a vector of length 4,000 add up to less than
#: 2^53, up to which float64 holds whole numbers, for embeddings of up to a million values.
_UNIT: Final = 1 << 24
#: Weights are kept as they are multiplied: whole numbers.
_STORED: Final = np.dtype("<i4")
_LARGEST: Final = (1 << 31) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A head as it is looked for.

    Args:
        entry_id: the entry.
        engine: "name@version" of what makes the embeddings it reads.
        weights: whole numbers, one for each value of an embedding.
        bias: whole number.
        node_id: taxonomy node that it speaks for; "" = none.
    """

    entry_id: str
    engine: str
    weights: npt.NDArray[np.float64]
    bias: int
    node_id: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Frames of a media that an engine made embeddings of, in order of time.

    Args:
        refs: the evidence of each.
        spans: the stretch that each speaks for.
        vectors: one a row.
    """

    refs: Sequence[EvidenceRef]
    spans: Sequence[TimeSpan]
    vectors: Vectors


#: By engine, "name@version".
SeenBy = Mapping[str, Seen]
NOT_SEEN: Final[SeenBy] = MappingProxyType({})


def head_of(weights: npt.NDArray[np.float64], bias: float, engine: str, entry_id: str = "") -> Head:
    """Return a head of weights for embeddings of length 1."""
    whole = np.clip(np.rint(weights * (_UNIT / SCALE)), -_LARGEST, _LARGEST)
    return Head(entry_id, engine, whole, round(bias * _UNIT))


def probabilities(head: Head, vectors: Vectors) -> npt.NDArray[np.float64]:
    """Return the probability, 0..1, that each row shows the class."""
    sums = vectors.astype(np.float64) @ head.weights + head.bias
    odds = np.exp(-np.clip(sums / _UNIT, -60.0, 60.0))
    result: npt.NDArray[np.float64] = 1 / (1 + odds)
    return result


def scores(head: Head, seen: Seen) -> npt.NDArray[np.int64]:
    """Return the score E4 of each frame; none where the embeddings are not those it reads."""
    if seen.vectors.shape[1:] != head.weights.shape:
        return np.zeros(0, np.int64)
    return np.rint(probabilities(head, seen.vectors) * SCORE_ONE).astype(np.int64)


def to_document(head: Head) -> dict[str, Any]:
    """Return what is kept of a head, JSON values."""
    kept = base64.b64encode(head.weights.astype(_STORED).tobytes()).decode()
    return {"weights": kept, "bias": head.bias}


def from_document(entry_id: str, document: Mapping[str, Any]) -> Head:
    """Return the head that an entry holds."""
    kept = document["fitted"]
    return Head(
        entry_id=entry_id,
        engine=document["head"]["engine"],
        weights=np.frombuffer(base64.b64decode(kept["weights"]), _STORED).astype(np.float64),
        bias=kept["bias"],
        node_id=document.get("node_id", ""),
    )
