"""What the server can do: templates and engines."""

from __future__ import annotations

from videre.client._flow import Context, EmitFlow, Flow
from videre.client._pages import every
from videre.client._rpc import GET_TEMPLATE, LIST_ENGINES, LIST_TEMPLATES
from videre.v1 import engine_pb2, template_pb2


def get_template(context: Context, template: str, project_id: str) -> Flow[template_pb2.Template]:
    """Return a template by id, number or "id@version"."""
    request = template_pb2.GetTemplateRequest(template=template, project_id=project_id)
    answer = yield from context.call(GET_TEMPLATE, request)
    return answer.template


def list_templates(
    context: Context, kind: template_pb2.TemplateKind.ValueType, project_id: str
) -> EmitFlow[template_pb2.Template]:
    """Emit the templates in their latest version, presets first."""
    request = template_pb2.ListTemplatesRequest(project_id=project_id, kind=kind)
    return every(context, LIST_TEMPLATES, request, lambda page: page.templates)


def list_engines(context: Context, feature: str) -> Flow[list[engine_pb2.Engine]]:
    """Return the engines of all services, installed or not, best first within a feature."""
    request = engine_pb2.ListEnginesRequest(feature=feature)
    answer = yield from context.call(LIST_ENGINES, request)
    return list(answer.engines)
