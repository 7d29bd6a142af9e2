"""An analysis as its public message, page by page.

The findings of the verdict, the beats and the lists of segments, in the order of their fields, are
read as one long list; a page is a piece of it, cut by count and by bytes. The verdict's head comes
with the first page and with each that has findings, all that is no list with every page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from google.protobuf.message import Message

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.api import analysis_messages as make
from videre.orchestrator.api import code_messages, people_messages, word_messages
from videre.orchestrator.api.analysis_messages import NOBODY, Messages, Named
from videre.orchestrator.api.replies import FRAMING, LARGEST_REPLY
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.api.verdict_messages import findings, verdict_head
from videre.orchestrator.document import (
    Analysis,
    Code,
    Entity,
    Event,
    Keyword,
    Label,
    LibraryMatch,
    MediaFacts,
    Person,
    Topic,
    Verdict,
)
from videre.orchestrator.store.listing import page_token, read_token
from videre.orchestrator.taxonomy.entries import DEFAULT_LANGUAGE
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline
from videre.v1 import analysis_pb2

DEFAULT_PAGE: Final = 200
_LABELS: Final = "labels"
_MUSIC: Final = "music"
_VERDICT: Final = "verdict"
#: Fields of segments in the order of the contract, with what makes their messages.
_MAKERS: Final[dict[str, Callable[[Messages, Any], Message]]] = {
    "shots": Messages.shot,
    _LABELS: Messages.label,
    "objects": Messages.object,
    "faces": Messages.face,
    "text_lines": Messages.text_line,
    "utterances": Messages.utterance,
    "sound_events": Messages.sound_event,
    "audio_segments": Messages.audio_segment,
    "frame_conditions": Messages.frame_condition,
    "events": Messages.event,
    "scenes": Messages.scene,
    "people": people_messages.person,
    "keywords": word_messages.keyword,
    "entities": word_messages.entity,
    "topics": word_messages.topic,
    "codes": code_messages.code,
    "library_matches": people_messages.library_match,
}
#: Segments that hold over several stretches of time.
_SPREAD: Final = (Label, Keyword, Entity, Topic, Person, Code, LibraryMatch)
_BEGINNING: Final = TimeSpan(0, 0)
#: Repeated fields that come with every page, whatever `kinds` says.
_ALWAYS: Final = frozenset({"engines", "stages", "event_rules"})


def to_proto(
    analysis: Analysis,
    timeline: Timeline,
    taxonomy: Taxonomy,
    view: analysis_pb2.AnalysisView.ValueType,
    wanted: analysis_pb2.AnalysisFilter,
    page_size: int = 0,
    token: str = "",
    room: int = LARGEST_REPLY,
    with_evidence: bool = True,
    *,
    named: Named = NOBODY,
) -> tuple[analysis_pb2.Analysis, str]:
    """Return a page of an analysis and the token of the next one ("" at the end).

    Media id, revision, create time and result digest are the caller's to set.

    Args:
        analysis: the analysis.
        timeline: the media's clock, for timecodes.
        taxonomy: names of labels.
        view: BASIC (the default: no segments but labels) or FULL.
        wanted: restrictions, checked by `check_question`.
        page_size: segments in the page, 0 = 200.
        token: "" = the first page.
        room: bytes that the page may take; a page has a part whatever its size.
        with_evidence: whether statements come with references to evidence.
        named: names that the document leaves out.

    Raises:
        VidereError: PAGE_TOKEN_INVALID, the token belongs to another question.
    """
    full = view == analysis_pb2.ANALYSIS_VIEW_FULL
    question = {
        "media": analysis.media.digest,
        "full": full,
        "filter": wanted.SerializeToString(deterministic=True).hex(),
    }
    at = read_token(token, question, int) if token else 0
    language = wanted.language_code or DEFAULT_LANGUAGE
    messages = Messages(timeline, taxonomy, language, with_evidence=with_evidence, named=named)
    page = _head(analysis, messages)
    if at == 0 and analysis.verdict is not None:
        page.verdict.CopyFrom(verdict_head(analysis.verdict))
    room -= page.ByteSize()
    left = page_size or DEFAULT_PAGE
    segments = _segments(analysis, wanted, taxonomy, full=full)
    for taken, part in enumerate(_parts(analysis, messages, segments, at, full=full)):
        room -= part.message.ByteSize() + FRAMING
        left -= part.kind in _MAKERS
        if taken and (room < 0 or left < 0):
            return page, page_token(at + taken, question)
        _put(page, part, analysis.verdict)
    return page, ""


def known_to_proto(
    analysis: Analysis, timeline: Timeline, taxonomy: Taxonomy, kinds: Sequence[str]
) -> analysis_pb2.Analysis:
    """Return what a production makes use of, without references to evidence.

    Args:
        kinds: names of the repeated fields that are wanted; stages always come.
    """
    messages = Messages(timeline, taxonomy, DEFAULT_LANGUAGE, with_evidence=False)
    message = analysis_pb2.Analysis(
        media_info=media_info_to_proto(analysis.media),
        stages=[messages.stage(stage) for stage in analysis.stages],
    )
    for kind in kinds:
        made = [_MAKERS[kind](messages, item) for item in getattr(analysis, kind)]
        getattr(message, kind).extend(made)
    return message


def media_info_to_proto(media: MediaFacts) -> analysis_pb2.MediaInfo:
    """Return the technical description of a media."""
    return make.media_info(media)


def check_question(
    found: Violations,
    view: analysis_pb2.AnalysisView.ValueType,
    wanted: analysis_pb2.AnalysisFilter,
) -> None:
    """Check what is asked of an analysis, before there is one."""
    if view not in analysis_pb2.AnalysisView.values():
        found.add("view", "is no view", ", ".join(analysis_pb2.AnalysisView.keys()[1:]), view)
    for index, kind in enumerate(wanted.kinds):
        if kind not in _MAKERS and kind not in _ALWAYS:
            found.add(f"filter.kinds[{index}]", "is no such list", ", ".join(_MAKERS), kind)
    if wanted.HasField("min_confidence"):
        found.number("filter.min_confidence", wanted.min_confidence, 0, 1)


def _head(analysis: Analysis, messages: Messages) -> analysis_pb2.Analysis:
    return analysis_pb2.Analysis(
        media_info=media_info_to_proto(analysis.media),
        engines=[make.engine_pin(pin) for pin in analysis.engines],
        rules=make.rule_versions(analysis.rules),
        loudness=make.loudness(analysis.loudness),
        stages=[messages.stage(stage) for stage in analysis.stages],
        event_rules=[messages.event_rule(rule) for rule in analysis.event_rules],
    )


class _Part(NamedTuple):
    """What a page carries as a whole or leaves to the next; `group` is that of a finding."""

    kind: str
    message: Any  # the protobuf message of `kind`
    group: int = 0


def _parts(
    analysis: Analysis,
    messages: Messages,
    segments: Iterator[tuple[str, Any]],
    at: int,
    *,
    full: bool,
) -> Iterator[_Part]:
    """Yield what pages carry from part `at` on: the verdict's findings, beats, segments."""
    if analysis.verdict is not None:
        length = sum(len(group.segments) for group in analysis.verdict.groups)
        if at < length:
            for group, segment in findings(analysis.verdict, messages)[at:]:
                yield _Part(_VERDICT, segment, group)
        at = max(0, at - length)
    if full and analysis.music is not None:
        if at == 0:
            yield _Part(_MUSIC, make.music(analysis.music))
        at = max(0, at - 1)
    for kind, item in islice(segments, at, None):
        yield _Part(kind, _MAKERS[kind](messages, item))


def _put(page: analysis_pb2.Analysis, part: _Part, judged: Verdict | None) -> None:
    if part.kind == _MUSIC:
        page.music.MergeFrom(part.message)
    elif part.kind == _VERDICT and judged is not None:
        if not page.HasField(_VERDICT):
            page.verdict.CopyFrom(verdict_head(judged))
        page.verdict.groups[part.group].segments.append(part.message)
    else:
        getattr(page, part.kind).append(part.message)


def _segments(
    analysis: Analysis, wanted: analysis_pb2.AnalysisFilter, taxonomy: Taxonomy, *, full: bool
) -> Iterator[tuple[str, Any]]:
    """Yield the segments that view and filter let through, as (field, item).

    Text without times stands at 0, as its offsets say.
    """
    timed = not analysis.media.characters
    for kind in _MAKERS:
        if (wanted.kinds and kind not in wanted.kinds) or not (full or kind == _LABELS):
            continue
        for item in getattr(analysis, kind):
            if _passes(item, wanted, taxonomy, timed=timed):
                yield kind, item


def _passes(
    item: Any, wanted: analysis_pb2.AnalysisFilter, taxonomy: Taxonomy, *, timed: bool
) -> bool:
    """Tell whether a filter's nodes, confidence and stretch of time let a segment through."""
    if isinstance(item, (Label, Event)) and not _node_wanted(item, wanted, taxonomy):
        return False
    if isinstance(item, (Keyword, Entity, Topic)) and not _sure(item.score, wanted):
        return False
    spans = item.spans if isinstance(item, _SPREAD) else (item.span,)
    return _in_range(spans if timed else (_BEGINNING,) * bool(spans), wanted)


def _in_range(spans: Sequence[TimeSpan], wanted: analysis_pb2.AnalysisFilter) -> bool:
    if not wanted.HasField("start_offset") and not wanted.HasField("end_offset"):
        return True
    start = wanted.start_offset.ToNanoseconds()
    end = wanted.end_offset.ToNanoseconds() if wanted.HasField("end_offset") else None
    return any(
        # An instant, which has no length, belongs to the stretch that begins with it.
        (span.end_ns > start or span.start_ns >= start) and (end is None or span.start_ns < end)
        for span in spans
    )


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
