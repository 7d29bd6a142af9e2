"""TemplateService."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import grpc.aio

from videre.common.errors import VidereError, invalid
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.moderation.presets import CAREFUL
from videre.orchestrator.moderation.template import ModerationTemplate, Rule, Unchecked
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.orchestrator.templates.catalog import AnalysisPreset, Templates, not_found
from videre.v1 import template_pb2, template_pb2_grpc, types_pb2

Context = grpc.aio.ServicerContext[Any, Any]
_DEFAULT_PAGE: Final = 50
_KINDS: Final = {
    template_pb2.TEMPLATE_KIND_ANALYSIS: "analysis",
    template_pb2.TEMPLATE_KIND_MODERATION: "moderation",
    template_pb2.TEMPLATE_KIND_PRODUCTION: "production",
}
_UNCHECKED: Final = {
    Unchecked.REVIEW: template_pb2.UNCHECKED_POLICY_REVIEW,
    Unchecked.PASS: template_pb2.UNCHECKED_POLICY_PASS,
}


class TemplateServicer(template_pb2_grpc.TemplateServiceServicer):
    """See template.proto."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    async def GetTemplate(
        self, request: template_pb2.GetTemplateRequest, context: Context
    ) -> template_pb2.GetTemplateResponse:
        """See template.proto."""
        project_of(request.project_id)
        if not request.template:
            raise invalid("template", "is empty", limit="id, number or id@version")
        lookups: tuple[Callable[[], template_pb2.Template], ...] = (
            lambda: moderation(self._templates.moderation(request.template)),
            lambda: analysis(self._templates.analysis(request.template)),
        )
        for lookup in lookups:
            try:
                return template_pb2.GetTemplateResponse(template=lookup())
            except VidereError:
                continue
        raise not_found("template", request.template, [t.template_id for t in self._all()])

    async def ListTemplates(
        self, request: template_pb2.ListTemplatesRequest, context: Context
    ) -> template_pb2.ListTemplatesResponse:
        """See template.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        if request.kind not in template_pb2.TemplateKind.values():
            names = ", ".join(template_pb2.TemplateKind.keys()[1:])
            found.add("kind", "is no kind", names, request.kind)
        found.raise_if_any()
        wanted = _KINDS.get(request.kind)
        templates = [
            item
            for item in self._all()
            if wanted is None or item.WhichOneof("parameters") == wanted
        ]
        filters = {"project": project, "kind": wanted or ""}
        start = read_token(request.page_token, filters, int) if request.page_token else 0
        end = start + (request.page_size or _DEFAULT_PAGE)
        token = page_token(end, filters) if end < len(templates) else ""
        return template_pb2.ListTemplatesResponse(
            templates=templates[start:end], next_page_token=token
        )

    def _all(self) -> list[template_pb2.Template]:
        return [
            *(moderation(item) for item in self._templates.moderation_templates),
            *(analysis(item) for item in self._templates.analysis_templates),
        ]


def moderation(template: ModerationTemplate) -> template_pb2.Template:
    """Return a moderation preset as a message."""
    message = template_pb2.Template(
        template_id=template.template_id,
        number=template.number,
        version=template.version,
        names=[types_pb2.LocalizedName(language_code="en", name=template.template_id)],
        preset=True,
        is_default=template == CAREFUL,
        created_by="videre",
        etag=str(template.version),
    )
    message.moderation.rules.extend(_rule(rule) for rule in template.rules)
    message.moderation.unchecked = _UNCHECKED[template.unchecked]
    message.moderation.merge_gap_ms = template.merge_gap_ms
    message.moderation.required_labels.extend(template.required)
    return message


def _rule(rule: Rule) -> template_pb2.ModerationRule:
    return template_pb2.ModerationRule(
        rule_id=rule.rule_id,
        category=rule.category,
        medium=rule.medium,
        enabled=rule.enabled,
        labels=rule.labels,
        block_threshold=rule.block,
        review_threshold=rule.review,
        block_needs_second_medium=rule.block_needs_second_medium,
        word_lists=rule.word_lists,
    )


def analysis(preset: AnalysisPreset) -> template_pb2.Template:
    """Return an analysis preset as a message."""
    message = template_pb2.Template(
        template_id=preset.template_id,
        version=preset.version,
        names=[types_pb2.LocalizedName(language_code="en", name=preset.template_id)],
        description=preset.description,
        preset=True,
        is_default=True,
        created_by="videre",
        etag=str(preset.version),
    )
    message.analysis.features.extend(preset.features)
    return message
