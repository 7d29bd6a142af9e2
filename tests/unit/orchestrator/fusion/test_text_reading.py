"""Readings of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.fusion.text_reading import (
    alike,
    language_of,
    normalise,
    skeleton,
    vote,
)

words = st.text(st.sampled_from("abcd1"), max_size=9)


@given(words, words, st.booleans())
def test_likeness_is_mutual(a: str, b: str, sure: bool) -> None:
    assert alike(a, b, sure=sure) == alike(b, a, sure=sure)


@given(st.text(st.sampled_from("abcd"), min_size=10, max_size=40), st.data())
def test_a_fifth_of_the_letters_may_be_misread_and_no_more(text: str, data: st.DataObject) -> None:
    places = st.lists(st.integers(0, len(text) - 1), unique=True)
    wrong = data.draw(places.filter(lambda drawn: len(drawn) != 0))
    read = "".join("?" if at in wrong else letter for at, letter in enumerate(text))
    assert alike(text, read) == (len(wrong) <= len(text) // 5)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("城市道路车辆检测", "城市道路车辆检侧", True),
        ("openvision", "openvisi0n", True),
        ("cat", "car", False),
        ("第一章开始", "第二章结束", False),
        ("partnumber1", "partnumber2", False),
        ("", "", False),
    ],
)
def test_readings_may_differ_in_a_fifth(a: str, b: str, same: bool) -> None:
    assert alike(a, b) is same


def test_sure_readings_that_differ_are_different_texts() -> None:
    assert alike("第一章开始", "第二章开始")
    assert not alike("第一章开始", "第二章开始", sure=True)
    assert alike("flowerinthegarden", "flowerinthegardem", sure=True)


def test_the_normal_form_is_half_width_with_single_blanks() -> None:
    assert normalise("ＡＢ　　１２，\n好") == "AB 12, 好"
    assert skeleton("Hello, World!") == "helloworld"


def test_votes_are_weighted_with_scores() -> None:
    assert vote([("cap", 9_000), ("cop", 5_000), ("cop", 5_000)]) == "cop"
    assert vote([("b", 5_000), ("a", 5_000)]) == "a"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("镜头 Shots", "zh-Hans"),
        ("視頻會議", "zh-Hant"),
        ("Flower in the garden", "en"),
        ("ひらがな漢字", "ja"),
        ("안녕", "ko"),
        ("Größe", "und"),
        ("12:30", "und"),
    ],
)
def test_the_script_tells_the_language(text: str, language: str) -> None:
    assert language_of(text) == language
