"""TemplateService."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import grpc.aio

from videre.common.errors import invalid
from videre.orchestrator.api.judgements import Judging
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.replies import fitting
from videre.orchestrator.api.templates.changes import Changes, HashLists
from videre.orchestrator.api.templates.checks import check_name
from videre.orchestrator.api.templates.files import from_yaml, to_yaml
from videre.orchestrator.api.templates.messages import change_message, template_message
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.store.libraries import LibraryStore
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.orchestrator.store.templates import TemplateRecord
from videre.orchestrator.templates.catalog import Templates, full_name, preset
from videre.orchestrator.templates.diff import differences
from videre.orchestrator.templates.documents import TemplateKind
from videre.v1 import template_pb2 as pb
from videre.v1 import template_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
_DEFAULT_PAGE: Final = 50
_KINDS: Final = {
    pb.TEMPLATE_KIND_ANALYSIS: TemplateKind.ANALYSIS,
    pb.TEMPLATE_KIND_MODERATION: TemplateKind.MODERATION,
    pb.TEMPLATE_KIND_PRODUCTION: TemplateKind.PRODUCTION,
}


class TemplateServicer(template_pb2_grpc.TemplateServiceServicer):
    """See template.proto."""

    def __init__(
        self, templates: Templates, libraries: LibraryStore, judging: Judging, hash_lists: HashLists
    ) -> None:
        self._templates, self._judging = templates, judging
        self._changes = Changes(templates, libraries, hash_lists)

    # --- reading -----------------------------------------------------------------------------

    async def GetTemplate(
        self, request: pb.GetTemplateRequest, context: Context
    ) -> pb.GetTemplateResponse:
        """See template.proto."""
        project = project_of(request.project_id)
        record = await self._find(project, "template", request.template)
        return pb.GetTemplateResponse(template=await self._shown(project, record))

    async def ListTemplates(
        self, request: pb.ListTemplatesRequest, context: Context
    ) -> pb.ListTemplatesResponse:
        """See template.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        if request.kind not in pb.TemplateKind.values():
            names = ", ".join(pb.TemplateKind.keys()[1:])
            found.add("kind", "is no kind", names, request.kind)
        found.raise_if_any()
        wanted = _KINDS.get(request.kind)
        filters = {"project": project, "kind": wanted or "", "deleted": request.show_deleted}
        after = read_token(request.page_token, filters, int) if request.page_token else -1

        def page() -> tuple[Sequence[tuple[int, TemplateRecord]], set[str]]:
            records = self._templates.list(project, deleted=request.show_deleted)
            placed = [
                (place, record)
                for place, record in _placed(records)
                if place > after and wanted in (None, record.kind)
            ]
            return placed, set(self._templates.defaults(project).values())

        placed, defaults = await asyncio.to_thread(page)
        shown = fitting(
            template_message(record, defaults)
            for _, record in placed[: request.page_size or _DEFAULT_PAGE]
        )
        token = page_token(placed[len(shown) - 1][0], filters) if len(shown) < len(placed) else ""
        return pb.ListTemplatesResponse(templates=shown, next_page_token=token)

    async def DiffTemplates(
        self, request: pb.DiffTemplatesRequest, context: Context
    ) -> pb.DiffTemplatesResponse:
        """See template.proto."""
        project = project_of(request.project_id)
        before = await self._find(project, "from_template", request.from_template)
        name = request.to_template or before.template_id
        after = await self._find(project, "to_template", name)
        if before.kind != after.kind:
            raise invalid("to_template", "is of another kind", limit=before.kind, actual=after.kind)
        return pb.DiffTemplatesResponse(
            from_template=full_name(before),
            to_template=full_name(after),
            changes=fitting(map(change_message, differences(before.document, after.document))),
        )

    async def ExportTemplate(
        self, request: pb.ExportTemplateRequest, context: Context
    ) -> pb.ExportTemplateResponse:
        """See template.proto."""
        project = project_of(request.project_id)
        record = await self._find(project, "template", request.template)
        return pb.ExportTemplateResponse(yaml=to_yaml(record), template=full_name(record))

    # --- changing ----------------------------------------------------------------------------

    async def CreateTemplate(
        self, request: pb.CreateTemplateRequest, context: Context
    ) -> pb.CreateTemplateResponse:
        """See template.proto."""
        project = project_of(request.project_id)
        record = await asyncio.to_thread(
            self._changes.create, project, request.template, store=not request.validate_only
        )
        return pb.CreateTemplateResponse(template=await self._shown(project, record))

    async def UpdateTemplate(
        self, request: pb.UpdateTemplateRequest, context: Context
    ) -> pb.UpdateTemplateResponse:
        """See template.proto."""
        project = project_of(request.project_id)
        record = await asyncio.to_thread(
            self._changes.update,
            project,
            request.template,
            request.etag,
            store=not request.validate_only,
        )
        return pb.UpdateTemplateResponse(template=await self._shown(project, record))

    async def DeleteTemplate(
        self, request: pb.DeleteTemplateRequest, context: Context
    ) -> pb.DeleteTemplateResponse:
        """See template.proto."""
        project = project_of(request.project_id)
        _check_named(request.template)
        kept = await asyncio.to_thread(
            self._changes.delete, project, request.template, request.etag
        )
        return pb.DeleteTemplateResponse(kept=kept)

    async def SetDefaultTemplate(
        self, request: pb.SetDefaultTemplateRequest, context: Context
    ) -> pb.SetDefaultTemplateResponse:
        """See template.proto."""
        project = project_of(request.project_id)
        _check_named(request.template)
        record = await asyncio.to_thread(self._changes.set_default, project, request.template)
        return pb.SetDefaultTemplateResponse(template=await self._shown(project, record))

    async def ImportTemplate(
        self, request: pb.ImportTemplateRequest, context: Context
    ) -> pb.ImportTemplateResponse:
        """See template.proto."""
        project = project_of(request.project_id)
        draft = await asyncio.to_thread(from_yaml, request.yaml)
        draft.template_id = request.template_id or draft.template_id
        record, created = await asyncio.to_thread(
            self._changes.put, project, draft, request.etag, store=not request.validate_only
        )
        shown = await self._shown(project, record)
        return pb.ImportTemplateResponse(template=shown, created=created)

    # --- judging again -----------------------------------------------------------------------

    async def PreviewTemplate(
        self, request: pb.PreviewTemplateRequest, context: Context
    ) -> pb.PreviewTemplateResponse:
        """See template.proto."""
        return await self._judging.preview(project_of(request.project_id), request)

    async def Remoderate(
        self, request: pb.RemoderateRequest, context: Context
    ) -> pb.RemoderateResponse:
        """See template.proto."""
        return await self._judging.remoderate(project_of(request.project_id), request)

    # --- shared ------------------------------------------------------------------------------

    async def _find(self, project: str, field: str, name: str) -> TemplateRecord:
        _check_named(name, field)

        def find() -> TemplateRecord:
            return self._templates.find(project, name, field=field, deleted=True)

        return await asyncio.to_thread(find)

    async def _shown(self, project: str, record: TemplateRecord) -> pb.Template:
        defaults = await asyncio.to_thread(self._templates.defaults, project)
        return template_message(record, defaults.values())


def _check_named(name: str, field: str = "template") -> None:
    found = Violations()
    check_name(found, field, name)
    found.raise_if_any()


def _placed(records: Sequence[TemplateRecord]) -> list[tuple[int, TemplateRecord]]:
    """Return templates with places that stay theirs whatever is made or deleted meanwhile.

    Presets come first; own numbers are above the places of presets.
    """
    return [
        (place if preset(record) else record.number, record) for place, record in enumerate(records)
    ]
