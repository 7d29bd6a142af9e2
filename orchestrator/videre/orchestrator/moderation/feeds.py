"""What may feed a label: an engine's classes, how many there are, large text, events … Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from videre.orchestrator.features import TEXT
from videre.orchestrator.moderation.template import Category, Medium


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes of a feature's engine.

    Args:
        feature: such as "nsfw".
        names: any of them.
        at_least: score E4 from which one counts; None = the detection threshold of its class.
        count: how many there must be in one frame.
    """

    feature: str
    names: frozenset[str]
    at_least: int | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class LargeText:
    """A line of text in the picture, no subtitle, that covers this share E4 of it."""

    area: int


@dataclass(frozen=True, slots=True)
class OfEvent:
    """What an event rule of fusion found."""

    rule_id: str


@dataclass(frozen=True, slots=True)
class OfLibrary:
    """Entries of the libraries of a kind that the template's rule names."""

    kind: str


@dataclass(frozen=True, slots=True)
class Together:
    """All of these at the same time; the others are looked for only where the first one is."""

    parts: tuple[Classes | LargeText, ...]


Feed: TypeAlias = Classes | LargeText | OfEvent | OfLibrary | Together


@dataclass(frozen=True, slots=True)
class Source:
    """Something that feeds a label.

    Args:
        feed: what.
        covers: that nothing was found says that nothing is there. A shot that is heard shows a
            weapon; silence shows none.
    """

    feed: Feed
    covers: bool = True


@dataclass(frozen=True, slots=True)
class LabelEntry:
    """A label of a category and medium.

    Args:
        label: id; of a label with levels the whole path, "violence.weapons".
        name: in English.
        says: what it means here, in a sentence.
        sources: what feeds it, any of them; () = nothing in this release.
        unfed: why nothing feeds it.
        default: a rule that names no labels looks at it.
    """

    category: Category
    medium: Medium
    label: str
    name: str
    says: str
    sources: tuple[Source, ...] = ()
    unfed: str = ""
    default: bool = True

    @property
    def level(self) -> int:
        """1 for a label that stands below none."""
        return self.label.count(".") + 1

    @property
    def parent(self) -> str:
        """The label above; "" for level 1."""
        return self.label.rpartition(".")[0]


def features_of(feed: Feed) -> Iterator[str]:
    """Yield the features whose stages tell whether anybody looked."""
    match feed:
        case Classes():
            yield feed.feature
        case LargeText():
            yield TEXT.name
        case Together():
            for part in feed.parts:
                yield from features_of(part)
        case OfEvent() | OfLibrary():
            pass


def classes_of(feed: Feed) -> Iterator[tuple[str, str]]:
    """Yield (feature, class) of all classes that a feed asks for."""
    match feed:
        case Classes():
            yield from ((feed.feature, name) for name in sorted(feed.names))
        case Together():
            for part in feed.parts:
                yield from classes_of(part)
        case LargeText() | OfEvent() | OfLibrary():
            pass
