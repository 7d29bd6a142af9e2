"""Limits of the calls about templates; the insides of drafts: see test_template_checks.py."""

from __future__ import annotations

from typing import Any

from limits.rows import Row, page_rows

_ID = "(?![0-9]+$)[a-z0-9][a-z0-9_-]{0,62}"
_NAMED = "id, number or id@version"
_RULE = {"category": "porn", "medium": "image"}
_TASK: dict[str, Any] = {"cover": {}}


def _draft(field: str, limit: str, actual: str, **given: Any) -> list[Row]:
    """Return rows for one field of a template that is made or changed."""
    template = {"template_id": "limits"} | given
    if not given.keys() & {"analysis", "production"}:
        template = {"moderation": {"rules": [_RULE]}} | template
    return [
        Row(call, f"template.{field}", {"template": template}, limit, actual)
        for call in ("CreateTemplate", "UpdateTemplate")
    ]


TEMPLATE_ROWS = [
    *(Row(call, "template", {"template": ""}, _NAMED, "")
      for call in ("GetTemplate", "DeleteTemplate", "SetDefaultTemplate", "ExportTemplate")),
    *(Row(call, "template", {"template": "careful@1"}, "id or number", "careful@1")
      for call in ("DeleteTemplate", "SetDefaultTemplate")),
    *page_rows("ListTemplates"),
    Row("ListTemplates", "kind", {"kind": 9}, "TEMPLATE_KIND_ANALYSIS, ", "9"),
    Row("DiffTemplates", "from_template", {"from_template": ""}, _NAMED, ""),
    Row("DiffTemplates", "to_template", {"from_template": "careful", "to_template": "full"},
        "moderation", "analysis"),
    *_draft("template_id", _ID, "A", template_id="A"),
    *_draft("names", "50", "51",
            names=[{"language_code": f"en-{n:03}", "name": "n"} for n in range(51)]),
    *_draft("description", "1024 bytes", "1025", description="d" * 1_025),
    *_draft("analysis.features[0]", "classes, ", "taste", analysis={"features": ["taste"]}),
    *_draft("analysis.engine_pins[0].engine", "an engine's name", "",
            analysis={"engine_pins": [{"feature": "text"}]}),
    *_draft("analysis.sample_interval", "0.5..60", "61.0",
            analysis={"sample_interval": {"seconds": 61}}),
    *_draft("analysis.min_label_confidence", "0..1", "1.5",
            analysis={"min_label_confidence": 1.5}),
    *_draft("moderation.rules", "1..30", "0", moderation={}),
    *_draft("moderation.rules[0].category", "porn, ", "taste",
            moderation={"rules": [_RULE | {"category": "taste"}]}),
    *_draft("moderation.rules[0].hash_lists[0]", "id of a library of hashes", "nobody",
            moderation={"rules": [_RULE | {"hash_lists": ["nobody"]}]}),
    *_draft("moderation.allow_hash_lists[0]", "id of a library of hashes", "nobody",
            moderation={"rules": [_RULE], "allow_hash_lists": ["nobody"]}),
    *_draft("moderation.unchecked", "UNCHECKED_POLICY_REVIEW, ", "7",
            moderation={"rules": [_RULE], "unchecked": 7}),
    *_draft("moderation.merge_gap_ms", "0..60000", "60001",
            moderation={"rules": [_RULE], "merge_gap_ms": 60_001}),
    *_draft("moderation.sample_interval", "0.5..60", "0.0",
            moderation={"rules": [_RULE], "sample_interval": {}}),
    *_draft("moderation.allow_phrases", "1000", "1001",
            moderation={"rules": [_RULE], "allow_phrases": ["p"] * 1_001}),
    *_draft("moderation.allow_phrases[0]", "256 bytes", "257",
            moderation={"rules": [_RULE], "allow_phrases": ["p" * 257]}),
    *(row for name in ("low", "medium", "high", "critical")
      for row in _draft(f"moderation.review.due_{name}", "60..2592000", "59.0",
                        moderation={"rules": [_RULE], "review": {
                            f"due_{name}": {"seconds": 59}}})),
    *_draft("production.tasks", "32", "33",
            production={"tasks": [{"name": f"t{n}", **_TASK} for n in range(33)]}),
    Row("ImportTemplate", "yaml", {"yaml": ""}, "1..256000 bytes", "0"),
    Row("ImportTemplate", "yaml", {"yaml": "x" * 256_001}, "256000 bytes", "256001"),
    Row("ImportTemplate", "yaml", {"yaml": "analysis: {}", "template_id": "A"}, _ID, "A"),
    *(Row(call, name, {name: ["x"] * 1_001}, "1000", "1001", beside={"template": "careful"})
      for call in ("PreviewTemplate", "Remoderate") for name in ("media_ids", "job_ids")),
    *page_rows("PreviewTemplate", template="careful"),
    *page_rows("Remoderate"),
    Row("PreviewTemplate", "max_changes", {"max_changes": 1_001}, "0..1000", "1001",
        beside={"template": "careful"}),
    Row("PreviewTemplate", "template", {"template": ""}, _NAMED, ""),
    Row("PreviewTemplate", "engine_pins[0].engine", {"engine_pins": [{"feature": "text"}]},
        "an engine's name", "", beside={"template": "careful"}),
    Row("PreviewTemplate", "yaml", {"yaml": " "}, "1..256000 bytes", "0"),
    Row("PreviewTemplate", "draft.template_id", {"draft": {"template_id": "A", "moderation": {
        "rules": [_RULE]}}}, _ID, "A"),
]  # fmt: skip
