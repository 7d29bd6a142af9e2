"""Puts what the last benches found into the pages that show it.

`python scripts/docs_figures.py [NAME...]`; needs nothing but Python. A page shows a bench between
the lines `<!-- bench NAME -->` and `<!-- end -->`; what is between them is the report that
`make bench NAME=NAME` has written. Benches that have not run here keep their old figures, and so
do those whose report is that of a quick run. Figures that fell short are shown as they are, and
named in what this prints.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).parents[1]
_REPORTS: Final = _ROOT / "build/bench"
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
#: How the note begins that a quick run leaves in its report.
_QUICK: Final = "QUICK"
_HEADING: Final = re.compile(r"^(?=#)", re.MULTILINE)


def shown(page: str, reports: dict[str, str]) -> str:
    """Return a page whose blocks show the reports; blocks without one stay as they are."""

    def filled(block: re.Match[str]) -> str:
        opening, name, old, closing = block.groups()
        return opening + (_below(reports[name]) if name in reports else old) + closing

    return BLOCK.sub(filled, page)


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
    for page in PAGES:
        page.write_text(shown(page.read_text(encoding="utf-8"), texts), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
