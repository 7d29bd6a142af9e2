"""What events say for labels: for their own node, and no more than was not said directly. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from videre.common.values import SCORE_ONE
from videre.orchestrator.features import Modality
from videre.orchestrator.fusion.claims import ENOUGH_MENTIONS, Claim
from videre.orchestrator.fusion.events.evaluate import FoundEvent, trusted
from videre.orchestrator.fusion.pool import Witness
from videre.orchestrator.fusion.prominence import Presence
from videre.orchestrator.taxonomy.model import Taxonomy

_SOURCE = "events"


def of_events(
    found: Sequence[FoundEvent], said: Iterable[Claim], taxonomy: Taxonomy
) -> list[Claim]:
    """Return the claims of events, given those of the evidence itself.

    A modality whose evidence already speaks for the node (or one below it) is left out: applause
    that was heard is not heard twice because a rule is made of it. What the others say together is
    spoken by the surest of them; the rest stand beside it in silence, so that nothing is added
    twice.
    """
    if not found:
        return []
    direct = _direct({item.event.node_id for item in found}, said, taxonomy)
    return [claim for item in found for claim in _claims(item, direct)]


def _direct(
    nodes: set[str], said: Iterable[Claim], taxonomy: Taxonomy
) -> dict[tuple[str, str], set[str]]:
    """Return the ids of the evidence that speaks for a node or below it, by node and modality."""
    above = {
        node: wanted
        for node in taxonomy.nodes
        if (wanted := [step for step in taxonomy.lineage(node) if step in nodes])
    }
    direct: dict[tuple[str, str], set[str]] = defaultdict(set)
    for claim in said:
        for node in above.get(claim.node, ()):
            direct[node, claim.witness.modality].update(claim.ids)
    return direct


def _claims(item: FoundEvent, direct: dict[tuple[str, str], set[str]]) -> list[Claim]:
    event = item.event
    refs = {
        modality: tuple(ref for ref in event.evidence if ref.modality == modality)
        for modality in event.modalities
    }
    own = [
        modality
        for modality, cited in refs.items()
        if not direct.get((event.node_id, modality), set()) & {ref.id for ref in cited}
    ]
    witnesses = [witness for witness in item.witnesses if witness.modality in own]
    if not witnesses:
        return []
    surest = max(witnesses, key=lambda witness: witness.score)
    weight = SCORE_ONE if Modality.IMAGE.value in own else 0
    score = trusted(item.trust, witnesses)
    return [
        Claim(
            event.node_id,
            Witness(modality, _SOURCE, score if modality == surest.modality else 0),
            ENOUGH_MENTIONS,
            (Presence(event.span, weight),),
            refs[modality],
            tuple(ref.id for ref in refs[modality]),
        )
        for modality in own
    ]
