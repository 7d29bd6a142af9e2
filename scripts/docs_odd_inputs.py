"""Writes the table of odd inputs into docs/production.md, from the rows that are tested.

`.venv/bin/python -m scripts.docs_odd_inputs`, from the root; a test holds the page to the rows.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tests.odd_inputs import AT_ONCE, WHEN_BEGUN, Row

PAGE: Final = Path(__file__).parents[1] / "docs/production.md"
_BLOCK: Final = re.compile(r"(<!-- odd inputs -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def page(text: str) -> str:
    """Return the page's text with the table anew."""
    rows = "".join(map(_line, (*AT_ONCE, *WHEN_BEGUN)))
    table = f"| Input | Answer | Functions |\n|---|---|---|\n{rows}"
    return _BLOCK.sub(lambda block: block[1] + table + block[3], text)


def _line(row: Row) -> str:
    names = ", ".join(f"`{name}`" for name in row.functions)
    return f"| {row.what} | {row.answer} | {names} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
