"""Words that name labels."""

from __future__ import annotations

from videre.orchestrator.fusion.topics import TopicIndex
from videre.orchestrator.taxonomy.load import load_taxonomy

INDEX = TopicIndex(load_taxonomy())


def test_tokens_match_names_and_aliases_whatever_their_case() -> None:
    assert INDEX.find("My Puppy and another DOG") == {"animal.dog": 2}


def test_parts_of_words_do_not_match() -> None:
    assert not INDEX.find("dogma, scarcity and concatenation")


def test_a_longer_phrase_hides_the_shorter_ones() -> None:
    assert INDEX.find("a hot dog please") == {"food.hot_dog": 1}


def test_chinese_matches_by_substring_of_two_characters_and_more() -> None:
    assert INDEX.find("这是一只熊猫在吃苹果") == {"animal.panda": 1, "food.apple": 1}
    assert not INDEX.find("狗")


def test_words_that_mean_too_much_do_not_speak() -> None:
    assert not INDEX.find("a black letter of text, others")
