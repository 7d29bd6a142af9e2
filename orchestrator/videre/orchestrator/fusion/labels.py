"""Claims of all modalities → labels: pooled, with their ancestors, in order of confidence. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from videre.common.values import TimeSpan
from videre.orchestrator.document import MAX_REFS, EvidenceRef, Label
from videre.orchestrator.fusion.claims import ENOUGH_MENTIONS, Claim
from videre.orchestrator.fusion.inputs import FusionOptions
from videre.orchestrator.fusion.pool import Witness, pool
from videre.orchestrator.fusion.prominence import (
    Presence,
    appearance_ratio,
    centric_score,
    merge_spans,
)
from videre.orchestrator.fusion.refs import rank
from videre.orchestrator.taxonomy.model import Taxonomy


def labels(
    claims: Iterable[Claim], taxonomy: Taxonomy, duration_ns: int, options: FusionOptions
) -> tuple[Label, ...]:
    """Return the labels, surest first.

    A node is believed when something saw or heard it, when text is in the picture, or when words
    name it at least twice (or another sense agrees). It holds for its ancestors too, which are at
    least as sure as their best child. The answer does not depend on the order of claims.
    """
    own = _believed(claims)
    by_node = _with_ancestors(own, taxonomy)
    proofs = _proofs(own, taxonomy)
    witnesses = {node: _witnesses(group) for node, group in by_node.items()}
    spans = {
        node: merge_spans(p.span for claim in group for p in claim.presences)
        for node, group in by_node.items()
    }
    plain = {node: pool(group) for node, group in witnesses.items()}
    scores: dict[str, int] = {}
    for node in sorted(by_node, key=lambda node: (-taxonomy.node(node).level, node)):
        against = _against(node, taxonomy, plain, spans)
        score = max(scores.get(node, 0), pool(witnesses[node], against))
        scores[node] = score
        parent = taxonomy.node(node).parent
        if parent:
            scores[parent] = max(scores.get(parent, 0), score)
    found = [
        _label(node, by_node[node], scores[node], spans[node], proofs[node], taxonomy, duration_ns)
        for node in by_node
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


def _with_ancestors(
    by_node: Mapping[str, Sequence[Claim]], taxonomy: Taxonomy
) -> dict[str, list[Claim]]:
    spread: dict[str, list[Claim]] = defaultdict(list)
    for node, group in by_node.items():
        for step in taxonomy.lineage(node):
            spread[step] += group
    return dict(spread)


class _Proof:
    """The evidence of a node and of all below it, each piece once."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self._refs: dict[str, EvidenceRef] = {}

    def add(self, ids: Iterable[str], refs: Iterable[EvidenceRef]) -> None:
        """Take more evidence: the ids of all of it, and the strongest of it."""
        self.ids.update(ids)
        self._refs.update((ref.id, ref) for ref in refs)

    def strongest(self) -> tuple[EvidenceRef, ...]:
        """Return the strongest, at most `MAX_REFS`."""
        return tuple(sorted(self._refs.values(), key=rank)[:MAX_REFS])


def _proofs(own: Mapping[str, Sequence[Claim]], taxonomy: Taxonomy) -> Mapping[str, _Proof]:
    """Return the evidence of each node by the claims on it, handed up from child to parent."""
    proofs: dict[str, _Proof] = defaultdict(_Proof)
    for node, group in own.items():
        for claim in group:
            proofs[node].add(claim.ids, claim.refs)
    nodes = {step for node in own for step in taxonomy.lineage(node)}
    for node in sorted(nodes, key=lambda node: (-taxonomy.node(node).level, node)):
        parent = taxonomy.node(node).parent
        if parent:
            proofs[parent].add(proofs[node].ids, proofs[node].strongest())
    return proofs


def _witnesses(claims: Iterable[Claim]) -> list[Witness]:
    """Return one witness per modality and source: its surest claim."""
    best: dict[tuple[str, str], Witness] = {}
    for claim in claims:
        key = claim.witness.modality, claim.witness.source
        best[key] = max(best.get(key, claim.witness), claim.witness)
    return sorted(best.values())


def _against(
    node: str,
    taxonomy: Taxonomy,
    scores: Mapping[str, int],
    spans: Mapping[str, Sequence[TimeSpan]],
) -> list[int]:
    """Return the scores of labels that exclude a node (or what it is a kind of) at some instant."""
    excluded = {other for step in taxonomy.lineage(node) for other in taxonomy.node(step).excludes}
    return [
        scores[other]
        for other in sorted(excluded & scores.keys())
        if any(a.overlaps(b) for a in spans[node] for b in spans[other])
    ]


def _kept(node: str, taxonomy: Taxonomy, options: FusionOptions) -> bool:
    if options.include and not taxonomy.is_within(node, options.include):
        return False
    return not taxonomy.is_within(node, options.exclude)


def _label(
    node_id: str,
    claims: Sequence[Claim],
    score: int,
    spans: tuple[TimeSpan, ...],
    proof: _Proof,
    taxonomy: Taxonomy,
    duration_ns: int,
) -> Label:
    node = taxonomy.node(node_id)
    presences: list[Presence] = [p for claim in claims for p in claim.presences]
    return Label(
        node_id=node_id,
        level=node.level,
        parent_id=node.parent,
        score=score,
        centric=centric_score(presences, duration_ns),
        appearance=appearance_ratio(spans, duration_ns),
        spans=spans,
        modalities=tuple(sorted({claim.witness.modality for claim in claims})),
        evidence=proof.strongest(),
        evidence_count=len(proof.ids),
    )
