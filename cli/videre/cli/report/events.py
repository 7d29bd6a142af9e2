"""Events as rows, and the rules of which nobody knows the answer."""

from __future__ import annotations

from dataclasses import dataclass

from videre.cli.formatting import percent, when
from videre.cli.report.lists import Rows, cut
from videre.v1 import analysis_pb2


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happens; `rule` is what found it."""

    when: str
    name: str
    confidence: str
    modalities: tuple[str, ...]
    rule: str
    evidence_count: int


def event_rows(analysis: analysis_pb2.Analysis, limit: int) -> Rows[EventRow]:
    """Return the first events, in order of time."""

    def row(event: analysis_pb2.Event) -> EventRow:
        return EventRow(
            when=when(event.span),
            name=event.name or event.node_id,
            confidence=percent(event.confidence),
            modalities=tuple(event.modalities),
            rule=event.rule_id,
            evidence_count=event.evidence_count,
        )

    return cut(analysis.events, limit, row)


def unevaluated(analysis: analysis_pb2.Analysis) -> tuple[str, ...]:
    """Return, for each rule that could not be evaluated, its event and why, in words."""
    return tuple(
        f"{rule.name or rule.node_id} ({_why(rule)})"
        for rule in analysis.event_rules
        if rule.evaluation == analysis_pb2.RULE_EVALUATION_NOT_EVALUATED
    )


def _why(rule: analysis_pb2.EventRuleState) -> str:
    reason = rule.reason.replace("_", " ").lower() or "not ended"
    return f"{', '.join(rule.stages).replace('_', ' ')}: {reason}"
