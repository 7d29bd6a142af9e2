"""Named entities of a film: mentions of all passages, pooled. Pure.

Where two mentions share words, the longer one counts, then the kind in the order organisation,
brand, product, person, place ("Bank of China" is no country). Mentions of one modality bear the
same witness, those of different modalities add up (see `pool`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from videre.common.values import SCORE_ONE
from videre.orchestrator.document import Entity, EntityKind, PlaceReason
from videre.orchestrator.fusion.mentions import Mention, evidence_of, surface
from videre.orchestrator.fusion.organisations import organisations
from videre.orchestrator.fusion.passages import Passage
from videre.orchestrator.fusion.persons import persons
from videre.orchestrator.fusion.places import places
from videre.orchestrator.fusion.pool import Witness, pool
from videre.orchestrator.fusion.prominence import merge_spans
from videre.orchestrator.lexicon.gazetteer import load_gazetteer
from videre.orchestrator.lexicon.names import KnownNames
from videre.orchestrator.timeline import Timeline

#: Entities below this score E4 are left out: text that was hardly read names nobody.
LEAST_SCORE: Final = 4_000
_ORDER: Final = (
    EntityKind.ORGANISATION,
    EntityKind.BRAND,
    EntityKind.PRODUCT,
    EntityKind.PERSON,
    EntityKind.PLACE,
)


def mentions(passages: Iterable[Passage], known: KnownNames) -> list[Mention]:
    """Return every name in the passages, none over another."""
    return [mention for passage in passages for mention in _named(passage, known)]


def entities(named: Iterable[Mention], timeline: Timeline) -> tuple[Entity, ...]:
    """Return the entities that mentions name, surest first.

    No passage can take away what another one names: adding a text never removes an entity.
    """
    groups: dict[tuple[EntityKind, str], list[Mention]] = defaultdict(list)
    for mention in named:
        groups[mention.kind, mention.key].append(mention)
    found = [_entity(group, timeline) for group in groups.values()]
    kept = [entity for entity in found if entity.score >= LEAST_SCORE]
    return tuple(sorted(kept, key=lambda e: (-e.score, -e.mentions, e.kind, e.name)))


def _named(passage: Passage, known: KnownNames) -> list[Mention]:
    """Return the mentions of a passage, none over another."""
    found = [
        *organisations(passage, known),
        *persons(passage),
        *places(passage, load_gazetteer()),
    ]
    found.sort(key=lambda m: (m.first.start - m.last.end, _ORDER.index(m.kind), m.first.start))
    kept: list[Mention] = []
    for mention in found:
        if all(
            m.last.end <= mention.first.start or mention.last.end <= m.first.start for m in kept
        ):
            kept.append(mention)
    return kept


def _entity(mentions: Sequence[Mention], timeline: Timeline) -> Entity:
    witnesses: dict[str, Witness] = {}
    for mention in mentions:
        passage = mention.passage
        score = mention.score * passage.score // SCORE_ONE
        witness = Witness(passage.modality, "names", score)
        witnesses[passage.modality] = max(witnesses.get(passage.modality, witness), witness)
    languages = Counter("zh" if mention.first.is_han else "en" for mention in mentions)
    evidence, count = evidence_of(mention.passage.refs for mention in mentions)
    return Entity(
        kind=mentions[0].kind,
        name=surface((mention.name, 1) for mention in mentions),
        language=min(languages, key=lambda language: (-languages[language], language)),
        score=pool(witnesses.values()),
        mentions=len(mentions),
        spans=merge_spans(
            span for m in mentions for span in m.passage.spans_of(m.first, m.last, timeline)
        ),
        modalities=tuple(sorted(witnesses)),
        evidence=evidence,
        evidence_count=count,
        place=min(
            (m.place for m in mentions if m.place is not None),
            key=lambda place: (
                place.candidates[0].reason is not PlaceReason.NAMED_WITH,
                -place.candidate_count,
                [candidate.id for candidate in place.candidates],
            ),
            default=None,
        ),
    )
