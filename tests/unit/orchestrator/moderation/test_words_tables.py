"""Disguised words that have to be caught, and texts that only look like them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.tables import each
from videre.orchestrator.moderation.folds import Fold
from videre.orchestrator.moderation.lists import packaged_lists
from videre.orchestrator.moderation.words import Match, Matcher, matcher

_HERE = Path(__file__).parent


def _table(name: str) -> Mapping[str, Any]:
    return tomllib.loads((_HERE / f"{name}.toml").read_text("utf-8"))


CAUGHT = [
    (fold, text, entry)
    for fold, rows in _table("words_caught").items()
    for text, entry in rows.items()
]
INNOCENT = [text for texts in _table("words_innocent").values() for text in texts]
#: Folds that tables of other names show: several at once, or none.
_NOT_FOLDS = {"several", "patterns"}


@cache
def packaged() -> Matcher:
    return matcher(*(each for name, each in packaged_lists().items() if "@" not in name))


def _found(text: str) -> list[tuple[Match, str]]:
    return [(match, text[match.start : match.end]) for match in packaged().find(text)]


def test_the_tables_are_large_enough() -> None:
    assert min(len(CAUGHT), len(INNOCENT)) >= 200


def _is_caught(case: tuple[str, str, str]) -> None:
    fold, text, entry = case
    hits = [match for match, _ in _found(text) if match.entry.text == entry]
    assert hits, [match.entry.text for match, _ in _found(text)]
    if fold not in _NOT_FOLDS:
        assert any(Fold(fold) in match.folds(text) for match in hits)


def test_a_disguised_word_is_caught_and_says_how() -> None:
    each(CAUGHT, _is_caught)


def test_an_innocent_text_is_not() -> None:
    found = {
        text: [(match.entry.text, there) for match, there in _found(text)] for text in INNOCENT
    }
    assert {text: hits for text, hits in found.items() if hits} == {}


def test_an_illegal_advert_is_caught_line_by_line() -> None:
    """The lines of a real advert for finding out a child's sex, as they are read from it."""
    lines = ["专业查性别", "香港深圳抽血，可邮寄", "专业鉴定B超单", "b超仪器查性别", "加微信eee"]
    lists = {line: {match.word_list.list_id for match, _ in _found(line)} for line in lines}
    assert [lists[line] for line in lines] == [
        {"contraband-zh"}, set(), {"contraband-zh"}, {"contraband-zh"}, {"contact-zh"},
    ]  # fmt: skip
