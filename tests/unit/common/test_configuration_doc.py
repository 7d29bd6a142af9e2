"""docs/configuration.md names every setting with its default, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from tests.tables import each
from videre.asr.settings import AsrSettings
from videre.common.config import Settings
from videre.orchestrator.settings import OrchestratorSettings
from videre.production.settings import ProductionSettings

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"
ROW = re.compile(r"^\| `VIDERE_(\w+)` \| (.+?) \| (.+) \|$", re.M)
#: The part of the page that lists settings; the command line's own variables follow.
LISTED = PAGE.read_text(encoding="utf-8").split("## The command line")[0]
ROWS = {name.lower(): default for name, default, _ in ROW.findall(LISTED)}
FIELDS: dict[str, FieldInfo] = {
    **Settings.model_fields,
    **OrchestratorSettings.model_fields,
    **ProductionSettings.model_fields,
    **AsrSettings.model_fields,
}


def shown(default: Any) -> str:
    """Return a default as the page writes it."""
    if default is None or default == ():
        return "none"
    if isinstance(default, bool):
        text = str(default).lower()
    elif isinstance(default, float):
        text = f"{default:g}" if default < 1e6 else f"{default:.0f}"
    else:
        text = ",".join(default) if isinstance(default, tuple) else str(default)
    return f"`{text}`"


def test_every_setting_has_a_row_and_every_row_a_setting() -> None:
    assert ROWS.keys() == FIELDS.keys()


def test_the_default_is_the_one_in_force() -> None:
    def is_told(name: str) -> None:
        field = FIELDS[name]
        if field.default_factory is not None:
            assert "`" not in ROWS[name], "depends on the machine: said in words"
        else:
            assert ROWS[name] == shown(field.default)

    each(FIELDS, is_told)


def test_settings_of_one_process_stand_in_its_own_table() -> None:
    shared, rest = LISTED.split("## Orchestrator")
    own, rest = rest.split("## Production")
    producing, hearing = rest.split("## Speech")
    assert {name.lower() for name, *_ in ROW.findall(shared)} == set(Settings.model_fields)
    assert {name.lower() for name, *_ in ROW.findall(own)} == (
        set(OrchestratorSettings.model_fields) - set(Settings.model_fields)
    )
    assert {name.lower() for name, *_ in ROW.findall(producing)} == (
        set(ProductionSettings.model_fields) - set(Settings.model_fields)
    )
    assert {name.lower() for name, *_ in ROW.findall(hearing)} == (
        set(AsrSettings.model_fields) - set(Settings.model_fields)
    )
