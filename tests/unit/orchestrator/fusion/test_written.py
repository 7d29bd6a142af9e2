"""What of a text document is prose, and where its words stand."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import TimeSpan
from videre.orchestrator.fusion.text_reading import normalise
from videre.orchestrator.fusion.written import place_of, places, prose


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("See [the harbour](https://a.b/c_(d)) now", ["See", "the", "harbour", "now"]),
        ('![a boat](boat.png "Title") and [two][ref]', ["a", "boat", "and", "two"]),
        ('[ref]: https://a.b/c "Title"', []),
        ("Run `pip install torpedo` or ``a`b`` first", ["Run", "or", "first"]),
        ('A <span class="x">word</span> <!-- hidden --> &nbsp; here[^note]', ["A", "word", "here"]),
        ("<https://a.b/c> and **Paris** is", ["and", "Paris", "is"]),
    ],
)
def test_marks_and_targets_of_markdown_are_no_words(text: str, words: list[str]) -> None:
    shown = prose(text, markdown=True)
    assert len(shown) == len(text)
    assert "".join(c if c.isalpha() else " " for c in shown).split() == words


def test_addresses_are_no_words_in_any_text() -> None:
    text = "访问https://example.com/路径见 www.example.org，或 mail@example.net。"
    shown = prose(text, markdown=False)
    assert "".join(c if c.isalpha() else " " for c in shown).split() == ["访问", "路径见", "或"]
    shown = prose("He/she reads docs/words.md and ../a/b_c.txt, i.e. 1/2.", markdown=False)
    assert shown.split() == ["He/she", "reads", "and", ",", "i.e.", "1/2."]
    assert prose("a `b` [c](d) <e> &nbsp;", markdown=False) == "a `b` [c](d) <e> &nbsp;"


def test_a_word_is_found_where_it_stands() -> None:
    raw = "Ｔｗｏ  words，\n ﬁnd cafe\u0301 them"
    text = normalise(raw)
    assert text == "Two words, find café them"
    found = places(raw)
    assert len(found) == len(text) + 1

    def stands(word: str) -> str:
        at = text.index(word)
        span = place_of(found, TimeSpan(0, len(raw)), at, at + len(word))
        return raw[span.start_ns : span.end_ns]

    assert [stands(word) for word in ("Two", "words", "find", "café", "them")] == [
        "Ｔｗｏ", "words", "ﬁnd", "cafe\u0301", "them",
    ]  # fmt: skip


@given(st.text(alphabet="aé\u0301 \n\u3000ＡﬁﬂΩ한ㅎㅏ，。ﾀﾞ\u00b4", max_size=60))
def test_places_rise_and_cover_the_text(raw: str) -> None:
    text, found = normalise(raw), places(raw)
    if found:
        assert len(found) == len(text) + 1
        assert list(found) == sorted(found)
        assert found[-1] <= len(raw)
        for at, character in enumerate(text):
            if character.isascii() and character.isalpha() and character in raw:
                assert normalise(raw[found[at]]).startswith((character, "f"))


@pytest.mark.parametrize(
    "piece",
    ["](", "](a", "](()", "`a", "```", "``a", "<a", "<!--", "a@b.", "[^", "a/", "&a", "ab://"],
)
def test_hostile_paragraphs_are_looked_at_in_time(piece: str) -> None:
    text = piece * (2_000 // len(piece))
    start = time.process_time()
    for _ in range(50):
        prose(text, markdown=True)
    assert time.process_time() - start < 2.5
