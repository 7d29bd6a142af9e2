"""Evidence records as references beside a statement. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
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
_SCORE: Final[Mapping[type, Callable[[Proof], int]]] = {
    Evidence: attrgetter("score"),
    EvidenceRef: attrgetter("raw_score"),
}
_PLACE: Final = attrgetter("span.start_ns", "span.end_ns", "engine", "id")


def modality_of(feature: str) -> Modality:
    """Return what a feature's evidence counts as."""
    return _MODALITIES.get(feature, Modality.IMAGE)


def modality_name(feature: str) -> str:
    """Return the same as a word."""
    return _NAMES.get(feature, _IMAGE)


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
    return -_raw_score(item), span.start_ns, span.end_ns, item.engine, item.id


def _raw_score(item: Proof) -> int:
    return item.raw_score if isinstance(item, EvidenceRef) else item.score


def strongest(items: Iterable[P]) -> list[P]:
    """Return the strongest in order, as `strength` says, at most `MAX_REFS`."""
    items = list(items)
    if len(items) < 2:
        return items
    kinds = set(map(type, items))
    if len(kinds) > 1:
        return sorted(items, key=strength)[:MAX_REFS]
    # A film's label may have ten thousands: only those that can be among the first are put in
    # order, in two steps that need no line of Python for each.
    score = _SCORE[kinds.pop()]
    if len(items) > MAX_REFS:
        least = sorted(map(score, items))[-MAX_REFS]
        items = [item for item in items if score(item) >= least]
    items.sort(key=_PLACE)
    items.sort(key=score, reverse=True)
    return items[:MAX_REFS]


def strongest_of(groups: Iterable[Sequence[P]]) -> list[P]:
    """Return the strongest of groups, each of them once.

    Args:
        groups: each with its strongest first, so that most are passed over by their first one.
    """
    groups = [group for group in groups if group]
    firsts = {group[0].id: group[0] for group in groups}
    if len(firsts) > MAX_REFS:
        least = _raw_score(strongest(firsts.values())[-1])
        groups = [group for group in groups if _raw_score(group[0]) >= least]
    return strongest({item.id: item for group in groups for item in group}.values())


def references(items: Iterable[Proof]) -> tuple[EvidenceRef, ...]:
    """Return the strongest as references, at most `MAX_REFS`."""
    return tuple([reference(item) for item in strongest(items)])
