"""ExplainVerdict: from a verdict down to what engines saw, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from videre.common.errors import VidereError
from videre.orchestrator import document as d
from videre.orchestrator.api.analyses.revisions import AnalysisReader
from videre.orchestrator.api.messages.heads import engine_pin, rule_versions
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.verdicts import (
    coverage_message,
    finding_message,
    hash_message,
    suggestion,
)
from videre.orchestrator.api.moderation.details import Details, Records
from videre.orchestrator.api.moderation.subject import (
    MOST_REVISIONS,
    check_subject,
    no_verdict,
    record_of,
)
from videre.orchestrator.api.present import timestamp
from videre.orchestrator.api.replies import FRAMING, LARGEST_REPLY
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.fusion.searched_texts import given_with
from videre.orchestrator.moderation.explain import GroupWhy, LabelWhy, block_withheld, explain
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.template import Category, Medium, ModerationTemplate
from videre.orchestrator.steps.judging import Published, blurred_of, judged_by, opened
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.orchestrator.store.records import AnalysisRecord
from videre.orchestrator.templates.documents import TemplateKind, draft_of, moderation_of
from videre.v1 import moderation_pb2 as pb
from videre.v1 import template_pb2

_DEFAULT_PAGE: Final = 100
#: Segments whose evidence is read at once: pages are cut by bytes, the rest is not read.
_AT_ONCE: Final = 25
#: Bits of a token's position that are the segment's place; those above are the revision.
_INDEX_BITS: Final = 32
_CATEGORIES: Final = tuple(category.value for category in Category)
_MEDIA: Final = tuple(medium.value for medium in Medium)


@dataclass(frozen=True, slots=True)
class Explained:
    """What is known of a verdict.

    Args:
        published: the revision.
        verdict: its verdict.
        rules: of the template's version as it is stored; () where it is gone.
        groups: what became of each rule.
        given: what was judged; None where it is not kept any more.
        missing: why it is not kept.
    """

    published: Published
    verdict: d.Verdict
    rules: tuple[template_pb2.ModerationRule, ...]
    groups: tuple[GroupWhy, ...]
    given: ModerationInput | None
    missing: VidereError | None


@dataclass(frozen=True, slots=True)
class _Place:
    """A segment, with its group and its place in it."""

    group: int
    index: int
    segment: d.VerdictSegment


class Explainer:
    """Explains verdicts; models are never asked."""

    def __init__(self, app: Orchestrator, reader: AnalysisReader) -> None:
        self._app, self._reader = app, reader

    async def explain(
        self, project: str, request: pb.ExplainVerdictRequest
    ) -> pb.ExplainVerdictResponse:
        """Return a page of an explanation."""
        _check(request)
        revision, start = _begin(project, request)
        record = await asyncio.to_thread(record_of, self._app, project, request, revision)
        messages = await self._reader.messages(record)
        reply, following = await asyncio.to_thread(self._page, request, record, messages, start)
        if following:
            position = record.revision << _INDEX_BITS | following
            reply.next_page_token = page_token(position, _filters(project, request))
        return reply

    async def whole(self, record: AnalysisRecord, most: int) -> pb.ExplainVerdictResponse:
        """Return an explanation with at most so many segments, in the order of pages."""
        messages = await self._reader.messages(record)
        request = pb.ExplainVerdictRequest(page_size=most)
        reply, start = await asyncio.to_thread(self._page, request, record, messages, 0)
        groups = {(group.category, group.medium): group for group in reply.groups}
        while 0 < start < most:
            request.page_size = most - start
            page, start = await asyncio.to_thread(self._page, request, record, messages, start)
            for group in page.groups:
                groups[group.category, group.medium].segments.extend(group.segments)
        return reply

    def _page(
        self,
        request: pb.ExplainVerdictRequest,
        record: AnalysisRecord,
        messages: Messages,
        start: int,
    ) -> tuple[pb.ExplainVerdictResponse, int]:
        """Make a page: the first one has all groups, further ones those with segments.

        Returns:
            The page, and the segment with which the next one begins; 0 = it is the last.
        """
        found = self.explained(record, scores=not start)
        analysis, given = found.published.analysis, found.given
        records = Records(self._app.runtime(), record.project_id, analysis.media.digest)
        details = Details(
            messages,
            analysis.engines,
            None if given is None else given.engines,
            None if given is None else _given_texts(given),
            blurred_of(found.verdict),
            records.source,
        )
        wanted = [
            place for place, one in enumerate(found.groups)
            if request.category in ("", one.category) and request.medium in ("", one.medium)
        ]  # fmt: skip
        reply = pb.ExplainVerdictResponse(
            judged=judged_message(found),
            suggestion=suggestion(found.verdict.suggestion),
            coverage_complete=found.verdict.coverage_complete,
            scores_missing=_missing(found),
            allowed=[hash_message(hit) for hit in found.verdict.allowed],
        )
        groups: dict[int, pb.GroupExplanation] = {}
        if not start:
            for place in wanted:
                groups[place] = _group(found, place, details, records)
        places = _places(found.groups, wanted, request)
        room = LARGEST_REPLY - reply.ByteSize()
        room -= sum(group.ByteSize() + FRAMING for group in groups.values())
        sent = 0
        for at, message in _segments(found, places[start:], messages, details, records):
            head = _head(found.groups[at.group])
            size = message.ByteSize() + head.ByteSize() + 2 * FRAMING
            if sent and (room < size or sent == (request.page_size or _DEFAULT_PAGE)):
                break
            groups.setdefault(at.group, head).segments.append(message)
            room, sent = room - size, sent + 1
        reply.groups.extend(groups[place] for place in sorted(groups))
        following = start + sent
        return reply, following if following < len(places) else 0

    def explained(self, record: AnalysisRecord, *, scores: bool = True) -> Explained:
        """Return what is known of a revision's verdict. Blocking.

        Args:
            scores: False = without the scores that reach no threshold, which all evidence tells.

        Raises:
            VidereError: ANALYSIS_NOT_FOUND, it has no verdict; ARTIFACT_NOT_FOUND,
                ARTIFACT_CORRUPT, its document cannot be read.
        """
        run = self._app.runtime()
        published = opened(run, record)
        verdict = published.analysis.verdict
        if verdict is None:
            raise no_verdict(record)
        template, rules = self._template(record.project_id, verdict.template)
        given, missing = None, None
        try:
            given = judged_by(run, published, template if scores else None)
        except VidereError as error:
            missing = error
        groups = explain(verdict, template, given if scores else None)
        return Explained(published, verdict, rules, groups, given, missing)

    def _template(
        self, project_id: str, name: str
    ) -> tuple[ModerationTemplate | None, tuple[template_pb2.ModerationRule, ...]]:
        """Return the version that judged, with its rules as they are stored."""
        try:
            record = self._app.templates.find(
                project_id, name, TemplateKind.MODERATION, deleted=True
            )
        except VidereError:
            return None, ()
        draft = draft_of(record.template_id, record.document)
        return moderation_of(draft, version=record.version), tuple(draft.moderation.rules)


def _given_texts(given: ModerationInput) -> dict[str, str]:
    """Return title, description, comments and tags by the ids of their references."""
    texts = given_with(given.context, given.analysis.media)
    return {ref.id: one.text for one in texts for ref in one.refs}


def judged_message(found: Explained) -> pb.JudgedRevision:
    """Return which revision was judged, and by what."""
    record, analysis = found.published.record, found.published.analysis
    return pb.JudgedRevision(
        media_id=record.media_id,
        media_digest=analysis.media.digest,
        revision=record.revision,
        job_id=record.job_id,
        create_time=timestamp(record.create_ns),
        result_digest=record.result_digest,
        template=found.verdict.template,
        rules=rule_versions(analysis.rules),
        engines=[engine_pin(pin) for pin in analysis.engines],
    )


def _missing(found: Explained) -> template_pb2.NotJudged | None:
    error = found.missing
    if error is None:
        return None
    return template_pb2.NotJudged(
        media_id=found.published.record.media_id, reason=error.reason, message=error.message
    )


def _head(why: GroupWhy) -> pb.GroupExplanation:
    return pb.GroupExplanation(category=why.category, medium=why.medium)


def _group(found: Explained, place: int, details: Details, records: Records) -> pb.GroupExplanation:
    """Return what became of a rule, without the segments."""
    why = found.groups[place]
    message = _head(why)
    message.outcome = pb.RuleOutcome.Value(f"RULE_OUTCOME_{why.outcome.upper()}")
    if place < len(found.rules):
        message.rule.CopyFrom(found.rules[place])
    if why.group is not None:
        message.suggestion, message.reason = suggestion(why.group.suggestion), why.group.reason
        message.segment_count = len(why.group.segments)
    message.labels.extend(_label(one, details, records) for one in why.labels)
    return message


def _label(why: LabelWhy, details: Details, records: Records) -> pb.LabelExplanation:
    message = pb.LabelExplanation(coverage=coverage_message(why.coverage))
    for source in why.sources:
        engine = source.engine
        message.sources.add(
            feature=source.feature,
            classes=source.classes,
            engine="" if engine is None else engine.id,
            model_digests=() if engine is None else engine.model_digests,
        )
    if why.highest is not None:
        hit = why.highest.hit
        cited = [ref.id for ref in hit.refs[:1]] if hit is not None else []
        if why.highest.record is not None:
            cited.append(why.highest.record.id)
        known = records.find(cited)
        message.highest.CopyFrom(details.of_highest(why.highest, known))
    return message


def _places(
    groups: Sequence[GroupWhy], wanted: Iterable[int], request: pb.ExplainVerdictRequest
) -> list[_Place]:
    """Return the segments that are asked for, in the order of groups, worst first in each."""
    return [
        _Place(place, index, segment)
        for place in wanted
        for group in (groups[place].group,)
        if group is not None
        for index, segment in enumerate(group.segments)
        if not request.HasField("segment") or request.segment == index
    ]


def _segments(
    found: Explained,
    places: Iterable[_Place],
    messages: Messages,
    details: Details,
    records: Records,
) -> Iterator[tuple[_Place, pb.SegmentExplanation]]:
    """Yield segments with their evidence, which is read some segments at a time."""
    left = iter(places)
    while some := list(islice(left, _AT_ONCE)):
        known = records.find(ref.id for place in some for ref in place.segment.evidence)
        for place in some:
            rule, segment = found.groups[place.group].rule, place.segment
            yield (
                place,
                pb.SegmentExplanation(
                    index=place.index,
                    segment=finding_message(segment, messages),
                    block_withheld=block_withheld(rule, segment),
                    evidence=[
                        details.of_ref(ref, known.get(ref.id), scored=not segment.word_hits)
                        for ref in segment.evidence
                    ],
                ),
            )


def _check(request: pb.ExplainVerdictRequest) -> None:
    """Raise FIELD_INVALID with everything that is wrong with a request."""
    found = Violations()
    check_subject(found, request)
    for name, value, known in (
        ("category", request.category, _CATEGORIES), ("medium", request.medium, _MEDIA),
    ):  # fmt: skip
        if value and value not in known:
            found.add(name, f"is no {name}", ", ".join(known), value)
    if request.HasField("segment"):
        found.number("segment", request.segment, 0, (1 << 31) - 1)
        if not request.category or not request.medium:
            found.add("segment", "needs category and medium", "category, medium", request.segment)
    found.number("page_size", request.page_size, 0, MAX_PAGE)
    found.raise_if_any()


def _filters(project: str, request: pb.ExplainVerdictRequest) -> dict[str, Any]:
    return {
        "project": project,
        "media": request.media_id,
        "job": request.job_id,
        "revision": request.revision,
        "group": [request.category, request.medium],
        "segment": request.segment if request.HasField("segment") else -1,
    }


def _begin(project: str, request: pb.ExplainVerdictRequest) -> tuple[int, int]:
    """Return the revision and the segment with which a page begins; 0, 0 at the first."""
    if not request.page_token:
        return 0, 0
    position = read_token(request.page_token, _filters(project, request), int)
    return min(position >> _INDEX_BITS, MOST_REVISIONS), position & (1 << _INDEX_BITS) - 1
