"""Writes the tables of labels in docs/moderation.md.

`.venv/bin/python scripts/docs_moderation.py`; everything else on the page is written by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from videre.orchestrator.moderation.feeds import (
    Classes,
    Feed,
    LabelEntry,
    LargeText,
    OfEvent,
    OfLibrary,
    Together,
)
from videre.orchestrator.moderation.label_table import label_table

PAGE: Final = Path(__file__).parents[1] / "docs/moderation.md"
BEGIN: Final = "<!-- Written by scripts/docs_moderation.py -->\n"
END: Final = "<!-- Until here. -->\n"
_DONE: Final = "\0"


def tables() -> list[str]:
    """Return the tables in their order on the page."""
    entries = label_table().entries
    return [
        _table(entry for entry in entries if entry.default),
        _levels(entry for entry in entries if not entry.default),
    ]


def _levels(entries: Iterable[LabelEntry]) -> str:
    """Return a table of labels that stand below each other."""
    rows = ["| Level | Category | Label | Name | Fed by |", "|---|---|---|---|---|"]
    rows += [
        f"| {entry.level} | {entry.category} | `{entry.label}` | {entry.name} | {_fed(entry)} |"
        for entry in entries
    ]
    return "\n".join(rows) + "\n"


def _table(entries: Iterable[LabelEntry]) -> str:
    """Return a table of labels and what feeds them."""
    rows = ["| Category | Medium | Label | Means | Fed by |", "|---|---|---|---|---|"]
    rows += [
        f"| {entry.category} | {entry.medium} | `{entry.label}` | {entry.says} | {_fed(entry)} |"
        for entry in entries
    ]
    return "\n".join(rows) + "\n"


def _fed(entry: LabelEntry) -> str:
    if entry.unfed:
        return f"nothing: {entry.unfed}"
    return "; ".join(
        _words(source.feed) + ("" if source.covers else " (finds, never `CHECKED`)")
        for source in entry.sources
    )


def _words(feed: Feed) -> str:
    match feed:
        case Classes():
            names = ", ".join(sorted(feed.names))
            many = f", {feed.count} in a frame" if feed.count > 1 else ""
            least = f" from {feed.at_least / 10_000:.0%}" if feed.at_least is not None else ""
            return f"`{feed.feature}`: {names}{least}{many}"
        case LargeText():
            return f"`text` over {feed.area / 10_000:.0%} of the picture"
        case OfEvent():
            return f"event `{feed.rule_id}`"
        case OfLibrary():
            return f"libraries of {feed.kind}"
        case Together():
            return " with ".join(_words(part) for part in feed.parts)


def page(text: str) -> str:
    """Return the page with the tables of today."""
    for made in tables():
        head, _, rest = text.partition(BEGIN)
        _, _, tail = rest.partition(END)
        # Marked as done, so that the next table finds its own place.
        text = f"{head}{_DONE}{made}{END}{tail}"
    return text.replace(_DONE, BEGIN)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
