"""Templates: the flows."""

from __future__ import annotations

from collections import Counter
from typing import Any

from videre.client._flow import Context, EmitFlow, Flow
from videre.client._pages import every
from videre.client._rpc import (
    CREATE_TEMPLATE,
    DELETE_TEMPLATE,
    DIFF_TEMPLATES,
    EXPORT_TEMPLATE,
    GET_TEMPLATE,
    IMPORT_TEMPLATE,
    LIST_TEMPLATES,
    PREVIEW_TEMPLATE,
    REMODERATE,
    SET_DEFAULT_TEMPLATE,
    UPDATE_TEMPLATE,
)
from videre.v1 import template_pb2 as pb


def get_template(context: Context, template: str, project_id: str) -> Flow[pb.Template]:
    """Return a template by id, number or "id@version"."""
    request = pb.GetTemplateRequest(template=template, project_id=project_id)
    answer = yield from context.call(GET_TEMPLATE, request)
    return answer.template


def list_templates(context: Context, request: pb.ListTemplatesRequest) -> EmitFlow[pb.Template]:
    """Emit the templates in their latest version, presets first, page after page."""
    return every(context, LIST_TEMPLATES, request, lambda page: page.templates)


def create_template(context: Context, request: pb.CreateTemplateRequest) -> Flow[pb.Template]:
    """Make a template."""
    answer = yield from context.call(CREATE_TEMPLATE, request)
    return answer.template


def update_template(context: Context, request: pb.UpdateTemplateRequest) -> Flow[pb.Template]:
    """Make a new version."""
    answer = yield from context.call(UPDATE_TEMPLATE, request)
    return answer.template


def delete_template(context: Context, request: pb.DeleteTemplateRequest) -> Flow[bool]:
    """Delete a template; return whether its versions stay because something cites them."""
    answer = yield from context.call(DELETE_TEMPLATE, request)
    return answer.kept


def set_default_template(
    context: Context, request: pb.SetDefaultTemplateRequest
) -> Flow[pb.Template]:
    """Choose the default of a template's kind."""
    answer = yield from context.call(SET_DEFAULT_TEMPLATE, request)
    return answer.template


def diff_templates(
    context: Context, request: pb.DiffTemplatesRequest
) -> Flow[pb.DiffTemplatesResponse]:
    """Return what differs."""
    return (yield from context.call(DIFF_TEMPLATES, request))


def export_template(
    context: Context, request: pb.ExportTemplateRequest
) -> Flow[pb.ExportTemplateResponse]:
    """Return a template as a YAML file."""
    return (yield from context.call(EXPORT_TEMPLATE, request))


def import_template(
    context: Context, request: pb.ImportTemplateRequest
) -> Flow[pb.ImportTemplateResponse]:
    """Make a template of a YAML file, or a new version of the one that is there."""
    return (yield from context.call(IMPORT_TEMPLATE, request))


def preview_template(
    context: Context, request: pb.PreviewTemplateRequest
) -> Flow[pb.PreviewTemplateResponse]:
    """Return what a template would say of all pages of media, as one answer."""
    asked, whole = pb.PreviewTemplateRequest(), pb.PreviewTemplateResponse()
    asked.CopyFrom(request)
    while True:
        page = yield from context.call(PREVIEW_TEMPLATE, asked)
        _add(whole, page)
        asked.page_token = page.next_page_token
        if not asked.page_token:
            return whole


def remoderate(context: Context, request: pb.RemoderateRequest) -> Flow[pb.RemoderateResponse]:
    """Judge all pages of media anew; return what became of them as one answer."""
    asked, whole = pb.RemoderateRequest(), pb.RemoderateResponse()
    asked.CopyFrom(request)
    while True:
        page = yield from context.call(REMODERATE, asked)
        _add(whole, page)
        asked.page_token = page.next_page_token
        if not asked.page_token:
            return whole


def _add(whole: Any, page: Any) -> None:
    """Add a page to an answer: how often is summed up, the rest stands one after the other."""
    counts: Counter[tuple[int, int]] = Counter()
    for one in (*whole.counts, *page.counts):
        counts[one.from_suggestion, one.to_suggestion] += one.count
    del whole.counts[:]
    for (before, after), count in sorted(counts.items()):
        whole.counts.add(from_suggestion=before, to_suggestion=after, count=count)
    whole.template = page.template
    whole.changes.extend(page.changes)
    whole.not_judged.extend(page.not_judged)
