"""The words of libraries: all entries in one pass, negatives of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.library.entries import WordEntry
from videre.orchestrator.library.words import WordFinder
from videre.orchestrator.moderation.folds import Fold


def entry(name: str, *texts: str, negatives: tuple[str, ...] = ()) -> WordEntry:
    return WordEntry(name, texts or (name,), negatives)


def found(finder: WordFinder, text: str) -> list[tuple[str, str]]:
    return [
        (finder.entries[hit.entry].entry_id, text[hit.start : hit.end]) for hit in finder.find(text)
    ]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("The Great Wall of China", [("wall", "Great Wall")]),
        ("the #greatwall", [("wall", "greatwall")]),
        ("我们去长城看看", [("wall", "长城")]),
        ("长 城", [("wall", "长 城")]),
        ("ＧＲＥＡＴ ｗａｌｌ", [("wall", "ＧＲＥＡＴ ｗａｌｌ")]),
        ("Acme Wall paints the Great Wall", [("acme", "Acme"), ("wall", "Great Wall")]),
        ("a bath bomb and a bomb", [("bomb", "bomb"), ("spa", "bath bomb")]),
        ("", []),
    ],
)
def test_entries_and_their_spellings(text: str, hits: list[tuple[str, str]]) -> None:
    finder = WordFinder(
        [
            entry("wall", "Great Wall", "长城"),
            entry("acme"),
            entry("bomb", negatives=("bath bomb",)),
            entry("spa", "bath bomb"),
        ]
    )
    assert sorted(found(finder, text)) == sorted(hits)


@pytest.mark.parametrize(
    ("given", "text", "found_there"),
    [
        (WordEntry("e", ("赌博",)), "毒博", ""),
        (WordEntry("e", ("赌博",), tolerated=frozenset({Fold.HOMOPHONES})), "毒博", "毒博"),
        (WordEntry("e", ("viagra",), tolerated=frozenset({Fold.LEETSPEAK})), "V1agra", "V1agra"),
        (WordEntry("e", ("ab[0-9]{3}",), pattern=True), "type AB123", "AB123"),
        (WordEntry("e", ("ab[0-9]{3}",), ("ab123",), pattern=True), "AB123", ""),
        (WordEntry("e", ("jaguar",), near=("car",)), "a jaguar", ""),
        (WordEntry("e", ("jaguar",), near=("car",)), "the car, a jaguar", "jaguar"),
        (WordEntry("e", ("jaguar",), unless=("zoo",), window=5), "the zoo: jaguar", ""),
        (WordEntry("e", ("jaguar",), unless=("zoo",), window=2), "the zoo has a jaguar", "jaguar"),
    ],
)
def test_an_entry_has_options_of_its_own(given: WordEntry, text: str, found_there: str) -> None:
    finder = WordFinder([given, entry("other")])
    assert found(finder, text) == ([("e", found_there)] if found_there else [])


def test_two_entries_may_have_one_spelling() -> None:
    finder = WordFinder([entry("a", "jaguar"), entry("b", "Jaguar", negatives=("jaguar cub",))])
    assert found(finder, "a jaguar") == [("a", "jaguar"), ("b", "jaguar")]
    assert found(finder, "a jaguar cub") == [("a", "jaguar")]


TEXT = st.text(st.sampled_from("天地人 "), max_size=12)
WORD = st.text(st.sampled_from("天地人"), min_size=1, max_size=3)
ENTRIES = st.lists(st.tuples(WORD, st.lists(WORD, max_size=2)), max_size=4)


@given(TEXT, ENTRIES, st.randoms())
def test_the_order_of_entries_is_nothing(
    text: str, given_entries: list[tuple[str, list[str]]], shuffle: object
) -> None:
    entries = [
        entry(str(i), word, negatives=tuple(wrong)) for i, (word, wrong) in enumerate(given_entries)
    ]
    other = list(entries)
    shuffle.shuffle(other)  # type: ignore[attr-defined]
    assert sorted(found(WordFinder(entries), text)) == sorted(found(WordFinder(other), text))


@given(TEXT, WORD, st.lists(WORD, max_size=3), WORD)
def test_a_negative_finds_nothing_new(text: str, word: str, wrong: list[str], further: str) -> None:
    few = set(found(WordFinder([entry("e", word, negatives=tuple(wrong))]), text))
    more = set(found(WordFinder([entry("e", word, negatives=(*wrong, further))]), text))
    assert more <= few
