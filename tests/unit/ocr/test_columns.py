"""Characters below each other are one line."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from videre.ocr.columns import join_columns
from videre.ocr.lines import Line

ASPECT = 16 / 9
HEIGHT, WIDTH = 700, 394  # square on the picture


def character(text: str, left: int, top: int, score: int = 9_000) -> Line:
    right, bottom = left + WIDTH, top + HEIGHT
    return Line(text, score, (left, top, right, top, right, bottom, left, bottom))


def column(text: str, left: int, top: int, step: int = 720) -> list[Line]:
    return [character(one, left, top + index * step) for index, one in enumerate(text)]


def texts(lines: list[Line]) -> list[str]:
    return sorted(line.text for line in lines)


def test_a_column_is_one_line_read_downwards() -> None:
    parts = column("城市的夜晚", 9_250, 3_700)
    (line,) = join_columns(parts, ASPECT)
    assert line.text == "城市的夜晚"
    assert line.quad == (9_250, 3_700, 9_644, 3_700, 9_644, 7_280, 9_250, 7_280)


@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 9_000), min_size=5, max_size=5))
def test_the_order_of_boxes_does_not_matter(chance: random.Random, scores: list[int]) -> None:
    parts = [
        Line(one.text, score, one.quad)
        for one, score in zip(column("城市的夜晚", 9_250, 3_700), scores, strict=True)
    ]
    mixed = chance.sample(parts, len(parts))
    assert join_columns(mixed, ASPECT) == join_columns(parts, ASPECT)


def test_columns_side_by_side_stay_apart() -> None:
    parts = column("床前明月光", 8_000, 1_000) + column("疑是地上霜", 7_000, 1_000)
    assert texts(join_columns(parts, ASPECT)) == sorted(["床前明月光", "疑是地上霜"])


def test_rows_of_characters_stay_rows() -> None:
    rows = [
        character(text, 1_000 + place * (WIDTH + 60), 1_000 + row * 1_200)
        for row, texts_ in enumerate(("春夏秋冬", "东西南北", "红黄蓝绿"))
        for place, text in enumerate(texts_)
    ]
    assert join_columns(rows, ASPECT) == rows


def test_what_is_no_column_stays_as_it_is() -> None:
    two = column("出口", 1_000, 1_000)
    letters = column("ABCD", 3_000, 1_000)
    words = column("城市的夜晚", 5_000, 1_000, step=720)
    sentence = Line("火车九点到站", 9_000, (5_000, 6_000, 8_000, 6_000, 8_000, 6_700, 5_000, 6_700))
    far = column("城市的夜晚", 8_000, 0, step=1_900)
    lines = [*two, *letters, *far, sentence]
    assert join_columns(lines, ASPECT) == lines
    assert texts(join_columns([*lines, *words], ASPECT)) == sorted([*texts(lines), "城市的夜晚"])
