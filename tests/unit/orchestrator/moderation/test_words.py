"""Words are found however they are dressed up, and pointed at where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.moderation.lists import packaged_lists, parse_list
from videre.orchestrator.moderation.words import Entry, Matcher, WordList, fold

LIST = WordList(
    "list",
    1,
    "label",
    (Entry("色情"), Entry("cocaine", 80), Entry("car bomb", 85), Entry("bomb", 75)),
    allow=("反色情", "bath bomb"),
)
MATCHER = Matcher(LIST)


def found(text: str) -> list[tuple[str, str]]:
    return [(m.entry.text, text[m.start : m.end]) for m in MATCHER.find(text)]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("buy COCAINE now", [("cocaine", "COCAINE")]),
        ("ｃｏｃａｉｎｅ", [("cocaine", "ｃｏｃａｉｎｅ")]),
        ("c.o.c-a_i*n*e", [("cocaine", "c.o.c-a_i*n*e")]),
        ("co\u200bca\u200dine", [("cocaine", "co\u200bca\u200dine")]),
        ("cocaines and procaine", []),
        ("这是色情内容", [("色情", "色情")]),
        ("色 情", [("色情", "色 情")]),
        ("色*情", [("色情", "色*情")]),
        ("反色情行动", []),
        ("a bath bomb, no bomb", [("bomb", "bomb")]),
        ("a car  bomb", [("car bomb", "car  bomb"), ("bomb", "bomb")]),
        ("nothing", []),
        ("", []),
    ],
)
def test_disguises_and_allowed_words(text: str, hits: list[tuple[str, str]]) -> None:
    assert found(text) == hits


def test_an_allowed_word_does_not_hide_a_longer_hit() -> None:
    matcher = Matcher(WordList("l", 1, "x", (Entry("bad word"),), allow=("word",)))
    assert len(matcher.find("a bad word")) == 1


@given(st.text(), st.text())
def test_spans_point_at_the_original(before: str, after: str) -> None:
    text = f"{before} cocaine {after}"
    for match in MATCHER.find(text):
        assert 0 <= match.start < match.end <= len(text)
        assert fold(match.entry.text).text in fold(text[match.start : match.end]).text


@given(
    st.lists(
        st.text(st.sampled_from("ab"), min_size=1, max_size=4), min_size=1, max_size=5, unique=True
    ),
    st.text(st.sampled_from("ab色"), max_size=20),
)
def test_the_automaton_finds_what_a_plain_search_finds(entries: list[str], text: str) -> None:
    han = [entry.replace("a", "天").replace("b", "地") for entry in entries]
    searched = text.replace("a", "天").replace("b", "地")
    matcher = Matcher(WordList("l", 1, "x", tuple(map(Entry, han))))
    expected = {
        (entry, i) for entry in han for i in range(len(searched)) if searched.startswith(entry, i)
    }
    assert {(m.entry.text, m.start) for m in matcher.find(searched)} == expected


def test_every_packaged_entry_finds_itself_unless_it_is_allowed() -> None:
    for name, word_list in packaged_lists().items():
        matcher = Matcher(word_list)
        for entry in word_list.entries:
            hits = [m.entry for m in matcher.find(f"… {entry.text} …")]
            assert entry in hits, (name, entry)
        for allowed in word_list.allow:
            assert not matcher.find(allowed), (name, allowed)


def test_there_is_a_list_per_language_for_every_category() -> None:
    ids = {word_list.list_id for word_list in packaged_lists().values()}
    for category in ("porn", "terrorism", "political", "abuse", "drugs"):
        assert {f"{category}-en", f"{category}-zh"} <= ids


@pytest.mark.parametrize("entries", [{"…": 90}, {"word": 101}, {"word": 0}])
def test_a_bad_list_is_refused(entries: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="x"):
        parse_list({"id": "x", "version": 1, "label": "x", "entries": entries})
