"""Reads the packaged word lists: `lists/*.toml`, and in `lists/earlier` what they said before.

A version never changes: what was judged by it can be judged by it again. A list that changes gets
the next version, and the file of the one before goes to `lists/earlier`.

id = "drugs-en"
version = 1
label = "drugs"                # what a hit is called in a verdict
language = "en"                # BCP 47; left out = any
tolerated = ["leetspeak"]      # left out: folds.TOLERATED
allow = ["drugstore"]          # a hit inside one of these does not count
[entries]                      # word or phrase → confidence 0..100 of a hit, or a table
"cocaine" = 90
"ice" = { weight = 75, near = ["meth"], unless = ["cream"], window = 10, category = "drugs",
          language = "en", tolerated = [], allow = ["ice age"] }
[patterns]                     # name → the same table with `pattern`, in RE2's syntax
"phone number" = { pattern = '\\b1[3-9]\\d{9}\\b', weight = 80 }
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Final

from videre.orchestrator.moderation.folds import TOLERABLE, TOLERATED, Fold, plain
from videre.orchestrator.moderation.patterns import check_pattern
from videre.orchestrator.moderation.words import WINDOW, Entry, WordList

_ENTRY_KEYS: Final = frozenset(
    {"weight", "near", "unless", "window", "category", "language", "tolerated", "allow", "pattern"}
)


@cache
def packaged_lists() -> Mapping[str, WordList]:
    """Return the lists of this release by "id" (the latest version) and by "id@version".

    Raises:
        ValueError: a packaged file is wrong.
    """
    folder = files(__package__) / "lists"
    found = {one.name: one for one in _lists(folder / "earlier")}
    for word_list in _lists(folder):
        found[word_list.list_id] = found[word_list.name] = word_list
    return MappingProxyType(found)


def _lists(folder: Traversable) -> Iterator[WordList]:
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml"):
            yield parse_list(tomllib.loads(path.read_text("utf-8")))


def parse_list(document: Mapping[str, Any]) -> WordList:
    """Return a list from its document.

    Raises:
        ValueError: a word has no letters, a pattern is none, a weight is outside 1..100, a fold or
            a key is unknown.
    """
    name = document["id"]
    words = [_entry(name, text, value) for text, value in document.get("entries", {}).items()]
    words += [_entry(name, text, value) for text, value in document.get("patterns", {}).items()]
    allow = tuple(document.get("allow", ()))
    _check_texts(name, allow)
    return WordList(
        name,
        document["version"],
        document["label"],
        tuple(words),
        allow,
        _folds(name, document["tolerated"]) if "tolerated" in document else TOLERATED,
        document.get("language", ""),
    )


def _entry(name: str, text: str, value: int | Mapping[str, Any]) -> Entry:
    given: Mapping[str, Any] = {"weight": value} if isinstance(value, int) else value
    if not given.keys() <= _ENTRY_KEYS:
        raise ValueError(f"{name}: {text!r} has unknown keys {sorted(given.keys() - _ENTRY_KEYS)}")
    entry = Entry(
        text,
        given["weight"],
        _folds(name, given["tolerated"]) if "tolerated" in given else None,
        given.get("pattern", ""),
        given.get("category", ""),
        given.get("language", ""),
        tuple(given.get("near", ())),
        tuple(given.get("unless", ())),
        given.get("window", WINDOW),
        tuple(given.get("allow", ())),
    )
    if not 1 <= entry.weight <= 100:
        raise ValueError(f"{name}: weight {entry.weight} of {text!r}")
    _check_texts(name, (*entry.near, *entry.unless, *entry.allow))
    if entry.pattern:
        try:
            check_pattern(entry.pattern)
        except ValueError as error:
            raise ValueError(f"{name}: pattern of {text!r}: {error}") from None
    else:
        _check_texts(name, (text,))
    return entry


def _folds(name: str, given: Iterable[str]) -> frozenset[Fold]:
    known = {fold.value: fold for fold in TOLERABLE}
    wrong = sorted(set(given) - known.keys())
    if wrong:
        raise ValueError(f"{name}: {wrong} cannot be tolerated, only {list(known)}")
    return frozenset(known[one] for one in given)


def _check_texts(name: str, texts: Iterable[str]) -> None:
    for text in texts:
        if not plain(text).text:
            raise ValueError(f"{name}: {text!r} has no letters")
