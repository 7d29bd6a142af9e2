"""Puts what the last benches found into the pages that show it.

`python scripts/docs_figures.py [NAME...]`; needs nothing but Python. A page shows a bench between
the lines `<!-- bench NAME -->` and `<!-- end -->`; what is between them is the report that
`make bench NAME=NAME` has written. Benches that have not run here keep their old figures.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[1]
_REPORTS: Final = _ROOT / "build/bench"
PAGES: Final = tuple(
    _ROOT / "docs" / f"{name}.md" for name in ("performance", "accuracy", "reliability")
)
BLOCK: Final = re.compile(r"(<!-- bench (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
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


def main(names: Sequence[str]) -> None:
    """Write the pages."""
    found = {path.stem: path for path in _REPORTS.glob("*.md")}
    if missing := [name for name in names if name not in found]:
        sys.exit(f"no report of {', '.join(missing)}: run make bench NAME={missing[0]}")
    reports = {
        name: path.read_text(encoding="utf-8")
        for name, path in found.items()
        if not names or name in names
    }
    for page in PAGES:
        page.write_text(shown(page.read_text(encoding="utf-8"), reports), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
