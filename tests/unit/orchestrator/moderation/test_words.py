"""Words are found however they are dressed up, and pointed at where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.moderation.folds import Fold, plain
from videre.orchestrator.moderation.lists import packaged_lists, parse_list
from videre.orchestrator.moderation.words import Entry, Matcher, WordList

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
        assert plain(match.entry.text).text in plain(text[match.start : match.end]).text


@given(
    st.lists(
        st.text(st.sampled_from("ab"), min_size=1, max_size=4), min_size=1, max_size=5, unique=True
    ),
    st.text(st.sampled_from("ab色"), max_size=20),
)
def test_the_automaton_finds_what_a_plain_search_finds(entries: list[str], text: str) -> None:
    # Characters that make no words with each other.
    han = [entry.replace("a", "齉").replace("b", "龘") for entry in entries]
    searched = text.replace("a", "齉").replace("b", "龘")
    listed = WordList("l", 1, "x", tuple(map(Entry, han)), tolerated=frozenset())
    matcher = Matcher(listed)
    expected = {
        (entry, i) for entry in han for i in range(len(searched)) if searched.startswith(entry, i)
    }
    assert {(m.entry.text, m.start) for m in matcher.find(searched)} == expected


def test_every_packaged_entry_finds_itself_unless_it_is_allowed() -> None:
    for name, word_list in packaged_lists().items():
        matcher = Matcher(word_list)
        for entry in word_list.entries:
            if entry.pattern:
                continue
            around = entry.near[0] if entry.near else "…"
            hits = [m.entry for m in matcher.find(f"{around} {entry.text} …")]
            assert entry in hits, (name, entry)
        for allowed in word_list.allow:
            assert not matcher.find(allowed), (name, allowed)


def test_there_is_a_list_per_language_for_every_category() -> None:
    ids = {word_list.list_id for word_list in packaged_lists().values()}
    for category in (
        "porn", "terrorism", "political", "abuse", "drugs", "gambling", "contraband", "contact",
    ):  # fmt: skip
        assert packaged_lists()[f"{category}-zh"].language == "zh"
        assert {f"{category}-en", f"{category}-zh"} <= ids


@pytest.mark.parametrize("entries", [{"…": 90}, {"word": 101}, {"word": 0}])
def test_a_bad_list_is_refused(entries: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="x"):
        parse_list({"id": "x", "version": 1, "label": "x", "entries": entries})


def test_an_entry_has_options_of_its_own() -> None:
    listed = parse_list(
        {
            "id": "x",
            "version": 1,
            "label": "drugs",
            "language": "en",
            "tolerated": [],
            "entries": {
                "ice": {
                    "weight": 75,
                    "near": ["meth"],
                    "unless": ["cream"],
                    "window": 8,
                    "category": "slang",
                    "tolerated": ["leetspeak"],
                    "allow": ["ice age"],
                },
                "meth lab": 90,
            },
            "patterns": {"price": {"pattern": "[0-9]+ ?usd", "weight": 60}},
        }
    )
    texts = {
        "ice or meth": ["ice"],
        "1ce, meth": ["ice"],
        "ice for the long way to meth": [],
        "ice cream meth": [],
        "ice age meth": [],
        "m3th lab": [],
        "meth lab, 20 USD": ["meth lab", "price"],
    }
    for text, entries in texts.items():
        assert [match.entry.text for match in Matcher(listed).find(text)] == entries, text
    (hit,) = Matcher(listed).find("ice or meth")
    assert (hit.category, hit.entry.weight) == ("slang", 75)


@pytest.mark.parametrize(
    "entry",
    [
        {"weight": 90, "nearby": ["x"]},
        {"weight": 90, "near": ["…"]},
        {"weight": 90, "tolerated": ["case"]},
        {"weight": 90, "tolerated": ["anything"]},
        {"weight": 90, "pattern": "("},
        {"weight": 90, "pattern": "a*"},
    ],
)
def test_a_bad_entry_is_refused(entry: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="x"):
        parse_list({"id": "x", "version": 1, "label": "x", "entries": {"x": entry}})


LISTED = st.lists(st.sampled_from(["色情", "赌博", "porn", "car bomb", "妈", "as"]), unique=True)
WORDS = st.lists(
    st.sampled_from(
        ["色情", "瑟情", "赌", "博", "p0rn", "car-bomb", "女马", "a", "s", " ", "。", "反"]
    )
).map("".join)


def _list(name: str, words: list[str], *allow: str) -> WordList:
    return WordList(name, 1, name, tuple(map(Entry, words)), allow)


@given(LISTED, LISTED, WORDS)
def test_lists_are_asked_together_as_alone(one: list[str], two: list[str], text: str) -> None:
    lists = _list("a", one), _list("b", two)
    alone = [match for each in lists for match in Matcher(each).find(text)]
    for together in (lists, lists[::-1]):
        assert sorted(Matcher(*together).find(text), key=repr) == sorted(alone, key=repr)


@given(LISTED, st.sampled_from(["反色情", "赌博", "as"]), WORDS)
def test_an_allowed_word_finds_nothing_new_and_holds_no_hit(
    words: list[str], allowed: str, text: str
) -> None:
    free = {(m.place, m.start, m.end) for m in Matcher(_list("a", words)).find(text)}
    held = {(m.place, m.start, m.end) for m in Matcher(_list("a", words, allowed)).find(text)}
    assert held <= free
    assert not Matcher(_list("a", words, allowed)).find(allowed)


@given(LISTED, WORDS)
def test_hits_lie_in_the_text_and_name_known_folds(words: list[str], text: str) -> None:
    for match in Matcher(_list("a", words)).find(text):
        assert 0 <= match.start < match.end <= len(text)
        there = text[match.start : match.end]
        assert bool(match.folds(text)) == (there != match.entry.text)


@pytest.mark.parametrize(
    ("text", "fold"),
    [("v1agra", "leetspeak"), ("VIAGRA", "case"), ("viаgra", "confusables"), ("viagra", "")],
)
def test_a_hit_says_what_made_it_one(text: str, fold: str) -> None:
    (match,) = Matcher(_list("a", ["viagra"])).find(text)
    assert [one.value for one in match.folds(text)] == ([fold] if fold else [])


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("the rapist", "the rapist"),
        ("the  rapist", "the  rapist"),
        ("a therapist", ""),
        ("pen-island", "pen-island"),
        ("penisland", "penisland"),
        ("peninsula", ""),
    ],
)
def test_a_phrase_may_be_one_word_unless_that_is_another_word(text: str, hit: str) -> None:
    found = Matcher(_list("a", ["the rapist", "pen island"])).find(text)
    assert "".join(text[match.start : match.end] for match in found) == hit


def test_confusions_of_readers_are_tolerated_where_a_list_asks_for_it() -> None:
    for text in ("c0caine", "cocaIne", "cocalne"):
        strict = WordList("l", 1, "x", (Entry("cocaine"),), tolerated=frozenset())
        loose = WordList("l", 1, "x", (Entry("cocaine"),), tolerated=frozenset({Fold.OCR}))
        assert bool(Matcher(strict).find(text)) == (text == "cocaIne")
        assert Matcher(loose).find(text)


def test_only_the_same_tone_counts_where_a_list_asks_for_it() -> None:
    listed = WordList("l", 1, "x", (Entry("赌博"),), tolerated=frozenset({Fold.SAME_TONE}))
    assert Matcher(listed).find("堵博")
    assert not Matcher(listed).find("毒博")
