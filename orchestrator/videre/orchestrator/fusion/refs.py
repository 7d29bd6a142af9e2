"""Evidence records as references beside a statement. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

from videre.orchestrator.document import MAX_REFS, EvidenceRef
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FEATURES, SPEECH_ACTIVITY, Modality

#: A record, or the reference to one that was made already: of most records none is ever needed.
Proof = Evidence | EvidenceRef
P = TypeVar("P", bound=Proof)

_MODALITIES: Final = {feature.name: feature.modality for feature in FEATURES} | {
    SPEECH_ACTIVITY: Modality.SPEECH
}
#: The same in words: records are many, and an enumeration's value is slow to come by.
_NAMES: Final = {feature: modality.value for feature, modality in _MODALITIES.items()}
_IMAGE: Final = Modality.IMAGE.value


def modality_of(feature: str) -> Modality:
    """Return what a feature's evidence counts as."""
    return _MODALITIES.get(feature, Modality.IMAGE)


def reference(record: Proof) -> EvidenceRef:
    """Return the reference to one record."""
    if isinstance(record, EvidenceRef):
        return record
    return EvidenceRef(
        record.id, _NAMES.get(record.feature, _IMAGE), record.engine, record.score,
        record.span, record.box, record.picture,
    )  # fmt: skip


def strength(item: Proof) -> tuple[int, int, int, str, str]:
    """Return the key that orders proofs by raw score downwards, then by time and id."""
    span = item.span
    score = item.raw_score if isinstance(item, EvidenceRef) else item.score
    return -score, span.start_ns, span.end_ns, item.engine, item.id


def strongest(items: Iterable[P]) -> list[P]:
    """Return the strongest in order, at most `MAX_REFS`.

    A film's label may have ten thousands: only those that can be among the first get a key.
    """
    items = list(items)
    if len(items) < 2:
        return items
    if len(items) > MAX_REFS:
        scores = [i.raw_score if isinstance(i, EvidenceRef) else i.score for i in items]
        least = sorted(scores)[-MAX_REFS]
        items = [item for item, score in zip(items, scores, strict=True) if score >= least]
    return sorted(items, key=strength)[:MAX_REFS]


def references(items: Iterable[Proof]) -> tuple[EvidenceRef, ...]:
    """Return the strongest as references, at most `MAX_REFS`."""
    return tuple([reference(item) for item in strongest(items)])
