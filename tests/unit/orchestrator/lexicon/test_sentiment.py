"""What sentences of film express, English and Chinese, against what a reader takes from them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.lexicon.sentiment import polarity


def sentences(name: str) -> dict[str, Any]:
    """Sentences by language and feeling."""
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))


SENTENCES, UNSEEN = sentences("sentiments.toml"), sentences("sentiments_unseen.toml")
SIGNS = {"positive": 1, "negative": -1, "neutral": 0}


def sign(value: int) -> int:
    return (value > 0) - (value < 0)


def told(listed: dict[str, list[str]], language: str) -> list[tuple[int, int]]:
    """What a reader takes from every sentence, and what is told of it."""
    return [
        (SIGNS[feeling], sign(polarity(text, language)))
        for feeling, texts in listed.items()
        for text in texts
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_most_sentences_are_understood_as_a_reader_does(language: str) -> None:
    pairs = told(SENTENCES[language], language)
    assert len(pairs) >= 60
    assert sum(a == b for a, b in pairs) / len(pairs) >= 0.95


@pytest.mark.parametrize(("language", "right"), [("en", 0.8), ("zh", 0.6)])
def test_unseen_sentences_are_rather_passed_over_than_turned_round(
    language: str, right: float
) -> None:
    pairs = told(UNSEEN[language], language)
    assert len(pairs) == 36
    assert sum(a == b for a, b in pairs) / len(pairs) >= right
    assert sum(a * b < 0 for a, b in pairs) <= 1


def test_negation_turns_round_and_degree_strengthens() -> None:
    assert polarity("高兴", "zh") > 0 > polarity("不高兴", "zh")
    assert polarity("非常高兴", "zh-Hans") > polarity("高兴", "zh-Hans")
    assert polarity("别担心", "zh") > 0 > polarity("担心", "zh")
    assert polarity("别骂我", "zh") == 0, "a plea is no praise"
    assert polarity("I am happy", "en") > 0 > polarity("I am not happy", "en")


def test_a_long_run_of_plain_words_is_not_glad_of_a_few_kind_ones() -> None:
    plain = "the press was moved to the second floor and the letters were set in wooden cases "
    text = plain * 6 + "which was a great success " + plain * 6
    assert polarity("which was a great success", "en") > 5_000
    assert polarity(text, "en") == 0
    assert polarity(("这台机器在二楼,字模放在木盒里," * 8) + "非常成功", "zh") == 0


def test_words_that_join_or_compare_are_no_feeling() -> None:
    for text in ("well it looks like a wheel", "yes please the second", "no that is a pretty long "
                 "list", "I'd like to show you a number of slides"):  # fmt: skip
        assert polarity(text, "en") == 0, text
    assert polarity("I like it", "en") > 0 > polarity("I don't like it", "en")


def test_what_nobody_understands_says_nothing() -> None:
    assert polarity("je suis très heureux", "fr") == 0
    assert polarity("happy", "und") == 0
    assert polarity("", "en") == polarity("", "zh") == polarity("12:30", "zh") == 0


@given(st.text(max_size=80), st.sampled_from(["en", "zh", "zh-Hans", "und"]))
def test_any_text_has_a_bounded_value_and_always_the_same(text: str, language: str) -> None:
    value = polarity(text, language)
    assert -10_000 <= value <= 10_000
    assert value == polarity(text, language)
