"""docs/templates.md: every preset, call and category is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from videre.orchestrator.moderation.template import Category, Medium
from videre.orchestrator.policy import TEMPLATES
from videre.orchestrator.templates.presets import presets
from videre.v1 import template_pb2

TEXT = (Path(__file__).parents[3] / "docs" / "templates.md").read_text(encoding="utf-8")
ROWS = {line.split("|")[1].strip(): line for line in TEXT.splitlines() if line.startswith("| `")}


@pytest.mark.parametrize("preset", presets(), ids=lambda one: one.template_id)
def test_every_preset_is_told_as_it_describes_itself(preset: object) -> None:
    document, template_id = preset.document, preset.template_id  # type: ignore[attr-defined]
    (line,) = (one for one in TEXT.splitlines() if one.startswith(f" {template_id} "))
    assert line.endswith(document["description"])


def test_every_call_is_told_with_its_role() -> None:
    service = template_pb2.DESCRIPTOR.services_by_name["TemplateService"]
    for method in service.methods:
        assert f"| {TEMPLATES[method.name].value} |" in ROWS[f"`{method.name}`"]


def test_categories_and_media_are_told() -> None:
    assert all(f"`{name}`" in TEXT for name in (*Category, *Medium))
