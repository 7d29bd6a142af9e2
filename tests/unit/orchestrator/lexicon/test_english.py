"""How common English words are."""

from __future__ import annotations

import pytest

from videre.orchestrator.lexicon.english import frequency, known_words


@pytest.mark.parametrize(
    ("word", "about"), [("of", 7), ("a", 7), ("the", 7), ("printing", 5), ("typography", 3)]
)
def test_common_words_are_known_by_how_common_they_are(word: str, about: int) -> None:
    found = frequency(word)
    assert found is not None
    assert abs(found - about) < 1


@pytest.mark.parametrize("word", ["", " ", "th", "printin", "the 23", "videre"])
def test_what_only_begins_like_a_word_is_none(word: str) -> None:
    assert frequency(word) is None


def test_every_known_word_has_a_frequency() -> None:
    words = list(known_words())
    assert len(words) == len(set(words)) > 82_000
    assert all(frequency(word) is not None for word in words[::997])
