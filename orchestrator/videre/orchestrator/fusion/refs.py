"""Evidence records as references beside a statement. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

from videre.orchestrator.document import MAX_REFS, EvidenceRef
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FEATURES, SPEECH_ACTIVITY, Modality

T = TypeVar("T")

_MODALITIES: Final = {feature.name: feature.modality for feature in FEATURES} | {
    SPEECH_ACTIVITY: Modality.SPEECH
}
#: The same in words: records are many, and an enumeration's value is slow to come by.
_NAMES: Final = {feature: modality.value for feature, modality in _MODALITIES.items()}
_IMAGE: Final = Modality.IMAGE.value


def modality_of(feature: str) -> Modality:
    """Return what a feature's evidence counts as."""
    return _MODALITIES.get(feature, Modality.IMAGE)


def reference(record: Evidence) -> EvidenceRef:
    """Return the reference to one record."""
    return EvidenceRef(
        id=record.id,
        modality=_NAMES.get(record.feature, _IMAGE),
        engine=record.engine,
        raw_score=record.score,
        span=record.span,
        box=record.box,
        picture=record.picture,
    )


def strength(record: Evidence) -> tuple[object, ...]:
    """Return the key that orders records by raw score downwards, then by time and id."""
    return (-record.score, record.span.start_ns, record.span.end_ns, record.engine, record.id)


def rank(ref: EvidenceRef) -> tuple[object, ...]:
    """Return the key that orders references as `strength` orders their records."""
    return (-ref.raw_score, ref.span.start_ns, ref.span.end_ns, ref.engine, ref.id)


def references(records: Iterable[Evidence]) -> tuple[EvidenceRef, ...]:
    """Return the strongest records as references, at most `MAX_REFS`."""
    return tuple([reference(record) for record in strongest(records)])


def strongest(records: Iterable[Evidence]) -> list[Evidence]:
    """Return the strongest records in order, at most `MAX_REFS`."""
    records = list(records)
    return _first(records, strength, [record.score for record in records])


def strongest_refs(refs: Iterable[EvidenceRef]) -> tuple[EvidenceRef, ...]:
    """Return the strongest references in order, at most `MAX_REFS`."""
    refs = list(refs)
    return tuple(_first(refs, rank, [ref.raw_score for ref in refs]))


def _first(items: Sequence[T], key: Callable[[T], Any], scores: list[int]) -> list[T]:
    """Return the first items by a key that begins with the score, downwards.

    A film's label may have ten thousands: only those that can be among the first get a key.
    """
    if len(items) > MAX_REFS:
        least = sorted(scores)[-MAX_REFS]
        items = [item for item, score in zip(items, scores, strict=True) if score >= least]
    return sorted(items, key=key)[:MAX_REFS]
