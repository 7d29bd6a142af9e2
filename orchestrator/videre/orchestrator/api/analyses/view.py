"""An analysis as its public message, page by page.

The findings of the verdict, the beats and the lists of segments, in the order of their fields, are
read as one long list; a page is a piece of it, cut by count and by bytes. The verdict's head comes
with the first page and with each that has findings, all that is no list with every page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from google.protobuf.message import Message

from videre.orchestrator.api.analyses.filter import passes
from videre.orchestrator.api.analyses.timeline import Item, entries
from videre.orchestrator.api.messages import heads as make
from videre.orchestrator.api.messages import moods
from videre.orchestrator.api.messages.media import media_info
from videre.orchestrator.api.messages.music import music
from videre.orchestrator.api.messages.segments import FEEDBACK, LABELS, MAKERS, SEGMENTS
from videre.orchestrator.api.messages.statements import NOBODY, Messages, Named
from videre.orchestrator.api.messages.verdicts import (
    findings,
    put_given,
    verdict_head,
    whole_verdict,
)
from videre.orchestrator.api.replies import FRAMING, LARGEST_REPLY
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.document import Analysis, Verdict
from videre.orchestrator.document.stream import StreamedDocument
from videre.orchestrator.store.listing import page_token, read_token
from videre.orchestrator.taxonomy.entries import DEFAULT_LANGUAGE
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline
from videre.v1 import analysis_pb2, feedback_pb2

DEFAULT_PAGE: Final = 200
#: More than any analysis has.
_EVERYTHING: Final = (1 << 31) - 1
_MUSIC: Final = "music"
_VERDICT: Final = "verdict"
_TIMELINE: Final = "timeline"
#: Repeated fields that come with every page, whatever `kinds` says.
_ALWAYS: Final = frozenset({"engines", "stages", "event_rules"})
_BASIC, _FULL = analysis_pb2.ANALYSIS_VIEW_BASIC, analysis_pb2.ANALYSIS_VIEW_FULL
_MERGED: Final = analysis_pb2.ANALYSIS_VIEW_TIMELINE
#: Lists that a view carries; the view TIMELINE merges them.
_LISTS: Final = {
    _BASIC: frozenset({LABELS}),
    _FULL: frozenset(MAKERS),
    analysis_pb2.ANALYSIS_VIEW_LABELS: frozenset({LABELS}),
    analysis_pb2.ANALYSIS_VIEW_PERSONS: frozenset({"people", "faces"}),
    _MERGED: frozenset(MAKERS) - {FEEDBACK},
}
#: Views that tell the verdict, and how the analysis was made.
_WHOLE: Final = frozenset({_BASIC, _FULL})


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
    feedback: Sequence[feedback_pb2.Feedback] = (),
    named: Named = NOBODY,
) -> tuple[analysis_pb2.Analysis, str]:
    """Return a page of an analysis and the token of the next one ("" at the end).

    Media id, revision, create time and result digest are the caller's to set.

    Args:
        analysis: the analysis.
        timeline: the media's clock, for timecodes.
        taxonomy: names of labels.
        view: one of the contract's; the default is BASIC.
        wanted: restrictions, checked by `check_question`.
        page_size: segments in the page, 0 = 200.
        token: "" = the first page.
        room: bytes that the page may take; a page has a part whatever its size.
        with_evidence: whether statements come with references to evidence.
        feedback: what people said of the media's analyses, oldest first.
        named: names that the document leaves out.

    Raises:
        VidereError: PAGE_TOKEN_INVALID, the token belongs to another question.
    """
    view = view or _BASIC
    question = {
        "media": analysis.media.digest,
        "view": int(view),
        "filter": wanted.SerializeToString(deterministic=True).hex(),
    }
    at = read_token(token, question, int) if token else 0
    language = wanted.language_code or DEFAULT_LANGUAGE
    messages = Messages(timeline, taxonomy, language, with_evidence=with_evidence, named=named)
    page = _head(analysis, messages, view)
    if at == 0 and analysis.verdict is not None and view in _WHOLE:
        page.verdict.CopyFrom(verdict_head(analysis.verdict))
        put_given(page.verdict, analysis.verdict, messages)
    room -= page.ByteSize()
    left = page_size or DEFAULT_PAGE
    items = _items(analysis, feedback, wanted, taxonomy, _LISTS[view])
    if view == _MERGED:
        timed = not analysis.media.characters
        merged = entries(items, analysis.verdict, wanted, messages, at, timed=timed)
        parts: Iterator[_Part] = (_Part(_TIMELINE, entry) for entry in merged)
    else:
        parts = _parts(analysis, messages, items, at, view)
    for taken, part in enumerate(parts):
        room -= part.message.ByteSize() + FRAMING
        left -= part.kind not in (_VERDICT, _MUSIC)
        if taken and (room < 0 or left < 0):
            return page, page_token(at + taken, question)
        _put(page, part, analysis.verdict)
    return page, ""


def parts_to_proto(
    stored: StreamedDocument,
    timeline: Timeline,
    taxonomy: Taxonomy,
    wanted: analysis_pb2.AnalysisFilter,
    *,
    feedback: Sequence[feedback_pb2.Feedback] = (),
    named: Named = NOBODY,
    with_evidence: bool = True,
) -> tuple[analysis_pb2.Analysis, Callable[[str], Iterator[Message]]]:
    """Return the view FULL in parts, for what need not hold it all at once.

    Returns:
        All that is no list of segments, and what makes the messages of one list, one by one.
    """
    analysis = stored.without(SEGMENTS)
    timed = not analysis.media.characters
    alone = analysis_pb2.AnalysisFilter(language_code=wanted.language_code, kinds=_ALWAYS)
    head, _ = to_proto(
        analysis, timeline, taxonomy, _FULL, alone, _EVERYTHING,
        room=_EVERYTHING, with_evidence=with_evidence,
    )  # fmt: skip
    language = wanted.language_code or DEFAULT_LANGUAGE
    messages = Messages(timeline, taxonomy, language, with_evidence=with_evidence, named=named)

    def entries(name: str) -> Iterator[Message]:
        listed = feedback if name == FEEDBACK else stored.entries(name)
        if not wanted.kinds or name in wanted.kinds:
            for item in listed:
                if passes(item, wanted, taxonomy, timed=timed):
                    yield MAKERS[name](messages, item)

    return head, entries


def known_to_proto(
    analysis: Analysis, timeline: Timeline, taxonomy: Taxonomy, kinds: Sequence[str]
) -> analysis_pb2.Analysis:
    """Return what a production makes use of; references to evidence come with the verdict only.

    Args:
        kinds: names of the repeated fields that are wanted, "music", "verdict"; stages always come.
    """
    messages = Messages(timeline, taxonomy, DEFAULT_LANGUAGE, with_evidence=False)
    message = analysis_pb2.Analysis(
        media_info=media_info(analysis.media),
        stages=[messages.stage(stage) for stage in analysis.stages],
    )
    if _MUSIC in kinds and analysis.music is not None:
        message.music.CopyFrom(music(messages, analysis.music))
    if _VERDICT in kinds and analysis.verdict is not None:
        told = Messages(timeline, taxonomy, DEFAULT_LANGUAGE)
        message.verdict.CopyFrom(whole_verdict(analysis.verdict, told))
    for kind in kinds:
        if kind in (_MUSIC, _VERDICT):
            continue
        made = [MAKERS[kind](messages, item) for item in getattr(analysis, kind)]
        getattr(message, kind).extend(made)
    return message


def check_question(
    found: Violations,
    view: analysis_pb2.AnalysisView.ValueType,
    wanted: analysis_pb2.AnalysisFilter,
) -> None:
    """Check what is asked of an analysis, before there is one."""
    if view not in analysis_pb2.AnalysisView.values():
        found.add("view", "is no view", ", ".join(analysis_pb2.AnalysisView.keys()[1:]), view)
    for index, kind in enumerate(wanted.kinds):
        if kind not in MAKERS and kind not in _ALWAYS:
            found.add(f"filter.kinds[{index}]", "is no such list", ", ".join(MAKERS), kind)
    if wanted.HasField("min_confidence"):
        found.number("filter.min_confidence", wanted.min_confidence, 0, 1)


def _head(
    analysis: Analysis, messages: Messages, view: analysis_pb2.AnalysisView.ValueType
) -> analysis_pb2.Analysis:
    """Return what every page of a view carries."""
    head = analysis_pb2.Analysis(
        media_info=media_info(analysis.media),
        stages=[messages.stage(stage) for stage in analysis.stages],
    )
    if view in _WHOLE or view == _MERGED:
        head.event_rules.extend(messages.event_rule(rule) for rule in analysis.event_rules)
    if view in _WHOLE:
        head.engines.extend(make.engine_pin(pin) for pin in analysis.engines)
        head.rules.CopyFrom(make.rule_versions(analysis.rules))
        loudness = make.loudness(analysis.loudness)
        if loudness is not None:
            head.loudness.CopyFrom(loudness)
        felt = moods.film_mood(messages, analysis.film_mood)
        if felt is not None:
            head.film_mood.CopyFrom(felt)
    return head


class _Part(NamedTuple):
    """What a page carries as a whole or leaves to the next; `group` is that of a finding."""

    kind: str
    message: Any  # the protobuf message of `kind`
    group: int = 0


def _parts(
    analysis: Analysis,
    messages: Messages,
    items: Iterator[Item],
    at: int,
    view: analysis_pb2.AnalysisView.ValueType,
) -> Iterator[_Part]:
    """Yield what pages carry from part `at` on: the verdict's findings, beats, segments."""
    if analysis.verdict is not None and view in _WHOLE:
        length = sum(len(group.segments) for group in analysis.verdict.groups)
        if at < length:
            for group, segment in findings(analysis.verdict, messages)[at:]:
                yield _Part(_VERDICT, segment, group)
        at = max(0, at - length)
    if analysis.music is not None and view == _FULL:
        if at == 0:
            yield _Part(_MUSIC, music(messages, analysis.music))
        at = max(0, at - 1)
    for kind, _, item in islice(items, at, None):
        yield _Part(kind, MAKERS[kind](messages, item))


def _put(page: analysis_pb2.Analysis, part: _Part, judged: Verdict | None) -> None:
    if part.kind == _MUSIC:
        page.music.MergeFrom(part.message)
    elif part.kind == _VERDICT and judged is not None:
        if not page.HasField(_VERDICT):
            page.verdict.CopyFrom(verdict_head(judged))
        page.verdict.groups[part.group].segments.append(part.message)
    else:
        getattr(page, part.kind).append(part.message)


def _items(
    analysis: Analysis,
    feedback: Sequence[feedback_pb2.Feedback],
    wanted: analysis_pb2.AnalysisFilter,
    taxonomy: Taxonomy,
    lists: Collection[str],
) -> Iterator[Item]:
    """Yield the items of lists that the filter lets through.

    Text without times stands at 0, as its offsets say.
    """
    timed = not analysis.media.characters
    for kind in MAKERS:
        if kind in lists and (not wanted.kinds or kind in wanted.kinds):
            found = feedback if kind == FEEDBACK else getattr(analysis, kind)
            for index, item in enumerate(found):
                if passes(item, wanted, taxonomy, timed=timed):
                    yield Item(kind, index, item)
