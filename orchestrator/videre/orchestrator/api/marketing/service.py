"""MarketingService."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import grpc.aio
import structlog

from videre.common.errors import VidereError
from videre.orchestrator.api.marketing.checks import Wanted, wanted_of
from videre.orchestrator.api.marketing.endpoint import endpoint_of
from videre.orchestrator.api.marketing.messages import CopyMessages
from videre.orchestrator.api.present import suggestion
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.recommend.checks import interests_of
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import Analysis
from videre.orchestrator.document.canonical import StoredDocument
from videre.orchestrator.lexicon.topic_map import load_topics
from videre.orchestrator.marketing.chat import ChatError
from videre.orchestrator.marketing.copy import READ, Material, material_of, plan_of
from videre.orchestrator.marketing.facts import Names
from videre.orchestrator.marketing.grounding import checker, completed, grounded
from videre.orchestrator.marketing.model import Audience, Draft, Plan
from videre.orchestrator.marketing.wording import ENGINE, written
from videre.orchestrator.recommend.traits import folded
from videre.orchestrator.store.records import AnalysisRecord
from videre.orchestrator.store.segments import missing
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.v1 import marketing_pb2 as pb
from videre.v1 import marketing_pb2_grpc, recommendation_pb2

Context = grpc.aio.ServicerContext[Any, Any]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Brief:
    """All that copies of one media are written of.

    Args:
        plans: by segment, then language, as they were asked for.
    """

    record: AnalysisRecord
    title: str
    material: Material
    taxonomy: Taxonomy
    plans: list[tuple[str, Plan]]


class MarketingServicer(marketing_pb2_grpc.MarketingServiceServicer):
    """See marketing.proto."""

    def __init__(self, app: Orchestrator) -> None:
        self._app, self._chat = app, endpoint_of(app.settings)

    async def WriteMarketingCopy(
        self, request: pb.WriteMarketingCopyRequest, context: Context
    ) -> pb.WriteMarketingCopyResponse:
        """See marketing.proto."""
        project = project_of("")
        wanted = wanted_of(request, has_chat=self._chat is not None)
        brief = await asyncio.to_thread(self._brief, project, request.media_id, wanted)
        copies = await asyncio.gather(
            *(self._copy(brief, segment, plan, wanted.chat) for segment, plan in brief.plans)
        )
        return pb.WriteMarketingCopyResponse(
            copies=copies,
            revision=brief.record.revision,
            suggestion=suggestion(brief.record.suggestion),
        )

    def _brief(self, project: str, media_id: str, wanted: Wanted) -> _Brief:
        """Read what is known of a media, and plan its copies. Blocking.

        Raises:
            VidereError: MEDIA_NOT_FOUND, ANALYSIS_NOT_FOUND, SEGMENT_NOT_FOUND, MEDIA_BLOCKED,
                FOOTAGE_SHORT, FACTS_MISSING.
        """
        record = self._app.media.analysis(project, media_id, 0)
        title = self._app.media.get(project, media_id).title
        stored = StoredDocument(self._app.artifacts.read(project, record.document_digest))
        analysis = Analysis(**dict(zip(READ, stored.read(*READ), strict=True)))
        material = material_of(analysis, wanted.length_ms)
        matches = [(one.library_id, one.entry_id) for one in analysis.library_matches]
        taxonomy = self._app.taxonomies.shown(project)
        names = Names(
            taxonomy, load_topics(),
            self._app.search.entry_names(project, matches) if matches else {},
        )  # fmt: skip
        plans = [
            (audience.id, plan_of(material, title, names, audience, language))
            for audience in self._audiences(project, wanted.segments)
            for language in wanted.languages
        ]
        return _Brief(record, title, material, taxonomy, plans)

    def _audiences(self, project: str, segments: tuple[str, ...]) -> list[Audience]:
        """Return whom copy is written for.

        Raises:
            VidereError: SEGMENT_NOT_FOUND.
        """
        if segments == ("",):
            return [Audience()]
        stored = map(recommendation_pb2.Segment.FromString, self._app.segments.all(project))
        known = {one.segment_id: one for one in stored}
        for segment in segments:
            if segment not in known:
                raise missing(segment)
        return [_audience(known[segment]) for segment in segments]

    async def _copy(self, brief: _Brief, segment: str, plan: Plan, chat: bool) -> pb.MarketingCopy:
        check = checker(plan, brief.taxonomy)
        made, _ = grounded(await asyncio.to_thread(written, plan), plan, check)
        engine, why, dropped = ENGINE, "", 0
        if chat and self._chat is not None:
            engine = self._chat.engine
            answered, why = await self._asked(plan)
            kept, dropped = grounded(answered, plan, check)
            if not why and not kept.lines:
                why = "nothing that the chat endpoint wrote is supported by what it cites"
            made = completed(kept, made)
        copy = CopyMessages(plan, made, brief.material.analysis.media).message(segment, brief.title)
        copy.engine, copy.fallback_reason, copy.dropped_count = engine, why, dropped
        return copy

    async def _asked(self, plan: Plan) -> tuple[Draft, str]:
        """Return what the chat endpoint writes, or nothing and why."""
        assert self._chat is not None
        try:
            return await self._chat.draft(plan), ""
        except (VidereError, ChatError) as error:
            log.warning("chat endpoint wrote no copy", error=str(error))
            return Draft(), str(error)


def _audience(segment: recommendation_pb2.Segment) -> Audience:
    """Return what a segment is interested in; its other conditions say nothing of media."""

    def traits(conditions: Any) -> dict[Any, float]:
        given = [one.interest for one in conditions if one.HasField("interest")]
        return {
            (kind, folded(kind, value)): weight / 10_000
            for one in given
            for kind, value, weight in interests_of(Violations(), [one])
        }

    return Audience(segment.segment_id, traits(segment.all_of), frozenset(traits(segment.none_of)))
