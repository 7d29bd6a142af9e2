"""A listed word with its neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.review.phrases import MAX_PHRASE, phrase_around


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("They sang the song Cocaine by JJ Cale.", "Cocaine", "the song Cocaine by JJ"),
        ("Cocaine by JJ Cale. Next one.", "Cocaine", "Cocaine by JJ"),
        ("It was fine.  Cocaine   blues! Then", "Cocaine", "Cocaine blues"),
        ("Cocaine", "Cocaine", ""),
        ("No. Cocaine. No", "Cocaine", ""),
        ("我们今天学习毒品的危害知识课程", "毒品", "今天学习毒品的危害知"),
        ("他说。毒品。好", "毒品", ""),
        ("mother-in-law's cocaine-free day", "cocaine", "mother-in-law's cocaine-free day"),
    ],
)
def test_phrases(text: str, word: str, expected: str) -> None:
    start = text.index(word)
    assert phrase_around(text, start, start + len(word)) == expected


def test_a_phrase_that_is_too_long_is_none() -> None:
    text = f"{'a' * 200} cocaine {'b' * 200}"
    assert phrase_around(text, 201, 208) == ""


@given(st.text(max_size=60), st.data())
def test_a_phrase_holds_its_word_and_is_never_longer_than_it_may_be(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    phrase = phrase_around(text, start, end)
    assert len(phrase.encode()) <= MAX_PHRASE
    if phrase:
        assert " ".join(text[start:end].split()) in phrase
