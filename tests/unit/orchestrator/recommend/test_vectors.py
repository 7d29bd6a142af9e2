"""What traits mean among media."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.recommend.catalogue import Catalogue, Vocabulary
from videre.orchestrator.recommend.looks import SIZE, direction
from videre.orchestrator.recommend.model import Item, ItemRow, Trait
from videre.orchestrator.recommend.traits import packed
from videre.orchestrator.recommend.vectors import trait_rows

X, Y = (bytes([127 if at == place else 0 for at in range(SIZE)]) for place in (0, 1))


def catalogue(*rows: ItemRow) -> Catalogue:
    vocabulary = Vocabulary()
    vocabulary.number(Trait.TAG, "nobody has this one any more")
    items: list[Item] = [vocabulary.item(key, f"m{key}", 0, row) for key, row in enumerate(rows)]
    return Catalogue(vocabulary, items)


def row(engine: str, look: bytes, **weights: int) -> ItemRow:
    traits = packed((Trait.TAG, name, weight) for name, weight in weights.items())
    return ItemRow(traits, engine=engine, look=look)


def test_a_trait_looks_like_the_media_that_have_it() -> None:
    found = {
        one.value: one
        for one in trait_rows(
            catalogue(
                row("eye@1", X, dog=3_000, cat=1_000), row("eye@1", Y, dog=4_000),
                row("old@1", Y, cat=9_000), row("", b"", fox=1),
            )
        )
    }  # fmt: skip
    assert {name: one.media for name, one in found.items()} == {"dog": 2, "cat": 2, "fox": 1}
    assert np.allclose(found["dog"].look[:3], (0.6, 0.8, 0))
    assert np.allclose(found["cat"].look, direction(X)), "the old engine's looks are others"
    assert (found["fox"].engine, len(found["fox"].look)) == ("", 0)
    assert found["dog"].engine == "eye@1"
    assert np.isclose(found["dog"].rarity, np.log1p(4 / 2))


def test_nothing_has_no_traits() -> None:
    assert list(trait_rows(catalogue())) == []
    assert len(direction(b"")) == 0


@given(st.lists(st.dictionaries(st.sampled_from("abcde"), st.integers(1, 10_000)), max_size=8))
def test_every_media_counts_once_for_each_of_its_traits(media: list[dict[str, int]]) -> None:
    found = list(trait_rows(catalogue(*(row("eye@1", X, **one) for one in media))))
    assert sum(one.media for one in found) == sum(map(len, media))
    assert all(np.allclose(one.look, direction(X)) for one in found)
    assert len({one.value for one in found}) == len(found)
