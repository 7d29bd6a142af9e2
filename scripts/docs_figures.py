"""Puts what the last benches found into the pages that show it.

`python scripts/docs_figures.py [NAME...]`; needs nothing but Python. A page shows a bench between
the lines `<!-- bench NAME -->` and `<!-- end -->`; what is between them is the report that
`make bench NAME=NAME` has written. Benches that have not run here keep their old figures, and so
do those whose report is that of a quick run; what was never measured is shown beside the present
target of bench/required.toml. Figures that fell short are shown as they are, and
named in what this prints.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).parents[1]
_REPORTS: Final = _ROOT / "build/bench"
_REQUIRED: Final = _ROOT / "bench/required.toml"
PAGES: Final = tuple(
    _ROOT / "docs" / f"{name}.md"
    for name in (
        "performance",
        "accuracy",
        "labels_accuracy",
        "reliability",
        "libraries",
        "library_matches",
        "quality",
        "moderation_words",
        "moderation_measured",
        "review",
        "search",
        "recommendation",
        "ads",
        "marketing",
        "production",
        "music",
        "engines",
    )
)
BLOCK: Final = re.compile(r"(<!-- bench (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_UNMEASURED: Final = re.compile(r"^\| (.+?) \| not measured \|  \| (.*?) \|", re.MULTILINE)
#: How the note begins that a quick run leaves in its report.
_QUICK: Final = "QUICK"
_HEADING: Final = re.compile(r"^(?=#)", re.MULTILINE)


def shown(page: str, reports: dict[str, str]) -> str:
    """Return a page whose blocks show the reports; blocks without one stay as they are."""

    def filled(block: re.Match[str]) -> str:
        opening, name, old, closing = block.groups()
        return opening + (_below(reports[name]) if name in reports else old) + closing

    return BLOCK.sub(filled, page)


def asked(page: str, required: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """Return a page that shows the present targets of figures which were never measured."""

    def block_anew(block: re.Match[str]) -> str:
        opening, name, text, closing = block.groups()
        targets = required.get(name, {})

        def row_anew(row: re.Match[str]) -> str:
            figure = row[1]
            target = target_of(targets[figure]) if figure in targets else row[2]
            return f"| {figure} | not measured |  | {target} |"

        return opening + _UNMEASURED.sub(row_anew, text) + closing

    return BLOCK.sub(block_anew, page)


def target_of(limits: Mapping[str, Any], quick: str = "") -> str:
    """Return a target as reports write it; `quick` = "quick_" for that of a quick run."""
    signs = ((f"{quick}at_least", "≥"), (f"{quick}at_most", "≤"))
    return " and ".join(f"{sign} {limits[name]:g}" for name, sign in signs if name in limits)


def _below(report: str) -> str:
    """Return a report without its title, its headings two levels deeper."""
    _, _, text = report.partition("\n")
    return _HEADING.sub("##", text.strip()) + "\n"


def whole_reports(folder: Path) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the reports of a folder by the name of the bench, and the names of the quick ones."""
    found = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.json"))
        if path.with_suffix(".md").exists()
    }
    quick = [
        name for name, data in found.items() if any(n.startswith(_QUICK) for n in data["notes"])
    ]
    return {name: data for name, data in found.items() if name not in quick}, quick


def shortfalls(report: dict[str, Any]) -> list[str]:
    """Return a line for all that a report says is not ok."""
    figures = [
        f"{row['figure']}: {row['value']} {row['unit']}, asked {row['target']}"
        for row in report["figures"]
        if row["ok"] is False
    ]
    return [*figures, *(f"proves nothing: {line}" for line in report["unproven"])]


def main(names: Sequence[str]) -> None:
    """Write the pages."""
    reports, quick = whole_reports(_REPORTS)
    if missing := [name for name in names if name not in reports]:
        sys.exit(f"no whole report of {', '.join(missing)}: run make bench NAME={missing[0]}")
    if not names and quick:
        print(f"left as they were, for the last run was a quick one: {', '.join(quick)}")
    chosen = {name: data for name, data in reports.items() if not names or name in names}
    for name, data in chosen.items():
        for line in shortfalls(data):
            print(f"{name}: not ok: {line}")
    texts = {name: (_REPORTS / f"{name}.md").read_text(encoding="utf-8") for name in chosen}
    required = tomllib.loads(_REQUIRED.read_text(encoding="utf-8"))
    for page in PAGES:
        text = asked(shown(page.read_text(encoding="utf-8"), texts), required)
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
