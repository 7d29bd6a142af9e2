"""What of the operator's own libraries is found. Part of the document. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from videre.common.values import TimeSpan
from videre.orchestrator.document.refs import BoxAt, EvidenceRef


@dataclass(frozen=True, slots=True)
class LibraryMatch:
    """An entry of a library that is found; its name is looked up when somebody asks.

    Args:
        library_id: the library; its version stands in the rules of the analysis.
        entry_id: the entry.
        kind: what the library holds.
        score: how sure it is, E4; of persons and pictures the likeness to the nearest sample.
        spans: where.
        person_id: who of the people it is; "" for other kinds.
        sample_id: the nearest sample; "" for kinds without.
        evidence: what shows it, strongest first.
        boxes: of pictures, where the sample lies in frames.
        texts: of words, how they are written or spoken there.
        modalities: where it was found, sorted; () of persons, who are seen.
        evidence_count: number of records behind it; 0 of persons.
        node_id: taxonomy node that it speaks for; "" = none.
    """

    library_id: str
    entry_id: str
    kind: str
    score: int
    spans: tuple[TimeSpan, ...]
    person_id: str = ""
    sample_id: str = ""
    evidence: tuple[EvidenceRef, ...] = ()
    boxes: tuple[BoxAt, ...] = ()
    texts: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    evidence_count: int = 0
    node_id: str = ""
