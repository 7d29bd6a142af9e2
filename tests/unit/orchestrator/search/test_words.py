"""Terms of texts and queries: the same words give the same terms however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.search.words import LONGEST, index_terms, indexed, query_terms


def texts(text: str) -> list[str]:
    return [term.text for term in query_terms(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Café’s DOGS", "the cafe dog"),
        ("ＡＢＣ running", "abc runs"),
        ("火山爆發", "火山爆发"),
        ("résumé naïve", "resume naive"),
        ("don’t", "don't"),
    ],
)
def test_words_that_are_the_same(one: str, other: str) -> None:
    assert texts(one) == texts(other)


def test_chinese_is_cut_into_words_with_those_inside_longer_ones() -> None:
    assert texts("小猫在北京大学弹吉他") == ["小猫", "在", "北京大学", "弹", "吉他"]
    inside = {term.text: term.place for term in index_terms("我在北京大學")}
    assert inside["北京"] == inside["北京大学"] == 2
    assert inside["大学"] == 4


def test_other_writing_without_blanks_gives_characters() -> None:
    assert texts("カタカナ") == list("カタカナ")


@given(st.text(max_size=60))
def test_terms_stand_in_their_text_in_order(text: str) -> None:
    terms, places = indexed(text)
    asked = query_terms(text)
    for term in terms:
        assert 0 <= term.start < term.end <= len(text)
        assert 0 <= term.place < places
        assert 0 < len(term.text) <= LONGEST
        assert "\0" not in term.text
    assert [t.start for t in terms] == sorted(t.start for t in terms)
    assert {(t.text, t.place) for t in asked} <= {(t.text, t.place) for t in terms}


@given(st.text(alphabet="北京大学生 ab火山，", max_size=30))
def test_a_text_is_found_by_its_own_terms(text: str) -> None:
    assert {term.text for term in query_terms(text)} <= {term.text for term in index_terms(text)}
