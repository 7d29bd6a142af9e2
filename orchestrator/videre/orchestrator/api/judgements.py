"""Previews of moderation templates, and judging what was analysed before anew."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from videre.common.errors import Reason, VidereError, invalid
from videre.common.values import canonical_json, sha256_hex
from videre.orchestrator.api.messages.judgements import change_message, count_messages
from videre.orchestrator.api.replies import fitting
from videre.orchestrator.api.templates.checks import check_draft, check_name, named_hash_lists
from videre.orchestrator.api.templates.files import from_yaml, of_file
from videre.orchestrator.api.templates.rule_libraries import check_libraries
from videre.orchestrator.api.validation import Violations, check_pin_list
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import Suggestion
from videre.orchestrator.moderation.compare import changes, suggestion_of
from videre.orchestrator.moderation.inputs import MODERATION_VERSION
from videre.orchestrator.moderation.template import ModerationTemplate
from videre.orchestrator.steps.asking import asked
from videre.orchestrator.steps.judging import Judgement, judge_again, revised
from videre.orchestrator.steps.other_engines import Pin, judge_with
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.orchestrator.store.records import AnalysisRecord
from videre.orchestrator.store.verdicts import NewVerdict
from videre.orchestrator.templates.catalog import preset
from videre.orchestrator.templates.documents import TemplateKind, moderation_of
from videre.v1 import template_pb2 as pb

_DEFAULT_PAGE: Final = 100
_DEFAULT_CHANGES: Final = 20
_MOST_NAMED: Final = 1_000
#: Analyses of the same bytes that are asked for what another engine saw.
_MOST_OTHERS: Final = 20
#: Times a media is judged anew because its analysis changed meanwhile.
_TRIES: Final = 3


@dataclass(slots=True)
class _Page:
    """What becomes of a page of media, as it is found out."""

    counts: Counter[tuple[Suggestion, Suggestion]] = field(default_factory=Counter)
    changes: list[pb.VerdictChange] = field(default_factory=list)
    not_judged: list[pb.NotJudged] = field(default_factory=list)

    def count(self, judgement: Judgement) -> None:
        self.counts[suggestion_of(judgement.before), judgement.verdict.suggestion] += 1

    def miss(self, media_id: str, error: VidereError) -> None:
        self.not_judged.append(
            pb.NotJudged(media_id=media_id, reason=str(error.reason), message=error.message)
        )


class Judging:
    """Judges from what was kept; models are never asked."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    async def preview(
        self, project: str, request: pb.PreviewTemplateRequest
    ) -> pb.PreviewTemplateResponse:
        """Tell what a template would say of a page of media."""
        found = Violations()
        _check_page(found, request)
        if request.HasField("max_changes"):
            found.number("max_changes", request.max_changes, 0, MAX_PAGE)
        if request.WhichOneof("moderation") in (None, "template"):
            check_name(found, "template", request.template)
        check_pin_list(found, "engine_pins", request.engine_pins)
        found.raise_if_any()
        given = request.WhichOneof("moderation") or "template"
        draft = request.draft.SerializeToString(deterministic=True)
        tried = sha256_hex(draft) if given == "draft" else getattr(request, given)
        pins = [Pin(one.feature, one.engine, one.version) for one in request.engine_pins]
        filters = {
            "tried": sha256_hex(f"{given} {tried}".encode()),
            "pins": sorted(f"{pin.feature} {pin.id}" for pin in pins),
        }
        name, after = _begin(project, request, filters)
        template = await asyncio.to_thread(self._tried, project, request, name)
        page = _Page()
        records, last = await self._records(project, request, after, page)
        for record in records:
            try:
                judgement = await asyncio.to_thread(self._judged, record, template, pins)
            except VidereError as error:
                page.miss(record.media_id, error)
                continue
            page.count(judgement)
            if changes(judgement.before, judgement.verdict):
                page.changes.append(change_message(judgement, record.revision))
        most = request.max_changes if request.HasField("max_changes") else _DEFAULT_CHANGES
        return pb.PreviewTemplateResponse(
            template=template.name,
            counts=count_messages(page.counts),
            changes=fitting(sorted(page.changes, key=_weight)[:most]),
            not_judged=page.not_judged,
            next_page_token=_token(template, last, project, request, filters),
        )

    async def remoderate(
        self, project: str, request: pb.RemoderateRequest
    ) -> pb.RemoderateResponse:
        """Give a page of media the verdict of a template."""
        found = Violations()
        _check_page(found, request)
        found.raise_if_any()
        filters = {"tried": request.template}
        name, after = _begin(project, request, filters)
        template = await asyncio.to_thread(
            self._stored, project, name or request.template, again=bool(name)
        )
        own = await asyncio.to_thread(self._own, project, template)
        page = _Page()
        records, last = await self._records(project, request, after, page)
        for record in records:
            try:
                await self._revise(record, template, own, page)
            except VidereError as error:
                page.miss(record.media_id, error)
        return pb.RemoderateResponse(
            template=template.name,
            counts=count_messages(page.counts),
            changes=page.changes,
            not_judged=page.not_judged,
            next_page_token=_token(template, last, project, request, filters),
        )

    def _judged(
        self, record: AnalysisRecord, template: ModerationTemplate, pins: Sequence[Pin]
    ) -> Judgement:
        run = self._app.runtime()
        if not pins:
            return judge_again(run, record, template)
        others = self._app.verdicts.of_same_bytes(record, _MOST_OTHERS)
        return judge_with(run, record, template, pins, others)

    def _tried(
        self, project: str, request: pb.PreviewTemplateRequest, name: str
    ) -> ModerationTemplate:
        if request.HasField("yaml"):
            try:
                return self._draft(project, from_yaml(request.yaml))
            except VidereError as error:
                raise of_file(error) from error
        if request.HasField("draft"):
            return self._draft(project, request.draft)
        return self._stored(project, name or request.template, again=bool(name))

    def _draft(self, project: str, draft: pb.TemplateDraft) -> ModerationTemplate:
        lists = self._app.bindings.known_hash_lists(project, named_hash_lists(draft))
        check_draft(draft, self._app.templates.word_lists, "draft", lists)
        check_libraries(self._app.libraries, project, draft, "draft")
        kind = str(draft.WhichOneof("parameters"))
        if kind != TemplateKind.MODERATION:
            field = "draft.parameters"
            raise invalid(field, "moderate nothing", limit=TemplateKind.MODERATION, actual=kind)
        return moderation_of(draft, version=0)

    def _stored(self, project: str, name: str, *, again: bool) -> ModerationTemplate:
        """Return a template; `again` for a further page, by the version of the first."""
        templates = self._app.templates
        kind = TemplateKind.MODERATION
        wanted = name or templates.defaults(project)[kind]
        record = templates.find(project, wanted, kind, deleted=again)
        return templates.moderation(project, f"{record.template_id}@{record.version}")

    async def _records(
        self, project: str, request: Any, after: str, page: _Page
    ) -> tuple[list[AnalysisRecord], str]:
        """Return the latest analyses of a page, and the id of its last media where more follow."""
        size = request.page_size or _DEFAULT_PAGE
        named = await asyncio.to_thread(self._named, project, request)
        if named is None:
            records = await asyncio.to_thread(
                self._app.verdicts.latest, project, after=after, limit=size
            )
            return records, records[-1].media_id if len(records) == size else ""
        left = [media_id for media_id in named if media_id > after]
        wanted = left[:size]
        if not wanted:
            return [], ""
        records = await asyncio.to_thread(
            self._app.verdicts.latest, project, after=after, limit=size, media_ids=wanted
        )
        there = {record.media_id for record in records}
        for media_id in wanted:
            if media_id not in there:
                error = VidereError(Reason.ANALYSIS_NOT_FOUND, f"media {media_id} has no analysis")
                page.miss(media_id, error)
        return records, wanted[-1] if len(left) > size else ""

    def _named(self, project: str, request: Any) -> Sequence[str] | None:
        """Return the media that are named, themselves or by jobs, by id; None = all."""
        if not request.media_ids and not request.job_ids:
            return None
        of_jobs = [self._app.jobs.get(project, job_id).media_id or "" for job_id in request.job_ids]
        return sorted({*request.media_ids, *of_jobs} - {""})

    async def _revise(
        self,
        record: AnalysisRecord,
        template: ModerationTemplate,
        own: tuple[str, int] | None,
        page: _Page,
    ) -> None:
        """Give a media a further revision where its verdict is another.

        Raises:
            VidereError: it cannot be judged; ETAG_MISMATCH, its analysis changed all the time.
        """
        run = self._app.runtime()
        for _ in range(_TRIES):
            judgement = await asyncio.to_thread(judge_again, run, record, template)
            if judgement.verdict == judgement.before:
                page.count(judgement)
                return
            after = await revised(run, judgement, template)
            new = NewVerdict(
                of=record,
                document_digest=after.digest,
                suggestion=str(after.verdict.suggestion),
                pictures=after.artifacts,
                moderation=MODERATION_VERSION,
                template=template.name,
                own=own,
                review=await asyncio.to_thread(asked, run, record.project_id, after.verdict),
                facts=after.facts,
                hash_lists=judgement.hash_lists,
            )
            revision = await asyncio.to_thread(self._app.verdicts.publish, new)
            if revision:
                page.count(judgement)
                page.changes.append(change_message(judgement, revision))
                return
            record = await asyncio.to_thread(
                self._app.media.analysis, record.project_id, record.media_id, 0
            )
        raise VidereError(
            Reason.ETAG_MISMATCH, f"the analysis of media {record.media_id} changed meanwhile"
        )

    def _own(self, project: str, template: ModerationTemplate) -> tuple[str, int] | None:
        """Return id and version of a template of the project's own; None of a preset."""
        found = self._app.templates.find(project, template.name, deleted=True)
        return None if preset(found) else (template.template_id, template.version)


def _check_page(found: Violations, request: Any) -> None:
    found.number("page_size", request.page_size, 0, MAX_PAGE)
    found.count("media_ids", len(request.media_ids), _MOST_NAMED)
    found.count("job_ids", len(request.job_ids), _MOST_NAMED)


def _asked(project: str, request: Any, filters: dict[str, Any]) -> dict[str, Any]:
    """Return what a token holds for; the ids as a digest, since there may be many."""
    named = sha256_hex(canonical_json([*request.media_ids, "", *request.job_ids]))
    return {"project": project, "named": named, **filters}


def _begin(project: str, request: Any, filters: dict[str, Any]) -> tuple[str, str]:
    """Return the template's version and the media after which a page begins; "" at the first."""
    if not request.page_token:
        return "", ""
    position = read_token(request.page_token, _asked(project, request, filters), str)
    name, _, after = position.partition(" ")
    return name, after


def _token(
    template: ModerationTemplate, last: str, project: str, request: Any, filters: dict[str, Any]
) -> str:
    if not last:
        return ""
    return page_token(f"{template.name} {last}", _asked(project, request, filters))


def _weight(change: pb.VerdictChange) -> tuple[int, str]:
    """Order what changes most first."""
    return -abs(change.to_suggestion - change.from_suggestion), change.media_id
