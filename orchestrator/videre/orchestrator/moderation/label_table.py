"""Reads the tables of labels: `labels/*.toml`. Pure.

A table says which evidence feeds each label of pictures and sounds. Nothing else in moderation
knows what engines name, so that a new engine is a line there. `levels.toml` holds labels that stand
below each other; rules look at them only where they name them.

[[label]]
category = "terrorism"
medium = "image"
id = "guns"                    # with levels: "violence.weapons", below "violence"
name = "Weapons"
says = "Rifles, revolvers …"
evidence = [                   # any of them; without: `unfed` says why there is none
    { by = "classes", classes = ["rifle"] },
    { by = "objects", classes = ["person"], count = 10 },
    { by = "nsfw", classes = ["nsfw"], at_least = 30 },    # per cent; else what is a detection
    { by = "text", area = 4 },                             # per cent of the picture
    { event = "shooting" },
    { library = "persons" },
    { together = [{ by = …, }, …] },                       # at the same time, the rarest first
    { covers = false, by = "sound", classes = ["…"] },     # its silence says nothing
]
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any, Final

from videre.common.values import SCORE_ONE
from videre.orchestrator.features import BY_NAME, TEXT
from videre.orchestrator.moderation.feeds import (
    Classes,
    Feed,
    LabelEntry,
    LargeText,
    OfEvent,
    OfLibrary,
    Source,
    Together,
)
from videre.orchestrator.moderation.template import Category, Medium

_PERCENT: Final = SCORE_ONE // 100
#: Kinds of libraries whose entries are seen in pictures.
_LIBRARIES: Final = frozenset({"persons", "pictures"})
#: Tables by whether rules that name no labels look at theirs.
_FILES: Final = {"vendor.toml": True, "levels.toml": False}
_LABEL_KEYS: Final = frozenset({"category", "medium", "id", "name", "says", "evidence", "unfed"})
#: Keys of a piece of evidence, by the one that tells its kind.
_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "together": frozenset({"together"}),
    "library": frozenset({"library"}),
    "event": frozenset({"event"}),
    "area": frozenset({"by", "area"}),
    "classes": frozenset({"by", "classes", "at_least", "count"}),
}


class LabelTable:
    """All labels of pictures and sounds."""

    def __init__(self, entries: Sequence[LabelEntry]) -> None:
        """Take labels that were checked."""
        self.entries: Final = tuple(entries)
        self._by_place: dict[tuple[Category, Medium], dict[str, LabelEntry]] = {}
        for entry in entries:
            place = self._by_place.setdefault((entry.category, entry.medium), {})
            place[entry.label] = entry

    def find(self, category: Category, medium: Medium, label: str) -> LabelEntry | None:
        """Return a label; None where the table has none of that name."""
        return self._by_place.get((category, medium), {}).get(label)

    def lineage(self, label: str) -> tuple[LabelEntry, ...]:
        """Return a label of the table with levels after those above it; () of another one."""
        found = [entry for entry in self.entries if entry.label == label and not entry.default]
        names = accumulate(label.split("."), "{}.{}".format)
        return tuple(
            entry
            for own in found
            for name in names
            for entry in (self._by_place[own.category, own.medium][name],)
        )

    def below(self, entry: LabelEntry) -> tuple[LabelEntry, ...]:
        """Return the labels directly below one."""
        place = self._by_place[entry.category, entry.medium]
        return tuple(other for other in place.values() if other.parent == entry.label)

    def known(self, category: Category, medium: Medium) -> tuple[str, ...]:
        """Return all labels of a category and medium."""
        return tuple(self._by_place.get((category, medium), {}))

    def default(self, category: Category, medium: Medium) -> tuple[str, ...]:
        """Return the labels that a rule looks at which names none."""
        found = self._by_place.get((category, medium), {})
        return tuple(entry.label for entry in found.values() if entry.default)


@cache
def label_table() -> LabelTable:
    """Return the table of this release.

    Raises:
        ValueError: a packaged file contradicts itself.
    """
    folder = files(__package__) / "labels"
    entries = [
        entry
        for name, default in _FILES.items()
        for entry in parse_labels(
            tomllib.loads((folder / name).read_text("utf-8")), default=default
        )
    ]
    return LabelTable(checked(entries))


def parse_labels(document: Mapping[str, Any], *, default: bool) -> list[LabelEntry]:
    """Return the labels of a document.

    Raises:
        ValueError: a key, category, medium, feature or number is none.
    """
    return [_entry(item, default) for item in document["label"]]


def checked(entries: Sequence[LabelEntry]) -> Sequence[LabelEntry]:
    """Return labels that may stand in one table.

    Raises:
        ValueError: one stands twice, or without the one above it.
    """
    places = [(entry.category, entry.medium, entry.label) for entry in entries]
    for entry, place in zip(entries, places, strict=True):
        if places.count(place) > 1:
            raise ValueError(f"{_place(entry)} stands twice")
        if entry.parent and (entry.category, entry.medium, entry.parent) not in places:
            raise ValueError(f"{_place(entry)} has no {entry.parent!r} above it")
    return entries


def _place(entry: LabelEntry) -> str:
    return f"{entry.category}/{entry.medium}/{entry.label}"


def _entry(item: Mapping[str, Any], default: bool) -> LabelEntry:
    label = item.get("id", "?")
    _only(label, item, _LABEL_KEYS)
    sources = tuple(_source(label, one) for one in item.get("evidence", ()))
    unfed = item.get("unfed", "")
    if bool(sources) == bool(unfed):
        raise ValueError(f"{label}: either evidence, or why there is none")
    return LabelEntry(
        category=Category(item["category"]),
        medium=Medium(item["medium"]),
        label=item["id"],
        name=item["name"],
        says=item["says"],
        sources=sources,
        unfed=unfed,
        default=default,
    )


def _only(label: str, item: Mapping[str, Any], keys: frozenset[str]) -> None:
    if not item.keys() <= keys:
        raise ValueError(f"{label}: unknown keys {sorted(item.keys() - keys)}")


def _source(label: str, item: Mapping[str, Any]) -> Source:
    feed = {key: value for key, value in item.items() if key != "covers"}
    return Source(_feed(label, feed), bool(item.get("covers", True)))


def _feed(label: str, item: Mapping[str, Any]) -> Feed:
    kind = next((key for key in _KEYS if key in item), "")
    if not kind:
        raise ValueError(f"{label}: {dict(item)} names no evidence")
    _only(label, item, _KEYS[kind])
    match kind:
        case "together":
            return Together(tuple(_part(label, one) for one in item["together"]))
        case "library":
            if item["library"] not in _LIBRARIES:
                raise ValueError(f"{label}: libraries of {item['library']!r} show nothing")
            return OfLibrary(item["library"])
        case "event":
            return OfEvent(item["event"])
        case _:
            return _part(label, item)


def _part(label: str, item: Mapping[str, Any]) -> Classes | LargeText:
    feature = item.get("by", "")
    if feature not in BY_NAME:
        raise ValueError(f"{label}: {feature!r} is no feature")
    if "area" in item:
        if feature != TEXT.name or not 1 <= item["area"] <= 100:
            raise ValueError(f"{label}: area is per cent of the picture, of text")
        return LargeText(item["area"] * _PERCENT)
    at_least, count = item.get("at_least"), item.get("count", 1)
    if not item.get("classes") or count < 1 or not 1 <= (at_least or 1) <= 100:
        raise ValueError(f"{label}: classes, at_least 1..100, count from 1 on")
    return Classes(
        feature,
        frozenset(item["classes"]),
        None if at_least is None else at_least * _PERCENT,
        count,
    )
