"""Making, changing and deleting own templates. Blocking: call through threads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

from videre.common.auth import current_principal
from videre.common.errors import Reason, VidereError, invalid
from videre.orchestrator.api.templates.checks import (
    check_draft,
    check_rule_ids,
    named_hash_lists,
)
from videre.orchestrator.api.templates.files import of_file
from videre.orchestrator.api.templates.rule_libraries import check_libraries
from videre.orchestrator.store.libraries import LibraryStore
from videre.orchestrator.store.templates import TemplateRecord
from videre.orchestrator.templates.catalog import Templates, preset
from videre.orchestrator.templates.documents import Document, TemplateKind, document_of
from videre.orchestrator.templates.presets import AUTHOR, presets
from videre.v1 import template_pb2 as pb

#: Returns which ids are libraries of hashes of a project.
HashLists: TypeAlias = Callable[[str, Collection[str]], Collection[str]]


class Changes:
    """Checks a draft as a whole before anything is stored."""

    def __init__(
        self, templates: Templates, libraries: LibraryStore, hash_lists: HashLists
    ) -> None:
        self._templates, self._libraries, self._hash_lists = templates, libraries, hash_lists

    def create(
        self, project_id: str, draft: pb.TemplateDraft, *, store: bool, field: str = "template"
    ) -> TemplateRecord:
        """Make a template; without `store` return what it would be.

        Raises:
            VidereError: FIELD_INVALID, FUNCTION_UNIMPLEMENTED, TEMPLATE_IS_PRESET,
                TEMPLATE_EXISTS, TEMPLATES_FULL.
        """
        document, kind = self._checked(project_id, draft, field)
        if store:
            return self._templates.store.create(
                project_id, draft.template_id, kind, document, current_principal().subject
            )
        known = self._templates.store.get(project_id, draft.template_id)
        same = known is not None and known.delete_ns is None and known.document == document
        if known is not None and not same:
            raise VidereError(
                Reason.TEMPLATE_EXISTS,
                f"there is another template {draft.template_id!r}",
                metadata={"template": draft.template_id},
            )
        return known or _would_be(project_id, draft.template_id, kind, document)

    def update(
        self,
        project_id: str,
        draft: pb.TemplateDraft,
        etag: str,
        *,
        store: bool,
        field: str = "template",
    ) -> TemplateRecord:
        """Make a new version; without `store` return the latest one with what it would say.

        Raises:
            VidereError: FIELD_INVALID, FUNCTION_UNIMPLEMENTED, TEMPLATE_IS_PRESET,
                TEMPLATE_NOT_FOUND, ETAG_MISMATCH.
        """
        document, kind = self._checked(project_id, draft, field)
        template_id = draft.template_id
        latest = self._templates.find(project_id, template_id, field=f"{field}.template_id")

        def check(earlier: Sequence[Document]) -> None:
            check_rule_ids(template_id, draft, earlier, field)

        if store:
            return self._templates.store.append(
                project_id, template_id, document, current_principal().subject, etag=etag,
                check=check,
            )  # fmt: skip
        if latest.document == document:
            return latest
        if etag and etag != str(latest.version):
            raise VidereError(
                Reason.ETAG_MISMATCH,
                f"template {template_id!r} changed since etag {etag!r}",
                metadata={"id": template_id, "etag": etag},
            )
        check(self._templates.store.documents(project_id, template_id))
        return _would_be(project_id, template_id, kind, document, latest)

    def put(
        self, project_id: str, draft: pb.TemplateDraft, etag: str, *, store: bool
    ) -> tuple[TemplateRecord, bool]:
        """Make a template of a file or a new version of the one there is; tell whether it is new.

        Raises:
            VidereError: FIELD_INVALID of the field yaml, and what `create` and `update` raise.
        """
        known = self._templates.store.get(project_id, draft.template_id)
        try:
            if known is None or known.delete_ns is not None:
                return self.create(project_id, draft, store=store), True
            return self.update(project_id, draft, etag, store=store), False
        except VidereError as error:
            raise of_file(error) from error

    def delete(self, project_id: str, name: str, etag: str) -> bool:
        """Delete a template; tell whether its versions stay because something cites them.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND, TEMPLATE_IS_PRESET, TEMPLATE_IS_DEFAULT,
                ETAG_MISMATCH.
        """
        record = self._whole(project_id, name)
        if preset(record):
            raise _is_preset(record.template_id)
        return self._templates.store.delete(project_id, record.template_id, etag)

    def set_default(self, project_id: str, name: str) -> TemplateRecord:
        """Choose the default of a template's kind.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND.
        """
        record = self._whole(project_id, name)
        self._templates.store.set_default(
            project_id, record.kind, record.template_id, own=not preset(record)
        )
        return record

    def _whole(self, project_id: str, name: str) -> TemplateRecord:
        """Return a template that is named without a version."""
        if "@" in name:
            raise invalid("template", "names a version", limit="id or number", actual=name[:64])
        return self._templates.find(project_id, name)

    def _checked(
        self, project_id: str, draft: pb.TemplateDraft, field: str
    ) -> tuple[Document, TemplateKind]:
        lists = self._hash_lists(project_id, named_hash_lists(draft))
        check_draft(draft, self._templates.word_lists, field, lists)
        check_libraries(self._libraries, project_id, draft, field)
        if any(draft.template_id == one.template_id for one in presets()):
            raise _is_preset(draft.template_id)
        return document_of(draft), TemplateKind(str(draft.WhichOneof("parameters")))


def _would_be(
    project_id: str,
    template_id: str,
    kind: TemplateKind,
    document: Document,
    latest: TemplateRecord | None = None,
) -> TemplateRecord:
    """Return a version that is not stored: the number of the latest one, 0 of a new template."""
    return TemplateRecord(
        project_id=project_id,
        template_id=template_id,
        number=latest.number if latest else 0,
        kind=kind,
        version=latest.version if latest else 0,
        document=document,
        latest=latest.version if latest else 0,
        create_ns=latest.create_ns if latest else 0,
        created_by=latest.created_by if latest else AUTHOR,
    )


def _is_preset(template_id: str) -> VidereError:
    return VidereError(
        Reason.TEMPLATE_IS_PRESET,
        f"{template_id} is a preset",
        metadata={"template": template_id},
    )
