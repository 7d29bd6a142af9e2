"""Texts whose topic is known, as text documents."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TEXTS: Final = Path(__file__).with_name("topic_texts.toml")


@dataclass(frozen=True, slots=True)
class TopicText:
    """A text document and its topic."""

    path: Path
    topic: str
    language: str


def topic_texts(folder: Path) -> list[TopicText]:
    """Write every text into a file of its own."""
    made = []
    for topic, texts in tomllib.loads(_TEXTS.read_text(encoding="utf-8")).items():
        for language, text in texts.items():
            path = folder / f"topic_{topic}_{language}.txt"
            path.write_text(text, encoding="utf-8")
            made.append(TopicText(path, topic, language))
    return made
