"""Reads the packaged word lists, `lists/*.toml`.

id = "drugs-en"
version = 1
label = "drugs"
allow = ["drugstore"]
[entries]         # word or phrase → confidence 0..100 of a hit
"cocaine" = 90
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from videre.orchestrator.moderation.words import Entry, WordList, fold


@cache
def packaged_lists() -> Mapping[str, WordList]:
    """Return the lists of this release by "id" and by "id@version".

    Raises:
        ValueError: a packaged file is wrong.
    """
    found: dict[str, WordList] = {}
    folder = files(__package__) / "lists"
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml"):
            word_list = parse_list(tomllib.loads(path.read_text("utf-8")))
            found[word_list.list_id] = found[word_list.name] = word_list
    return MappingProxyType(found)


def parse_list(document: Mapping[str, Any]) -> WordList:
    """Return a list from its document.

    Raises:
        ValueError: an entry has no letters or a weight outside 1..100.
    """
    entries = tuple(Entry(text, weight) for text, weight in document["entries"].items())
    for entry in entries:
        if not 1 <= entry.weight <= 100:
            raise ValueError(f"{document['id']}: weight {entry.weight} of {entry.text!r}")
    allow = tuple(document.get("allow", ()))
    for text in (*(entry.text for entry in entries), *allow):
        if not fold(text).text:
            raise ValueError(f"{document['id']}: {text!r} has no letters")
    return WordList(document["id"], document["version"], document["label"], entries, allow)
