"""The templates there are: in this release the packaged presets, which cannot be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from videre.common.errors import FieldViolation, Reason, VidereError
from videre.orchestrator.moderation.lists import packaged_lists
from videre.orchestrator.moderation.presets import CAREFUL, PRESETS
from videre.orchestrator.moderation.template import ModerationTemplate
from videre.orchestrator.moderation.words import WordList


@dataclass(frozen=True, slots=True)
class AnalysisPreset:
    """An analysis template that comes with the suite; no features = all implemented."""

    template_id: str
    version: int
    features: tuple[str, ...]
    description: str


#: The one analysis template of this release: look for everything.
FULL = AnalysisPreset("full", 1, (), "Every implemented feature, engines chosen automatically.")


class Templates:
    """Looks templates up by id, number or "id@version"."""

    def __init__(self) -> None:
        self.word_lists: Mapping[str, WordList] = packaged_lists()

    @property
    def moderation_templates(self) -> Sequence[ModerationTemplate]:
        """The moderation presets, the default first."""
        return PRESETS

    @property
    def analysis_templates(self) -> Sequence[AnalysisPreset]:
        """The analysis presets, the default first."""
        return (FULL,)

    def moderation(self, name: str, field: str = "templates.moderation") -> ModerationTemplate:
        """Return a moderation template; "" = the default.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND.
        """
        if not name:
            return CAREFUL
        for preset in PRESETS:
            if name in (preset.template_id, preset.name) or (
                preset.number and name in (str(preset.number), f"{preset.number}@{preset.version}")
            ):
                return preset
        raise not_found(field, name, [preset.name for preset in PRESETS])

    def analysis(self, name: str, field: str = "templates.analysis") -> AnalysisPreset:
        """Return an analysis template; "" = the default.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND.
        """
        if name in ("", FULL.template_id, f"{FULL.template_id}@{FULL.version}"):
            return FULL
        raise not_found(field, name, [f"{FULL.template_id}@{FULL.version}"])

    def check(self, analysis: str, moderation: str, production: str) -> None:
        """Refuse a job that names a template there is not.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND.
        """
        self.analysis(analysis)
        self.moderation(moderation)
        if production:
            raise not_found("templates.production", production, [])


def not_found(field: str, name: str, known: Sequence[str]) -> VidereError:
    """Return TEMPLATE_NOT_FOUND for a field."""
    limit = ", ".join(known) or "none in this release"
    return VidereError(
        Reason.TEMPLATE_NOT_FOUND,
        f"no template {name[:64]!r}",
        violations=(FieldViolation(field, "names no template", limit, name[:64]),),
        metadata={"field": field, "limit": limit, "actual": name[:64]},
    )
