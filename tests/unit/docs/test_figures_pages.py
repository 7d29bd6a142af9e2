"""The pages that show benches: every bench is shown, with every figure that is asked of it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bench.figures import REQUIRED_PATH
from scripts.docs_figures import BLOCK, PAGES, shown

ROOT = Path(__file__).parents[3]
REQUIRED = tomllib.loads(REQUIRED_PATH.read_text(encoding="utf-8"))
BLOCKS = {
    name: text
    for page in PAGES
    for _, name, text, _ in BLOCK.findall(page.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("name", sorted(REQUIRED.keys() - {"formats"}))
def test_a_bench_is_shown_with_all_its_figures(name: str) -> None:
    rows = [line.strip("|").split(" | ") for line in BLOCKS[name].splitlines() if "|" in line]
    assert REQUIRED[name].keys() <= {row[0].strip() for row in rows}


def test_a_bench_that_has_not_run_keeps_its_block() -> None:
    page = "<!-- bench speed -->\nold\n<!-- end -->\n<!-- bench soak -->\nold\n<!-- end -->\n"
    report = "# speed: ok\n\nfast\n\n## Worst cases\n"
    assert shown(page, {"speed": report}) == (
        "<!-- bench speed -->\nfast\n\n#### Worst cases\n<!-- end -->\n"
        "<!-- bench soak -->\nold\n<!-- end -->\n"
    )
