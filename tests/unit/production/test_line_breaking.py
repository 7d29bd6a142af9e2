"""Lines fit, lose nothing, and break where a reader expects it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.production.line_breaking import hard_cut, joined, lines, pieces, width

ALPHABET = "ab c，。你好世界「」(1)! "


@given(st.text(ALPHABET, max_size=120), st.integers(10, 60))
def test_lines_fit_and_lose_nothing(text: str, limit: int) -> None:
    laid = lines(text, limit)
    if laid is None:
        assert width(" ".join(text.split())) > limit
        return
    assert 1 <= len(laid) <= 2
    assert all(width(line) <= limit for line in laid)
    assert "".join(laid).replace(" ", "") == text.replace(" ", "")


@given(st.text(ALPHABET, max_size=80))
def test_pieces_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == " ".join(text.split())


@given(st.text(ALPHABET.replace(" ", ""), max_size=80), st.integers(10, 30))
def test_hard_cuts_fit_and_lose_nothing(word: str, limit: int) -> None:
    parts = hard_cut(word, limit)
    assert "".join(parts) == word
    assert all(width(part) <= limit for part in parts)


def test_two_lines_are_of_like_length() -> None:
    assert lines("the quick brown fox jumps over the lazy dog", 30) == (
        "the quick brown fox",
        "jumps over the lazy dog",
    )


def test_words_are_not_split() -> None:
    assert lines("incomprehensibilities abound", 25) == ("incomprehensibilities", "abound")


def test_chinese_takes_two_columns_and_breaks_anywhere() -> None:
    text = "广州市房地产中介协会分析认为市场"
    assert width(text) == 32
    assert lines(text, 20) == ("广州市房地产中介", "协会分析认为市场")
    assert lines(text, 15) is None


def test_closing_marks_do_not_begin_a_line_nor_opening_ones_end_it() -> None:
    assert pieces("你好，世界。") == ["你", "好，", "世", "界。"]
    assert pieces("他说「好」了") == ["他", "说", "「好」", "了"]


@pytest.mark.parametrize(
    ("parts", "text"),
    [(["a", "b"], "a b"), (["你", "好"], "你好"), (["你", "ok", "好"], "你ok好"), ([" ", ""], "")],
)
def test_joining(parts: list[str], text: str) -> None:
    assert joined(parts) == text
