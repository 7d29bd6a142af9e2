"""Writes the table of packaged rules in docs/events.md from the rule file itself.

`.venv/bin/python scripts/docs_events.py`; everything else on the page is written by hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from videre.orchestrator.fusion.events.load import packaged_rules
from videre.orchestrator.fusion.events.model import Rule
from videre.orchestrator.taxonomy.load import load_taxonomy

PAGE: Final = Path(__file__).parents[1] / "docs/events.md"
BEGIN: Final = "<!-- Written by scripts/docs_events.py -->\n"
END: Final = "<!-- Until here. -->\n"


def table() -> str:
    """Return the table of the packaged rules."""
    taxonomy = load_taxonomy()
    rows = ["| Rule | Event | Node | Within | Made of | Looks at |", "|---|---|---|---|---|---|"]
    for rule in packaged_rules(taxonomy).rules:
        window = f"{rule.window_ns // 10**9} s" if rule.window_ns else "shot"
        names = taxonomy.node(rule.node).names
        cells = (
            *(f"`{rule.id}`", f"{names['en']} · {names['zh-Hans']}", f"`{rule.node}`"),
            *(window, rule.about, ", ".join(_features(rule))),
        )
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def _features(rule: Rule) -> list[str]:
    return list(dict.fromkeys(source for c in rule.conditions() for source in c.sources))


def page(text: str) -> str:
    """Return the page with the table of today."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}{table()}{END}{tail}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
