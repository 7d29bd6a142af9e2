"""All that may be recommended, as vectors. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.values import SCORE_ONE
from videre.orchestrator.recommend.looks import directions
from videre.orchestrator.recommend.model import TRAIT_WEIGHTS, Item, ItemRow, Trait, Weighted
from videre.orchestrator.recommend.traits import folded, unpacked

Numbers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
_NO_TRAITS: Final = (np.zeros(0, np.int32), np.zeros(0))


class Vocabulary:
    """Numbers of traits; grows, and never changes what a number means."""

    def __init__(self) -> None:
        #: As they are compared, and as they are written.
        self._numbers: dict[tuple[Trait, str], int] = {}
        self._written: dict[tuple[Trait, str], int] = {}
        #: What each number means, as it was first written.
        self.traits: list[tuple[Trait, str]] = []

    def __len__(self) -> int:
        return len(self.traits)

    def number(self, kind: Trait, value: str) -> int:
        """Return the number of a trait, a new one where it has none."""
        written = self._written.get((kind, value))
        if written is not None:
            return written
        found = self._numbers.setdefault((kind, folded(kind, value)), len(self.traits))
        if found == len(self.traits):
            self.traits.append((kind, value))
        self._written[kind, value] = found
        return found

    def known(self, kind: Trait, value: str) -> int | None:
        """Return the number of a trait; None where no media has it."""
        return self._numbers.get((kind, folded(kind, value)))

    def numbers(self, traits: Iterable[Weighted]) -> tuple[Numbers, Floats]:
        """Return traits as numbers, ascending, and their weights with what their kinds count."""
        found = sorted(
            (self.number(kind, value), weight / SCORE_ONE * TRAIT_WEIGHTS[kind])
            for kind, value, weight in traits
        )
        if not found:
            return _NO_TRAITS
        ids, weights = zip(*found, strict=True)
        return np.array(ids, np.int32), np.array(weights, np.float64)

    def item(self, key: int, media_id: str, create_ns: int, row: ItemRow) -> Item:
        """Return a stored media as an item."""
        ids, weights = self.numbers(unpacked(row.traits))
        return Item(
            key, media_id, create_ns, row.duration_ms, row.language, ids, weights,
            row.engine, row.look,
        )  # fmt: skip


class Catalogue:
    """Items as vectors of length 1: how much of a trait, times how rare it is (TF-IDF).

    Args:
        vocabulary: of their traits.
        items: in an order that stays.
    """

    def __init__(self, vocabulary: Vocabulary, items: Sequence[Item]) -> None:
        self.vocabulary, self.items = vocabulary, tuple(items)
        self.size = len(vocabulary)
        self.places: Mapping[str, int] = {one.media_id: at for at, one in enumerate(self.items)}
        lengths = np.array([len(one.ids) for one in self.items], np.int64)
        self._begins = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        self._of = np.repeat(np.arange(len(self.items)), lengths)
        self._ids = np.concatenate([_NO_TRAITS[0], *(one.ids for one in self.items)])
        weights = np.concatenate([_NO_TRAITS[1], *(one.weights for one in self.items)])
        frequency = np.bincount(self._ids, minlength=self.size)
        #: How rare each trait is.
        self.rarity: Floats = np.log1p(len(self.items) / np.maximum(frequency, 1))
        self._weights: Floats = weights
        values = weights * self.rarity[self._ids]
        self._values = values / self._lengths(values)[self._of]
        self.keys = np.array([one.key for one in self.items], np.int64)
        self.languages = np.array([one.language for one in self.items], np.str_)
        self.create_ns = np.array([one.create_ns for one in self.items], np.int64)
        self.duration_ms = np.array([one.duration_ms for one in self.items], np.int64)
        #: What saw the looks that are compared: the engine that saw most; "" = none.
        self.engine = self._most_used()
        self.looks = directions(
            [one.look if one.engine == self.engine else b"" for one in self.items]
        )

    def _sums(self, values: Floats) -> Floats:
        """Return the sum of every item's values."""
        return np.bincount(self._of, values, minlength=len(self.items)).astype(np.float64)

    def _lengths(self, values: Floats) -> Floats:
        lengths: Floats = np.sqrt(self._sums(values * values))
        lengths[lengths == 0] = 1
        return lengths

    def _most_used(self) -> str:
        engines = [one.engine for one in self.items if one.look]
        return min(set(engines), key=lambda one: (-engines.count(one), one), default="")

    def __len__(self) -> int:
        return len(self.items)

    def row(self, place: int) -> tuple[Numbers, Floats]:
        """Return the traits of an item and their values."""
        some = slice(self._begins[place], self._begins[place + 1])
        return self._ids[some], self._values[some]

    def having(self) -> Iterator[tuple[int, Numbers, Floats]]:
        """Yield every trait that items have: its number, their places, how much they have of it."""
        order = np.argsort(self._ids, kind="stable")
        numbers, begins = np.unique(self._ids[order], return_index=True)
        ends = [*begins[1:].tolist(), len(order)]
        # Of no traits there is one end, and no beginning.
        for number, begin, end in zip(numbers.tolist(), begins.tolist(), ends, strict=False):
            some = order[begin:end]
            yield number, self._of[some].astype(np.int32), self._weights[some]

    def dots(self, vector: Floats) -> Floats:
        """Return the product of every item with a vector over the traits."""
        values = self._values * vector[self._ids]
        return self._sums(values)

    def dense(self, places: Sequence[int]) -> Floats:
        """Return items as rows over the traits that any of them has."""
        rows = [self.row(place) for place in places]
        used = np.unique(np.concatenate([_NO_TRAITS[0], *(ids for ids, _ in rows)]))
        found = np.zeros((len(rows), len(used)))
        for at, (ids, values) in enumerate(rows):
            found[at, np.searchsorted(used, ids)] = values
        return found
