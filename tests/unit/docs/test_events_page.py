"""docs/events.md: the table of packaged rules is that of the rule file."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from videre.orchestrator.fusion.events.model import What

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")


def test_the_table_is_that_of_the_rule_file() -> None:
    spec = importlib.util.spec_from_file_location("docs_events", ROOT / "scripts/docs_events.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.page(TEXT) == TEXT, "run scripts/docs_events.py"


def test_every_kind_of_condition_is_described() -> None:
    assert all(f"| `{what} = " in TEXT for what in What)
