"""The view TIMELINE: every statement once for each of its stretches, in order of time.

In order of their beginning, then their end; what begins and ends together, in the order of lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple

from google.protobuf.message import Message

from videre.common.values import TimeSpan
from videre.exports import segments, statements
from videre.orchestrator.api.analyses.filter import in_range, spans_of
from videre.orchestrator.api.messages.segments import MAKERS, SPREAD
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.verdicts import finding_message
from videre.orchestrator.document import Person, Verdict, VerdictSegment
from videre.v1 import analysis_pb2

_BEGINNING: Final = TimeSpan(0, 0)


class Item(NamedTuple):
    """An item of a list, or a finding, with its position there."""

    kind: str
    position: int
    value: Any


class _Stretch(NamedTuple):
    start_ns: int
    end_ns: int
    order: int
    item: Item
    span: TimeSpan


def entries(
    items: Iterable[Item],
    judged: Verdict | None,
    wanted: analysis_pb2.AnalysisFilter,
    messages: Messages,
    at: int,
    *,
    timed: bool,
) -> Iterator[analysis_pb2.TimelineEntry]:
    """Yield the timeline from entry `at` on, made one by one.

    Args:
        items: those of all lists that are merged, in the order of lists.
        judged: the verdict, whose findings are merged too unless only some lists are wanted.
        wanted: restricts the stretches to those in a part of the media.
        messages: makes the messages.
        timed: the spans are times; characters of a text all stand at 0.
    """
    found = [*items]
    groups = {}
    if judged is not None and not wanted.kinds:
        for group in judged.groups:
            for value in group.segments:
                groups[len(found)] = (group.category, group.medium)
                found.append(Item(segments.VERDICT, len(groups) - 1, value))
    stretches = [
        _Stretch(span.start_ns, span.end_ns, order, item, span)
        for order, item in enumerate(found)
        for span in _spans(item.value)
        if in_range((span if timed else _BEGINNING,), wanted)
    ]
    stretches.sort(key=lambda one: one[:3])
    for stretch in stretches[at:]:
        yield _entry(stretch, groups.get(stretch.order, ("", "")), messages)


def _spans(value: Any) -> Iterable[TimeSpan]:
    return (value.span,) if isinstance(value, VerdictSegment) else spans_of(value)


def _entry(
    stretch: _Stretch, group: tuple[str, str], messages: Messages
) -> analysis_pb2.TimelineEntry:
    kind, position, value = stretch.item
    message: Message
    if kind == segments.VERDICT:
        found = finding_message(value, messages)
        message, said = found, statements.finding(found, *group)
    else:
        message = MAKERS[kind](messages, _only(value, stretch.span))
        said = next(segments.LISTS[kind](message, position))
    return analysis_pb2.TimelineEntry(
        list=kind,
        index=position,
        kind=said.kind,
        span=messages.span(stretch.span),
        name=said.name,
        confidence=said.confidence or 0,
        node_id=said.node_id,
        language_code=said.language,
        box=said.box,
        detail=str(said.facts.get("detail", "")),
        evidence=getattr(message, "evidence", ()),
    )


def _only(value: Any, span: TimeSpan) -> Any:
    """Return an item as it is in one of its stretches: cheap to make a message of."""
    if not isinstance(value, SPREAD):
        return value
    near = tuple(ref for ref in value.evidence if _overlap(ref.span, span))
    if isinstance(value, Person):
        return replace(value, spans=(span,), tracks=(), evidence=near)
    return replace(value, spans=(span,), evidence=near)


def _overlap(one: TimeSpan, other: TimeSpan) -> bool:
    return one.start_ns <= other.end_ns and other.start_ns <= one.end_ns
