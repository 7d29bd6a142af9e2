"""Writes docs/model_cards.md from the packaged model cards.

`.venv/bin/python scripts/docs_cards.py`; the cards are `common/videre/common/model_cards.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from videre.common.manifest import packaged_manifest
from videre.common.model_cards import ModelCard, packaged_cards

PAGE: Final = Path(__file__).parents[1] / "docs/model_cards.md"

_INTRODUCTION: Final = """\
# Model cards

<!-- Written by scripts/docs_cards.py from common/videre/common/model_cards.toml. -->

What is known of each engine's model, and what is not. "Not stated": what comes with the files does
not say. "Not measured": nobody here has looked, which is no sign that all is well. Figures are
those of November 2026, each with the page that holds the present one; they were taken on few media
and promise nothing of yours: `videre eval --set DIR --each FEATURE` measures engines on your own
([evaluation](evaluation.md)). Who decides about people by these engines answers for it.

Engines of checkpoints of one's own (`nemo`, `nemo-vad`, `mmdetection`, `mmocr`, `open-clip`) have
the card of the code; that of the weights comes with the weights. Engines of plug-ins have none
here.
`videre engines --card ENGINE` shows the same in a terminal, without a server.
"""


def page() -> str:
    """Return the text of the page."""
    return _INTRODUCTION + "".join(map(_section, packaged_cards().values()))


def _section(card: ModelCard) -> str:
    rows = [*((head, list(sentences)) for head, sentences in card.rows()), *_files(card)]
    lines = [f"| {head} | {_linked('<br>'.join(sentences))} |" for head, sentences in rows]
    return f"\n## {card.name}\n\n| | |\n|---|---|\n" + "\n".join(lines) + "\n"


def _files(card: ModelCard) -> Iterator[tuple[str, list[str]]]:
    entries = [packaged_manifest()[name] for name in card.models]
    if entries:
        told = [
            f"`{one.name}`, {one.bytes:,} bytes, {one.licence}, from {one.origin}"
            for one in entries
        ]
        yield "Files", told


def _linked(text: str) -> str:
    """Return a text whose names of pages are links."""
    return re.sub(r"\b([a-z_]+)\.md\b", r"[\1](\1.md)", text)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
