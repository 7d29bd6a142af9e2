"""The pages that show benches: every bench is shown, with every figure that is asked of it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from bench.figures import REQUIRED_PATH
from scripts.docs_figures import BLOCK, PAGES, shortfalls, shown, target_of, whole_reports
from tests.tables import each

ROOT = Path(__file__).parents[3]
REQUIRED = tomllib.loads(REQUIRED_PATH.read_text(encoding="utf-8"))
BLOCKS = {
    name: text
    for page in PAGES
    for _, name, text, _ in BLOCK.findall(page.read_text(encoding="utf-8"))
}


BENCHES = sorted(REQUIRED.keys() - {"formats"})


def figures_are_shown(name: str) -> None:
    rows = [line.strip("|").split(" | ") for line in BLOCKS[name].splitlines() if "|" in line]
    assert REQUIRED[name].keys() <= {row[0].strip() for row in rows}


def test_a_bench_is_shown_with_all_its_figures() -> None:
    each(BENCHES, figures_are_shown)


def targets_are_told(name: str) -> None:
    rows = [line.strip("|").split(" | ") for line in BLOCKS[name].splitlines() if "|" in line]
    told = {row[0].strip(): (row[1], row[3]) for row in rows if len(row) > 3}
    for figure, limits in REQUIRED[name].items():
        value, target = told[figure]
        allowed = {target_of(limits)}
        if value != "not measured":
            allowed.add(target_of(limits, "quick_"))
        assert target in allowed, f"{figure}: run scripts/docs_figures.py"


def test_targets_are_those_that_are_asked() -> None:
    each(BENCHES, targets_are_told)


def test_a_bench_that_has_not_run_keeps_its_block() -> None:
    page = "<!-- bench speed -->\nold\n<!-- end -->\n<!-- bench soak -->\nold\n<!-- end -->\n"
    report = "# speed: ok\n\nfast\n\n## Worst cases\n"
    assert shown(page, {"speed": report}) == (
        "<!-- bench speed -->\nfast\n\n#### Worst cases\n<!-- end -->\n"
        "<!-- bench soak -->\nold\n<!-- end -->\n"
    )


def test_quick_reports_are_no_documentation(tmp_path: Path) -> None:
    for name, notes in (("speed", []), ("soak", ["QUICK: smaller inputs, wide intervals"])):
        (tmp_path / f"{name}.json").write_text(json.dumps({"notes": notes}), encoding="utf-8")
        (tmp_path / f"{name}.md").write_text(f"# {name}: ok\n", encoding="utf-8")
    (tmp_path / "rows.json").write_text("[]", encoding="utf-8")
    assert whole_reports(tmp_path) == ({"speed": {"notes": []}}, ["soak"])


def test_what_fell_short_is_told() -> None:
    row = {"figure": "memory grown", "value": 0.07, "unit": "", "target": "≤ 0.05", "ok": False}
    fine = row | {"figure": "jobs", "ok": True}
    report = {"figures": [row, fine, fine | {"ok": None}], "unproven": ["film.avi: failed"]}
    assert [line.split(":")[0] for line in shortfalls(report)] == ["memory grown", "proves nothing"]
