"""Organisations, brands and products that are known by name: packaged ones, then operators' own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from videre.common.values import canonical_json, sha256_hex
from videre.orchestrator.document import EntityKind
from videre.orchestrator.lexicon.english import folded_words

_KINDS: Final = frozenset({"person", "organisation", "brand", "product"})
_HAN: Final = re.compile(r"[㐀-鿿]")


class NameListError(ValueError):
    """A list of names cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name of a list; `common` names count only where capitals tell them from words."""

    name: str
    kind: EntityKind
    also: tuple[str, ...] = ()
    common: bool = False


class KnownNames:
    """All listed names, looked up by their words."""

    def __init__(self, names: Iterable[KnownName] = (), *, own: bool = False) -> None:
        """Take names; of two with the same word the later one counts.

        Args:
            names: the names.
            own: an operator's list is among them.
        """
        self.own = own
        self.names = {name.name: name for name in names}
        self.english: dict[tuple[str, ...], KnownName] = {}
        self.chinese: dict[str, KnownName] = {}
        for name in self.names.values():
            for text in (name.name, *name.also):
                if _HAN.search(text):
                    self.chinese[text] = name
                elif words := folded_words(text):
                    self.english[words] = name
        self.longest: dict[str, int] = {}
        for words in self.english:
            self.longest[words[0]] = max(len(words), self.longest.get(words[0], 0))
        #: Characters that Chinese names begin with, and the length of the longest one.
        self.beginnings = frozenset(text[0] for text in self.chinese)
        self.longest_chinese = max(map(len, self.chinese), default=0)

    @property
    def version(self) -> str:
        """The first 12 hex digits of the SHA-256 of all names."""
        listed = [[n.name, n.kind.value, list(n.also), n.common] for n in self.names.values()]
        return sha256_hex(canonical_json(sorted(listed)))[:12]


@cache
def load_names(lists: tuple[Path, ...] = ()) -> KnownNames:
    """Return the packaged names and those of operators' lists, read once.

    Raises:
        NameListError: a list cannot be read or says something unknown.
    """
    packaged = (files(__package__) / "data" / "names.toml").read_text("utf-8")
    names = parse_names(tomllib.loads(packaged))
    for path in lists:
        try:
            names += parse_names(tomllib.loads(path.read_text("utf-8")))
        except (OSError, UnicodeDecodeError, ValueError) as error:
            raise NameListError(f"the list of names {path}: {error}") from error
    return KnownNames(names, own=bool(lists))


def parse_names(document: Mapping[str, Any]) -> list[KnownName]:
    """Return the names of a document of the form of `data/names.toml`.

    Raises:
        ValueError: an entry says something unknown.
    """
    names = []
    entries = document.get("names")
    if not isinstance(entries, dict) or document.keys() - {"version", "names"}:
        raise ValueError("needs a table [names] and nothing else but a version")
    for name, entry in entries.items():
        if not isinstance(entry, dict) or entry.keys() - {"kind", "also", "common"}:
            raise ValueError(f"{name!r}: takes kind, also, common")
        kind, also, common = entry.get("kind"), entry.get("also", []), entry.get("common", False)
        if kind not in _KINDS:
            raise ValueError(f"{name!r}: kind is one of {', '.join(sorted(_KINDS))}")
        if not isinstance(also, list) or not all(isinstance(text, str) and text for text in also):
            raise ValueError(f"{name!r}: also is a list of texts")
        if not isinstance(common, bool):
            raise ValueError(f"{name!r}: common is true or false")
        names.append(KnownName(name, EntityKind(kind), tuple(also), common))
    return names
