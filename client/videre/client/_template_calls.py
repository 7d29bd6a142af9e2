"""The calls about templates, blocking."""

from __future__ import annotations

from collections.abc import Iterator

from videre.client import _templates
from videre.client._flow import Context
from videre.client._transport import BlockingTransport
from videre.v1 import template_pb2 as pb


class TemplateCalls:
    """The blocking calls about templates; `videre.templates` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: BlockingTransport) -> None:
        self._context, self._transport = context, transport

    def get(self, template: str, *, project_id: str = "") -> pb.Template:
        """Return a template by id, number or "id@version"."""
        return self._transport.run(_templates.get_template(self._context, template, project_id))

    def list(
        self,
        kind: pb.TemplateKind.ValueType = pb.TEMPLATE_KIND_UNSPECIFIED,
        *,
        show_deleted: bool = False,
        project_id: str = "",
    ) -> Iterator[pb.Template]:
        """Yield the templates in their latest version, presets first."""
        request = pb.ListTemplatesRequest(
            project_id=project_id, kind=kind, show_deleted=show_deleted
        )
        return self._transport.iterate(_templates.list_templates(self._context, request))

    def create(
        self, template: pb.TemplateDraft, *, validate_only: bool = False, project_id: str = ""
    ) -> pb.Template:
        """Make a template of the project's own."""
        request = pb.CreateTemplateRequest(
            project_id=project_id, template=template, validate_only=validate_only
        )
        return self._transport.run(_templates.create_template(self._context, request))

    def update(
        self,
        template: pb.TemplateDraft,
        *,
        etag: str = "",
        validate_only: bool = False,
        project_id: str = "",
    ) -> pb.Template:
        """Make a new version; all of the template is given, not only what changes."""
        request = pb.UpdateTemplateRequest(
            project_id=project_id, template=template, etag=etag, validate_only=validate_only
        )
        return self._transport.run(_templates.update_template(self._context, request))

    def delete(self, template: str, *, etag: str = "", project_id: str = "") -> bool:
        """Delete a template; return whether its versions stay because something cites them."""
        request = pb.DeleteTemplateRequest(project_id=project_id, template=template, etag=etag)
        return self._transport.run(_templates.delete_template(self._context, request))

    def set_default(self, template: str, *, project_id: str = "") -> pb.Template:
        """Choose the template that jobs get which name none of its kind."""
        request = pb.SetDefaultTemplateRequest(project_id=project_id, template=template)
        return self._transport.run(_templates.set_default_template(self._context, request))

    def diff(
        self, from_template: str, to_template: str = "", *, project_id: str = ""
    ) -> pb.DiffTemplatesResponse:
        """Return what differs between two versions; "" = the latest of the first one."""
        request = pb.DiffTemplatesRequest(
            project_id=project_id, from_template=from_template, to_template=to_template
        )
        return self._transport.run(_templates.diff_templates(self._context, request))

    def export_yaml(self, template: str, *, project_id: str = "") -> pb.ExportTemplateResponse:
        """Return a template as a YAML file."""
        request = pb.ExportTemplateRequest(project_id=project_id, template=template)
        return self._transport.run(_templates.export_template(self._context, request))

    def import_yaml(
        self,
        yaml: str,
        *,
        template_id: str = "",
        etag: str = "",
        validate_only: bool = False,
        project_id: str = "",
    ) -> pb.ImportTemplateResponse:
        """Make a template of a YAML file, or a new version; "" = with the id in the file."""
        request = pb.ImportTemplateRequest(
            project_id=project_id, yaml=yaml, template_id=template_id, etag=etag,
            validate_only=validate_only,
        )  # fmt: skip
        return self._transport.run(_templates.import_template(self._context, request))

    def preview(self, request: pb.PreviewTemplateRequest) -> pb.PreviewTemplateResponse:
        """Return what a moderation template would say of media, of all pages; nothing is stored."""
        return self._transport.run(_templates.preview_template(self._context, request))

    def remoderate(self, request: pb.RemoderateRequest) -> pb.RemoderateResponse:
        """Judge media anew by a moderation template, on all pages; return what became of them."""
        return self._transport.run(_templates.remoderate(self._context, request))
