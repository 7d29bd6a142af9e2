"""Codes that were read in the picture. Parts of the document. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from videre.common.values import TimeSpan
from videre.orchestrator.document.refs import EvidenceRef

#: Most sightings that stand beside one code.
MAX_SIGHTINGS: Final = 100


class Symbology(StrEnum):
    """How a code is made; the classes of the engine bear the same names."""

    UNKNOWN = "unknown"
    QR_CODE = "qr_code"
    MICRO_QR_CODE = "micro_qr_code"
    RMQR_CODE = "rmqr_code"
    DATA_MATRIX = "data_matrix"
    AZTEC = "aztec"
    PDF417 = "pdf417"
    EAN_13 = "ean_13"
    EAN_8 = "ean_8"
    CODE_128 = "code_128"


@dataclass(frozen=True, slots=True)
class CodeSighting:
    """A code in one sampled frame; `quad` = x, y of four corners E4."""

    frame: int
    time_ns: int
    quad: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """One content of one symbology, wherever the film shows it.

    `value` is what was encoded, hex, where that is not the UTF-8 of `text`. Both are what strangers
    wrote: nothing reads them but people.
    """

    symbology: Symbology
    text: str
    value: str
    node_id: str
    spans: tuple[TimeSpan, ...]
    score: int
    sightings: tuple[CodeSighting, ...]
    sighting_count: int
    evidence: tuple[EvidenceRef, ...]
