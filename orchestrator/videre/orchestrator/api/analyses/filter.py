"""Whether a filter lets an item of an analysis through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.api.messages.segments import SPREAD
from videre.orchestrator.document import Entity, Event, Keyword, Label, Topic
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.v1 import analysis_pb2, feedback_pb2

_BEGINNING: Final = TimeSpan(0, 0)


def passes(
    item: Any, wanted: analysis_pb2.AnalysisFilter, taxonomy: Taxonomy, *, timed: bool = True
) -> bool:
    """Tell whether a filter's nodes, confidence and stretch of time let a segment through.

    Args:
        timed: the spans are times; characters of a text all stand at 0.
    """
    if isinstance(item, feedback_pb2.Feedback):
        return _said_of(item.correction, wanted)
    if isinstance(item, (Label, Event)) and not _node_wanted(item, wanted, taxonomy):
        return False
    if isinstance(item, (Keyword, Entity, Topic)) and not _sure(item.score, wanted):
        return False
    spans = spans_of(item)
    return in_range(spans if timed else (_BEGINNING,) * bool(spans), wanted)


def spans_of(item: Any) -> Sequence[TimeSpan]:
    """Return the stretches of time that an item holds over."""
    return item.spans if isinstance(item, SPREAD) else (item.span,)


def in_range(spans: Sequence[TimeSpan], wanted: analysis_pb2.AnalysisFilter) -> bool:
    """Tell whether one of the stretches overlaps the one that is wanted."""
    if not wanted.HasField("start_offset") and not wanted.HasField("end_offset"):
        return True
    start = wanted.start_offset.ToNanoseconds()
    end = wanted.end_offset.ToNanoseconds() if wanted.HasField("end_offset") else None
    return any(
        # An instant, which has no length, belongs to the stretch that begins with it.
        (span.end_ns > start or span.start_ns >= start) and (end is None or span.start_ns < end)
        for span in spans
    )


def _said_of(item: feedback_pb2.Correction, wanted: analysis_pb2.AnalysisFilter) -> bool:
    """Tell whether a correction is about the stretch that is wanted: one without a span always."""
    if not item.HasField("span"):
        return True
    start = item.span.start_offset.ToNanoseconds()
    return in_range((TimeSpan(start, item.span.end_offset.ToNanoseconds()),), wanted)


def _sure(score: int, wanted: analysis_pb2.AnalysisFilter) -> bool:
    # A float32 .9 is .89999998 and .7 is .69999999: half a step below the score is reached too.
    return score + 0.5 >= wanted.min_confidence * SCORE_ONE


def _node_wanted(
    item: Label | Event, wanted: analysis_pb2.AnalysisFilter, taxonomy: Taxonomy
) -> bool:
    if not _sure(item.score, wanted):
        return False
    if not wanted.node_ids:
        return True
    roots = tuple(wanted.node_ids)
    known = item.node_id in taxonomy.nodes
    return taxonomy.is_within(item.node_id, roots) if known else item.node_id in roots
