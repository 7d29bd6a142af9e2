"""The templates there are: the presets of the suite, and each project's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from videre.common.errors import FieldViolation, Reason, VidereError
from videre.orchestrator.moderation.lists import packaged_lists
from videre.orchestrator.moderation.template import ModerationTemplate
from videre.orchestrator.moderation.words import WordList
from videre.orchestrator.review.model import ReviewPolicy
from videre.orchestrator.store.templates import TemplateRecord, TemplateStore
from videre.orchestrator.templates.documents import (
    TemplateKind,
    draft_of,
    moderation_of,
    review_policy_of,
)
from videre.orchestrator.templates.presets import earlier_presets, presets

#: Used where a project has chosen nothing; files are made of what is asked for only.
_DEFAULTS: Final[Mapping[str, str]] = {
    TemplateKind.ANALYSIS: "full",
    TemplateKind.MODERATION: "careful",
}
#: Most names that a refusal offers.
_OFFERED: Final = 20


@dataclass(frozen=True, slots=True)
class Chosen:
    """The versions that a job is done with; None = no production template."""

    analysis: TemplateRecord
    moderation: TemplateRecord
    production: TemplateRecord | None

    @property
    def own(self) -> list[tuple[str, int]]:
        """Id and version of those that are the project's own."""
        found = (self.analysis, self.moderation, self.production)
        known = [one for one in found if one is not None]
        return [(one.template_id, one.version) for one in known if not preset(one)]


class Templates:
    """Looks templates up by id, number or "id@version". Blocking: call through threads."""

    def __init__(self, store: TemplateStore) -> None:
        self.word_lists: Mapping[str, WordList] = packaged_lists()
        self.store = store

    def list(self, project_id: str, *, deleted: bool = False) -> Sequence[TemplateRecord]:
        """Return the latest version of every template, presets first."""
        return [*presets(), *self.store.list(project_id, deleted=deleted)]

    def find(
        self,
        project_id: str,
        name: str,
        kind: TemplateKind | None = None,
        *,
        field: str = "template",
        deleted: bool = False,
    ) -> TemplateRecord:
        """Return a template.

        Args:
            name: id, number or "id@version".
            kind: what it must be for; None = anything.
            field: of the request, named in the refusal.
            deleted: also one that was deleted and is still cited.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND.
        """
        found = self._named(project_id, name)
        there = found is not None and (deleted or found.delete_ns is None)
        if found is not None and there and kind in (None, found.kind):
            return found
        raise self._not_found(project_id, field, name, kind)

    def _named(self, project_id: str, name: str) -> TemplateRecord | None:
        head, at, tail = name.partition("@")
        number = int(tail) if tail.isascii() and tail.isdigit() and len(tail) <= 18 else 0
        if not head or (at and (not number or str(number) != tail)):
            return None
        named = [
            one
            for one in (*presets(), *earlier_presets())
            if head == one.template_id or (one.number and head == str(one.number))
        ]
        if named:
            return next((one for one in named if number in (0, one.version)), None)
        return self.store.get(project_id, head, number)

    def defaults(self, project_id: str) -> Mapping[str, str]:
        """Return the ids of the default templates by kind."""
        return {**_DEFAULTS, **self.store.defaults(project_id)}

    def choose(self, project_id: str, analysis: str, moderation: str, production: str) -> Chosen:
        """Return the versions that a job is done with; "" = the default.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND.
        """
        defaults = self.defaults(project_id)

        def named(name: str, kind: TemplateKind) -> TemplateRecord:
            return self.find(project_id, name or defaults[kind], kind, field=f"templates.{kind}")

        makes = production or defaults.get(TemplateKind.PRODUCTION, "")
        return Chosen(
            named(analysis, TemplateKind.ANALYSIS),
            named(moderation, TemplateKind.MODERATION),
            named(makes, TemplateKind.PRODUCTION) if makes else None,
        )

    def moderation(self, project_id: str, name: str) -> ModerationTemplate:
        """Return a moderation template for a job that was accepted, deleted since or not.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND.
        """
        named = name or self.defaults(project_id)[TemplateKind.MODERATION]
        record = self.find(project_id, named, TemplateKind.MODERATION, deleted=True)
        draft = draft_of(record.template_id, record.document)
        return moderation_of(draft, version=record.version, number=record.number)

    def review_policy(self, project_id: str, name: str) -> ReviewPolicy:
        """Return what of a template's verdicts people are asked about.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND.
        """
        record = self.find(project_id, name, TemplateKind.MODERATION, deleted=True)
        return review_policy_of(draft_of(record.template_id, record.document))

    def _not_found(
        self, project_id: str, field: str, name: str, kind: TemplateKind | None
    ) -> VidereError:
        known = [full_name(one) for one in self.list(project_id) if kind in (None, one.kind)]
        limit = ", ".join([*known[:_OFFERED], *(["…"] if known[_OFFERED:] else [])])
        return VidereError(
            Reason.TEMPLATE_NOT_FOUND,
            f"no {f'{kind} ' if kind else ''}template {name[:64]!r}",
            violations=(FieldViolation(field, "names no template", limit, name[:64]),),
            metadata={"field": field, "limit": limit, "actual": name[:64]},
        )


def preset(record: TemplateRecord) -> bool:
    """Tell whether a template comes with the suite."""
    return not record.project_id


def full_name(record: TemplateRecord) -> str:
    """Return "id@version"."""
    return f"{record.template_id}@{record.version}"
