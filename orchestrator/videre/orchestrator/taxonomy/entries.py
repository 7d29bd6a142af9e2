"""What a taxonomy is made of: its nodes, and what an engine's classes mean. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

DEFAULT_LANGUAGE: Final = "en"
#: Every node has a name in each of these.
LANGUAGES: Final = (DEFAULT_LANGUAGE, "zh-Hans")
LEVELS: Final = 3


class TaxonomyError(ValueError):
    """A taxonomy file or overlay is wrong; the message names the file, the node and what it is."""


@dataclass(frozen=True, slots=True)
class Node:
    """One label.

    Args:
        id: immutable id, such as "vehicle.car".
        level: 1 (category) to 3 (detail).
        parent: id of the parent; "" at level 1.
        names: name by BCP 47 language; all of `LANGUAGES` always.
        aliases: further words for it, any language.
        excludes: nodes that cannot hold of the same stretch.
        spoken: whether its names, said or written, speak for it ("black" and "letter" do not).
        unspoken: single names and aliases that do not, although others do ("bank", but 银行).
    """

    id: str
    level: int
    parent: str
    names: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    spoken: bool = True
    unspoken: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All names and aliases, each once."""
        return tuple(dict.fromkeys((*self.names.values(), *self.aliases)))

    @property
    def spoken_words(self) -> tuple[str, ...]:
        """The names and aliases that speak for the node when they are said or written."""
        if not self.spoken:
            return ()
        return tuple(word for word in self.words if word not in self.unspoken)


@dataclass(frozen=True, slots=True)
class ClassMapping:
    """What the classes of one engine class list mean.

    Args:
        name: name of the list, such as "coco80".
        feature: feature whose evidence carries these classes.
        nodes: node id by class name.
        unmapped: why a class means no node, by class name.
        narrower: the classes directly within a class, by class name; none within itself.
        handheld: classes of things that are held in one hand.
    """

    name: str
    feature: str
    nodes: Mapping[str, str]
    unmapped: Mapping[str, str] = field(default_factory=dict)
    narrower: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    handheld: frozenset[str] = frozenset()


def lineage(node_id: str, nodes: Mapping[str, Node]) -> Iterator[str]:
    """Yield a node's id and those of its ancestors, upwards."""
    while node_id:
        yield node_id
        node_id = nodes[node_id].parent
