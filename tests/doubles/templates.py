"""Templates of the double: the latest versions as they were put in; files hold ids only."""

from __future__ import annotations

from typing import Any

from doubles.world import Fault, Service

from videre.v1 import analysis_pb2, template_pb2_grpc
from videre.v1 import template_pb2 as pb


class TemplateApi(Service, template_pb2_grpc.TemplateServiceServicer):
    """Templates in the order they were made; a file is "template_id: ID"."""

    def GetTemplate(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            found = self._find(request.template)
            return found if isinstance(found, Fault) else pb.GetTemplateResponse(template=found)

        return self.answer(context, request, work, "GetTemplate")

    def ListTemplates(self, request: Any, context: Any) -> Any:
        answer = pb.ListTemplatesResponse(templates=self.world.templates)
        return self.answer(context, request, lambda: answer, "ListTemplates")

    def CreateTemplate(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            made = self._put(request.template, store=not request.validate_only)
            return pb.CreateTemplateResponse(template=made)

        return self.answer(context, request, work, "CreateTemplate")

    def UpdateTemplate(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            made = self._put(request.template, store=not request.validate_only)
            return pb.UpdateTemplateResponse(template=made)

        return self.answer(context, request, work, "UpdateTemplate")

    def DeleteTemplate(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            found = self._find(request.template)
            if isinstance(found, Fault):
                return found
            self.world.templates.remove(found)
            return pb.DeleteTemplateResponse(kept=found.version > 1)

        return self.answer(context, request, work, "DeleteTemplate")

    def SetDefaultTemplate(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            found = self._find(request.template)
            if isinstance(found, Fault):
                return found
            return pb.SetDefaultTemplateResponse(template=found)

        return self.answer(context, request, work, "SetDefaultTemplate")

    def DiffTemplates(self, request: Any, context: Any) -> Any:
        answer = pb.DiffTemplatesResponse(
            from_template=request.from_template,
            to_template=request.to_template or f"{request.from_template}@2",
            changes=[
                pb.TemplateChange(path="moderation.merge_gap_ms", from_value="1", to_value="2")
            ],
        )
        if request.to_template == request.from_template:
            del answer.changes[:]
        return self.answer(context, request, lambda: answer, "DiffTemplates")

    def ExportTemplate(self, request: Any, context: Any) -> Any:
        name = request.template
        answer = pb.ExportTemplateResponse(yaml=f"template_id: {name}\n", template=f"{name}@1")
        return self.answer(context, request, lambda: answer, "ExportTemplate")

    def ImportTemplate(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            name = request.template_id or request.yaml.strip().removeprefix("template_id: ")
            new = all(one.template_id != name for one in self.world.templates)
            draft = pb.TemplateDraft(template_id=name)
            made = self._put(draft, store=not request.validate_only)
            return pb.ImportTemplateResponse(template=made, created=new)

        return self.answer(context, request, work, "ImportTemplate")

    def PreviewTemplate(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            name = f"{request.template}@1" if request.template else "draft@0"
            return self._judged(request, pb.PreviewTemplateResponse(template=name))

        return self.answer(context, request, work, "PreviewTemplate")

    def Remoderate(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            return self._judged(request, pb.RemoderateResponse(template=f"{request.template}@1"))

        return self.answer(context, request, work, "Remoderate")

    def _judged(self, request: Any, answer: Any) -> Any:
        """Two pages: on each a media that passed is blocked; another cannot be judged."""
        second = request.page_token == "2"
        block, passed = analysis_pb2.SUGGESTION_BLOCK, analysis_pb2.SUGGESTION_PASS
        answer.counts.add(from_suggestion=passed, to_suggestion=block, count=1)
        group = pb.GroupChange(
            category="porn", medium="image", from_suggestion=passed, to_suggestion=block,
            confidence=0.95, label="porn", rule_id="porn.image.block",
        )  # fmt: skip
        group.span.start_offset.FromMilliseconds(1_500)
        answer.changes.add(
            media_id="m2" if second else "m1", revision=2, from_template="careful@1",
            from_suggestion=passed, to_suggestion=block, groups=[group],
        )  # fmt: skip
        if second:
            answer.not_judged.add(media_id="m3", reason="ARTIFACT_NOT_FOUND", message="It is gone.")
        else:
            answer.next_page_token = "2"
        return answer

    def _find(self, name: str) -> pb.Template | Fault:
        found = [one for one in self.world.templates if one.template_id == name]
        return (
            found[0] if found else Fault("NOT_FOUND", "TEMPLATE_NOT_FOUND", f"no template {name}")
        )

    def _put(self, draft: pb.TemplateDraft, *, store: bool) -> pb.Template:
        before = self._find(draft.template_id)
        version = 1 if isinstance(before, Fault) else before.version + 1
        made = pb.Template(
            template_id=draft.template_id, number=1_000, version=version, etag=str(version),
            names=draft.names, description=draft.description, moderation=draft.moderation,
        )  # fmt: skip
        if store:
            if not isinstance(before, Fault):
                self.world.templates.remove(before)
            self.world.templates.append(made)
        return made
