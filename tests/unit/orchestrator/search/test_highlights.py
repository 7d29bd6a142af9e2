"""Why a moment was found."""

from __future__ import annotations

from videre.orchestrator.lexicon.topic_map import load_topics
from videre.orchestrator.search.highlights import told
from videre.orchestrator.search.model import Field, Passage
from videre.orchestrator.search.syntax import parse
from videre.orchestrator.search.vocabulary import Vocabulary
from videre.orchestrator.taxonomy.load import load_taxonomy

VOCABULARY = Vocabulary(load_taxonomy(()), load_topics())
SAID = Passage(Field.SAID, "The red car stops at the 紅綠燈 ahead", 0, 1)
DOG = Passage(Field.TAG, "", 0, 1, "animal.dog")
TITLE = Passage(Field.TITLE, "Red", 0, 0)


def shown(query: str, *passages: Passage) -> list[tuple[Field, list[str]]]:
    found = told(VOCABULARY.understood(parse(query)), passages)
    return [(o.passage.field, [o.text[a:b] for a, b in o.ranges]) for o in found]


def test_words_are_marked_where_they_stand() -> None:
    assert shown("cars red", SAID, DOG, TITLE) == [
        (Field.TITLE, ["Red"]), (Field.SAID, ["red", "car"]),
    ]  # fmt: skip
    assert shown('"red car"', SAID) == [(Field.SAID, ["red car"])]
    assert shown("红绿灯", SAID) == [(Field.SAID, ["紅綠燈"])]
    assert shown("shown:red OR said:stops", SAID, TITLE) == [(Field.SAID, ["stops"])]
    assert shown("red -stops", SAID) == [(Field.SAID, ["red"])]


def test_ids_mark_nothing_but_are_told() -> None:
    assert shown("tag:animal", SAID, DOG) == [(Field.TAG, [])]
    assert shown("tag:animal.dog OR said:car", SAID, DOG) == [
        (Field.TAG, []), (Field.SAID, ["car"]),
    ]  # fmt: skip
    assert shown("animals", DOG) == [(Field.TAG, [])]
    assert shown("cat", DOG) == []


def test_a_phrase_over_a_cut_is_told_by_its_words() -> None:
    part = Passage(Field.SAID, "here the red", 0, 1)
    assert shown('"red car"', part) == [(Field.SAID, ["red"])]


def test_long_statements_are_cut_around_what_was_found() -> None:
    long = Passage(Field.SHOWN, "x " * 500 + "needle" + " y" * 500, 0, 1)
    (found,) = told(parse("needle"), [long])
    assert len(found.text) == 300
    assert [found.text[a:b] for a, b in found.ranges] == ["needle"]
