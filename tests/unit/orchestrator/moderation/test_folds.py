"""Folds take differences away and know where every character came from."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.moderation.characters import simplified
from videre.orchestrator.moderation.folds import (
    Fold,
    Folded,
    abbreviated,
    folds_between,
    latin,
    plain,
    readable,
    romanised,
)

HAN = [c for c in map(chr, range(0x3400, 0xA000)) if unicodedata.category(c) == "Lo"]
TEXTS = st.text() | st.text(st.sampled_from("ab l1!０Ａ色情 賭-\u200b女马é"), max_size=20)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ｐórn, Ж", "pornж"),
        ("賭 博", "赌博"),
        ("c o c a", "coca"),
        ("a b", "a b"),
        ("x  y\n z", "xyz"),
        ("ﬁsh\u200b!", "fish"),
        ("", ""),
    ],
)
def test_what_never_matters_goes_away(text: str, folded: str) -> None:
    assert plain(text).text == folded


def test_of_a_chinese_character_nothing_but_its_script_is_folded() -> None:
    text = "".join(HAN)
    assert unicodedata.normalize("NFKD", text) == text == text.casefold()
    assert [plain(c).text for c in HAN[::97]] == [simplified(c) for c in HAN[::97]]
    assert readable("\u9fff㐀馬").text == "\u9fff㐀马"


@pytest.mark.parametrize(
    ("text", "folded"), [("P0rrn", "porn"), ("h€ll0", "heio"), ("a$$", "as"), ("1l!I", "i")]
)
def test_signs_are_letters_and_runs_are_one(text: str, folded: str) -> None:
    assert latin(text).text == folded


def test_pinyin_and_its_first_letters() -> None:
    assert romanised("赌博ok").text == "dubook"
    assert abbreviated("赌博ok").text == "dbok"


@pytest.mark.parametrize("fold", [plain, readable, latin, romanised])
@given(text=TEXTS)
def test_every_character_has_a_place_in_the_original(fold: object, text: str) -> None:
    folded: Folded = fold(text)  # type: ignore[operator]
    assert len(folded.text) == len(folded.first) == len(folded.after)
    assert folded.original == text
    before = 0
    for first, after in zip(folded.first, folded.after, strict=True):
        assert before <= first < after <= len(text)
        before = first


@given(TEXTS)
def test_no_difference_needs_no_fold(text: str) -> None:
    assert folds_between(text, text) == ()


@given(st.text(st.sampled_from("porn"), min_size=1, max_size=8))
def test_case_alone_is_named_alone(text: str) -> None:
    assert folds_between(text.upper(), text) == (Fold.CASE,)
