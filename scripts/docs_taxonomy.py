"""Writes the table of labels that text in the picture leads to in docs/taxonomy.md.

`.venv/bin/python scripts/docs_taxonomy.py`; everything else on the page is written by hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from videre.orchestrator.fusion.text_labels import TEXT_LABELS
from videre.orchestrator.taxonomy.load import load_taxonomy

PAGE: Final = Path(__file__).parents[1] / "docs/taxonomy.md"
BEGIN: Final = "<!-- Written by scripts/docs_taxonomy.py -->\n"
END: Final = "<!-- Until here. -->\n"


def table() -> str:
    """Return the table of the labels and what they go by."""
    taxonomy = load_taxonomy()
    rows = ["| Label | Node | Goes by |", "|---|---|---|"]
    for node, label in TEXT_LABELS.items():
        names = taxonomy.node(node).names
        rows.append(f"| {names['en']} · {names['zh-Hans']} | `{node}` | {label.about} |")
    return "\n".join(rows) + "\n"


def page(text: str) -> str:
    """Return the page with the table of today."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}{table()}{END}{tail}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
