"""Claims of all modalities → labels: pooled, with their ancestors, in order of confidence. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from videre.common.values import TimeSpan
from videre.orchestrator.document import Label
from videre.orchestrator.fusion.claims import ENOUGH_MENTIONS, Claim
from videre.orchestrator.fusion.inputs import FusionOptions
from videre.orchestrator.fusion.pool import Witness, pool
from videre.orchestrator.fusion.prominence import (
    Weight,
    centric_of_heaviest,
    heaviest,
    merge_spans,
    ratio_of_merged,
    weights_of,
)
from videre.orchestrator.fusion.refs import Proof, references, strongest_of
from videre.orchestrator.taxonomy.model import Taxonomy


def labels(
    claims: Iterable[Claim], taxonomy: Taxonomy, duration_ns: int, options: FusionOptions
) -> tuple[Label, ...]:
    """Return the labels, surest first.

    A node is believed when something saw or heard it, when text is in the picture, or when words
    name it at least twice (or another sense agrees). It holds for its ancestors too, which are at
    least as sure as their best child. The answer does not depend on the order of claims.
    """
    return rate(what_is_said(claims, taxonomy), taxonomy, duration_ns, options)


def what_is_said(claims: Iterable[Claim], taxonomy: Taxonomy) -> dict[str, Said]:
    """Return what believed claims say of their nodes and of each ancestor."""
    return _said(_believed(claims), taxonomy)


def rate(
    said: Mapping[str, Said], taxonomy: Taxonomy, duration_ns: int, options: FusionOptions
) -> tuple[Label, ...]:
    """Return labels for what is said, surest first; what is said of a node its ancestors have too.

    Args:
        said: by node, an ancestor after all below it.
        taxonomy: has every node.
        duration_ns: of the media.
        options: which labels are kept.
    """
    plain = {node: pool(item.witnesses) for node, item in said.items()}
    scores: dict[str, int] = {}
    for node, item in said.items():
        against = _against(node, taxonomy, plain, said)
        score = max(scores.get(node, 0), pool(item.witnesses, against))
        scores[node] = score
        parent = taxonomy.node(node).parent
        if parent:
            scores[parent] = max(scores.get(parent, 0), score)
    found = [
        _label(node, item, scores[node], taxonomy, duration_ns)
        for node, item in said.items()
        if scores[node] >= options.min_score and _kept(node, taxonomy, options)
    ]
    return tuple(sorted(found, key=lambda item: (-item.score, -item.centric, item.node_id)))


def _believed(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Return claims by node, without nodes that a single word alone speaks for."""
    by_node: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_node[claim.node].append(claim)
    return {
        node: group
        for node, group in by_node.items()
        if sum(claim.mentions for claim in group) >= ENOUGH_MENTIONS
    }


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a node and of all below it.

    Args:
        witnesses: one per modality and source: its surest claim.
        spans: when it is there.
        weights: the largest weight at every instant.
        ids: of the evidence.
        proofs: the strongest of it.
        further: number of evidence records whose ids are not known any more.
    """

    witnesses: Sequence[Witness]
    spans: tuple[TimeSpan, ...]
    weights: Sequence[Weight]
    ids: frozenset[str]
    proofs: Sequence[Proof]
    further: int = 0

    @property
    def count(self) -> int:
        """Number of evidence records."""
        return len(self.ids) + self.further

    def counted(self) -> Said:
        """Return the same without the ids: of a long film's labels they take megabytes."""
        return replace(self, ids=frozenset(), further=self.count)


def _said(own: Mapping[str, Sequence[Claim]], taxonomy: Taxonomy) -> dict[str, Said]:
    """Return what is said of each node and each of its ancestors, children before parents.

    What is known of a child is put together once, and handed up.
    """
    nodes = {step for node in own for step in taxonomy.lineage(node)}
    below: dict[str, list[Said]] = defaultdict(list)
    said: dict[str, Said] = {}
    for node in sorted(nodes, key=lambda node: (-taxonomy.node(node).level, node)):
        whole = put_together(own.get(node, ()), below.pop(node, ()))
        below[taxonomy.node(node).parent].append(whole)
        said[node] = whole.counted()
    return said


def put_together(claims: Sequence[Claim], below: Sequence[Said]) -> Said:
    """Return what claims of a node say together with what is said of others below it."""
    if not claims and len(below) == 1:
        return below[0]
    presences = [presence for claim in claims for presence in claim.presences]
    best: dict[tuple[str, str], Witness] = {}
    for claim in claims:
        _take(claim.witness, best)
    for item in below:
        for witness in item.witnesses:
            _take(witness, best)
    return Said(
        witnesses=sorted(best.values()),
        spans=merge_spans(chain([p.span for p in presences], *[item.spans for item in below])),
        weights=heaviest(chain(weights_of(presences), *[item.weights for item in below])),
        ids=frozenset().union(*[claim.ids for claim in claims], *[item.ids for item in below]),
        proofs=strongest_of([*[claim.refs for claim in claims], *[item.proofs for item in below]]),
        further=sum(item.further for item in below),
    )


def _take(witness: Witness, best: dict[tuple[str, str], Witness]) -> None:
    key = witness.modality, witness.source
    if key not in best or best[key].score < witness.score:
        best[key] = witness


def _against(
    node: str,
    taxonomy: Taxonomy,
    scores: Mapping[str, int],
    said: Mapping[str, Said],
) -> list[int]:
    """Return the scores of labels that exclude a node (or what it is a kind of) at some instant."""
    excluded = {other for step in taxonomy.lineage(node) for other in taxonomy.node(step).excludes}
    return [
        scores[other]
        for other in sorted(excluded & scores.keys())
        if any(a.overlaps(b) for a in said[node].spans for b in said[other].spans)
    ]


def _kept(node: str, taxonomy: Taxonomy, options: FusionOptions) -> bool:
    if options.include and not taxonomy.is_within(node, options.include):
        return False
    return not taxonomy.is_within(node, options.exclude)


def _label(node_id: str, said: Said, score: int, taxonomy: Taxonomy, duration_ns: int) -> Label:
    node = taxonomy.node(node_id)
    return Label(
        node_id=node_id,
        level=node.level,
        parent_id=node.parent,
        score=score,
        centric=centric_of_heaviest(said.weights, duration_ns),
        appearance=ratio_of_merged(said.spans, duration_ns),
        spans=said.spans,
        modalities=tuple(sorted({witness.modality for witness in said.witnesses})),
        evidence=references(said.proofs),
        evidence_count=said.count,
    )
