"""Evidence records as references beside a statement. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from videre.orchestrator.document import MAX_REFS, EvidenceRef
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FEATURES, SPEECH_ACTIVITY, Modality

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
    return tuple(reference(record) for record in sorted(records, key=strength)[:MAX_REFS])
