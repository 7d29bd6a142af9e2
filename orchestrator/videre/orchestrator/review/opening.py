"""Which verdicts people are asked about, and about what in them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from videre.orchestrator.document import Suggestion, Verdict, VerdictGroup, VerdictSegment
from videre.orchestrator.moderation.compare import judged_groups
from videre.orchestrator.review.model import MAX_FINDINGS, Finding, ReviewPolicy, Severity

#: Categories whose findings do not wait for the others.
_URGENT: Final = frozenset({"porn", "terrorism"})
_MILD: Final = frozenset({"ad"})


def opens(verdict: Verdict | None, policy: ReviewPolicy) -> bool:
    """Tell whether people are asked about a verdict."""
    if verdict is None:
        return False
    if verdict.suggestion is Suggestion.BLOCK:
        return policy.blocked
    return verdict.suggestion is Suggestion.REVIEW


def findings_of(verdict: Verdict) -> tuple[Finding, ...]:
    """Return what people are asked about: what is more than PASS, worst first.

    A category in a medium where nothing was found and somebody should have looked is one finding.
    """
    found: list[tuple[int, int | None, VerdictGroup, VerdictSegment | None]] = []
    for place, group in enumerate(judged_groups(verdict)):
        found += [
            (place, number, group, segment)
            for number, segment in enumerate(group.segments)
            if segment.suggestion is not Suggestion.PASS
        ]
        if group.reason and group.suggestion is not Suggestion.PASS:
            found.append((place, None, group, None))
    found.sort(key=_order)
    return tuple(
        _finding(index, place, number, group, segment)
        for index, (place, number, group, segment) in enumerate(found[:MAX_FINDINGS])
    )


def _order(
    item: tuple[int, int | None, VerdictGroup, VerdictSegment | None],
) -> tuple[int, int, int, int]:
    """Worst first, then surest, then as in the verdict."""
    place, number, group, segment = item
    of = group if segment is None else segment
    return -of.suggestion.severity, -of.score, place, -1 if number is None else number


def _finding(
    index: int,
    place: int,
    number: int | None,
    group: VerdictGroup,
    segment: VerdictSegment | None,
) -> Finding:
    if segment is None:
        return Finding(
            index, place, None, group.category, group.medium, "", "", group.reason,
            group.suggestion, 0,
        )  # fmt: skip
    words = {f"{hit.word_list.partition('@')[0]}:{hit.entry}" for hit in segment.word_hits}
    return Finding(
        index=index,
        group=place,
        segment=number,
        category=group.category,
        medium=group.medium,
        label=segment.label,
        rule_id=rule_of(segment.rule_id),
        reason="",
        suggestion=segment.suggestion,
        score=segment.score,
        words=tuple(sorted(words)),
        picture=segment.picture,
    )


def rule_of(fired: str) -> str:
    """Return the rule of which a threshold fired: "porn.image" of "porn.image.review"."""
    return fired.rpartition(".")[0]


def severity_of(verdict: Verdict, findings: Sequence[Finding]) -> Severity:
    """Return how urgent it is that people look."""
    if verdict.suggestion is Suggestion.BLOCK:
        return Severity.CRITICAL
    seen = {one.category for one in findings if not one.reason}
    if seen & _URGENT:
        return Severity.HIGH
    return Severity.MEDIUM if seen - _MILD else Severity.LOW


def due_ns(
    severity: Severity, policy: ReviewPolicy, usual_ns: Mapping[Severity, int], now_ns: int
) -> int:
    """Return when a review should be decided: as its template says, else as the installation."""
    return now_ns + policy.due_ns.get(severity, usual_ns[severity])
