"""What matches of own libraries say for labels: a witness beside the film's own senses. Pure.

An entry may name a taxonomy node. A match of it is one more claim of fusion, made when libraries
are bound, so that naming a node or adding a sample later changes finished analyses too, without
their evidence: what the senses say of every node is kept beside the document (`Ground`).

A picture or a hash is seen. A word names a thing and does not show it, so it counts as words do in
fusion: at most `SPOKEN_SCORE`, `WRITTEN_SCORE` or `GIVEN_SCORE`, and believed when it is said
twice, given as the title, or when something else speaks for the node. A word of the taxonomy that
was said once and never believed is not kept, and joins nothing here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec import structs

from videre.common.values import TimeSpan
from videre.orchestrator.document import EvidenceRef, Label, LibraryMatch
from videre.orchestrator.features import Modality
from videre.orchestrator.fusion.claims import (
    ENOUGH_MENTIONS,
    GIVEN_SCORE,
    SPOKEN_SCORE,
    WRITTEN_SCORE,
    Claim,
)
from videre.orchestrator.fusion.inputs import FusionOptions
from videre.orchestrator.fusion.labels import Said, put_together, rate
from videre.orchestrator.fusion.pool import Witness
from videre.orchestrator.fusion.prominence import Presence, place_weight
from videre.orchestrator.fusion.refs import references
from videre.orchestrator.library.model import LibraryKind
from videre.orchestrator.taxonomy.model import Taxonomy

#: Stands for own libraries where evidence names an engine.
LIBRARY_ENGINE: Final = "library@1"
_TITLE: Final = "metadata/title"
#: Most that a word lends to a label, by where it stands.
_WORDS: Final = {
    Modality.SPEECH.value: SPOKEN_SCORE,
    Modality.TEXT.value: WRITTEN_SCORE,
    Modality.METADATA.value: GIVEN_SCORE,
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch with the weight E4 that something has in the picture there."""

    start_ns: int
    end_ns: int
    weight: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What the senses say of a node and of all below it; fields as `fusion.labels.Said`.

    Args:
        evidence: the strongest.
        count: number of all evidence.
    """

    node_id: str
    witnesses: tuple[Witness, ...]
    spans: tuple[TimeSpan, ...]
    stretches: tuple[Stretch, ...]
    evidence: tuple[EvidenceRef, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Ground:
    """What the labels of an analysis are made of, without own libraries.

    Args:
        labels: as the senses alone give them.
        heard: what they say of every node, also of those that are no labels.
        duration_ns: of the media.
        options: which labels the job keeps.
    """

    labels: tuple[Label, ...]
    heard: tuple[Heard, ...]
    duration_ns: int
    options: FusionOptions


def ground_of(
    said: Mapping[str, Said], labels: Iterable[Label], duration_ns: int, options: FusionOptions
) -> Ground:
    """Return what is kept of fusion for libraries that vote later."""
    heard = [
        Heard(
            node_id=node,
            witnesses=tuple(item.witnesses),
            spans=item.spans,
            stretches=tuple(Stretch(*weight) for weight in item.weights),
            evidence=references(item.proofs),
            count=item.count,
        )
        for node, item in sorted(said.items())
    ]
    return Ground(tuple(labels), tuple(heard), duration_ns, options)


def vote(matches: Iterable[LibraryMatch]) -> bool:
    """Tell whether a match speaks for a label."""
    return any(match.node_id for match in matches)


def voted(ground: Ground, matches: Iterable[LibraryMatch], taxonomy: Taxonomy) -> tuple[Label, ...]:
    """Return the labels with what matches say for them, as `fusion.labels.labels` pools claims.

    Without a match that speaks for a node of the taxonomy they are those of the senses alone. With
    one, nodes that the taxonomy no longer has are left out.
    """
    known = {item.node_id: item for item in ground.heard if item.node_id in taxonomy.nodes}
    own: dict[str, list[Claim]] = defaultdict(list)
    for match in matches:
        if match.node_id in taxonomy.nodes:
            own[match.node_id] += _claims(match)
    own = {
        node: claims
        for node, claims in own.items()
        if node in known or sum(claim.mentions for claim in claims) >= ENOUGH_MENTIONS
    }
    if not own:
        return ground.labels
    spoken: dict[str, list[Claim]] = defaultdict(list)
    for node, claims in own.items():
        for step in taxonomy.lineage(node):
            spoken[step] += claims
    nodes = known.keys() | spoken.keys()
    said = {
        node: put_together(spoken.get(node, ()), [_said(known[node])] if node in known else [])
        for node in sorted(nodes, key=lambda node: (-taxonomy.node(node).level, node))
    }
    return rate(said, taxonomy, ground.duration_ns, ground.options)


def _said(heard: Heard) -> Said:
    return Said(
        witnesses=heard.witnesses,
        spans=heard.spans,
        weights=[(item.start_ns, item.end_ns, item.weight) for item in heard.stretches],
        ids=frozenset(),
        proofs=heard.evidence,
        further=heard.count,
    )


def _claims(match: LibraryMatch) -> list[Claim]:
    """Return what a match says for its node: a claim for each modality, the match its evidence."""
    is_word = match.kind == LibraryKind.WORDS.value
    by_modality: dict[str, list[EvidenceRef]] = defaultdict(list)
    for ref in match.evidence:
        by_modality[ref.modality].append(ref)
    claims = [_claim(match, modality, refs, is_word) for modality, refs in by_modality.items()]
    weight = 0 if is_word else place_weight(match.evidence[0].box)
    presences = tuple(Presence(span, weight) for span in _spans(match))
    return [structs.replace(claims[0], presences=presences), *claims[1:]]


def _claim(match: LibraryMatch, modality: str, refs: Sequence[EvidenceRef], is_word: bool) -> Claim:
    """Return a claim of the evidence of one modality, strongest first; it is nowhere yet."""
    shown = refs[0]
    score, mentions = match.score, ENOUGH_MENTIONS
    if is_word:
        score = min(score, _WORDS[modality], max(ref.raw_score for ref in refs))
        titled = any(ref.id == _TITLE for ref in refs)
        mentions = ENOUGH_MENTIONS if titled else len(refs)
    ref = EvidenceRef(
        id=f"library/{match.library_id}/{match.entry_id}/{modality}",
        modality=modality,
        engine=LIBRARY_ENGINE,
        raw_score=match.score,
        span=shown.span,
        box=shown.box,
        picture=shown.picture,
    )
    witness = Witness(modality, f"library/{match.library_id}", score)
    return Claim(match.node_id, witness, mentions, (), (ref,), (ref.id,))


def _spans(match: LibraryMatch) -> tuple[TimeSpan, ...]:
    """Return when a match is there; words about the media as a whole place it nowhere."""
    if Modality.METADATA.value not in match.modalities:
        return match.spans
    return tuple(ref.span for ref in match.evidence if ref.modality != Modality.METADATA.value)
