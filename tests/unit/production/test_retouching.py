"""Marks and captions on the planes of pictures: colours, places, fonts, times."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.common.errors import Reason, VidereError
from videre.production.rendering.canvas import Canvas
from videre.production.retouching.drawing import drawn, wrapped
from videre.production.retouching.edits import Caption, Captions, Edits, Mark, shown_at
from videre.production.retouching.fonts import Font, find_font, missing, require_glyphs, written
from videre.production.retouching.marks import fitted_mark, placed_mark
from videre.production.retouching.planes import (
    Coding,
    Planes,
    planes_of_frame,
    planes_of_picture,
)
from videre.production.retouching.retoucher import Retoucher
from videre.production.retouching.sprites import Sprite

PACKAGED = Font("", "")
RED = np.array([255, 0, 0, 255], np.uint8)


def frame(
    width: int, height: int, kind: str = "yuv420p", bits: int = 8, value: int = 100, **canvas: str
) -> Planes:
    across, down = {"yuv420p": (1, 1), "yuv422p": (1, 0), "yuv444p": (0, 0)}[kind]
    depth = np.uint8 if bits == 8 else np.uint16
    half = (-(-height // (1 << down)), -(-width // (1 << across)))
    arrays = [np.full(shape, value, depth) for shape in ((height, width), half, half)]
    return planes_of_frame(arrays, Canvas(width, height, kind, **canvas), bits)


def test_colours_are_written_as_the_matrix_says() -> None:
    red = np.array([[[1.0, 0.0, 0.0]]], np.float32)
    white = np.ones((1, 1, 3), np.float32)
    # BT.709 and BT.601 in limited range, as every table of colour bars has them.
    assert [round(float(one[0, 0])) for one in Coding("bt709", False, 8, "").written(red)] == [
        63, 102, 240,
    ]  # fmt: skip
    assert [round(float(one[0, 0])) for one in Coding("smpte170m", False, 8, "").written(red)] == [
        81, 90, 240,
    ]  # fmt: skip
    deep = Coding("bt709", False, 10, "").written(white)
    assert [round(float(one[0, 0])) for one in deep] == [940, 512, 512]
    full = Coding("bt709", True, 8, "").written(white)
    assert [round(float(one[0, 0])) for one in full] == [255, 128, 128]
    assert [float(one[0, 0]) for one in Coding("", True, 8, "").written(red)] == [0, 0, 255]


def test_white_is_graphics_white_in_high_dynamic_range() -> None:
    white, black = np.ones((1, 1, 3), np.float32), np.zeros((1, 1, 3), np.float32)
    pq = Coding("bt2020nc", False, 10, "smpte2084").written(white)[0]
    assert float(pq[0, 0] - 64) / 876 == pytest.approx(0.58, abs=0.005)  # ITU-R BT.2408, table 1
    hlg = Coding("bt2020nc", False, 10, "arib-std-b67").written(white)[0]
    assert float(hlg[0, 0] - 64) / 876 == pytest.approx(0.75, abs=0.005)
    for transfer in ("smpte2084", "arib-std-b67"):
        assert float(Coding("bt2020nc", False, 10, transfer).written(black)[0][0, 0]) == 64


@settings(max_examples=40)
@given(
    st.integers(1, 40), st.integers(1, 30), st.integers(1, 20), st.integers(1, 20),
    st.integers(-30, 50), st.integers(-30, 50), st.sampled_from(["yuv420p", "yuv422p", "yuv444p"]),
)  # fmt: skip
def test_what_lies_beside_a_sprite_keeps_its_samples(
    width: int, height: int, wide: int, high: int, left: int, top: int, kind: str
) -> None:
    planes = frame(width, height, kind)
    Sprite(np.full((high, wide, 4), 255, np.uint8), left, top).paint(planes)
    touched = np.zeros((height, width), bool)
    touched[max(0, top) : max(0, top + high), max(0, left) : max(0, left + wide)] = True
    luma = planes.arrays[0]
    assert (luma[touched] == 235).all()
    assert (luma[~touched] == 100).all()
    for array, (across, down) in zip(planes.arrays[1:], planes.shifts[1:], strict=True):
        assert (array[~_covering(touched, across, down, array.shape)] == 100).all()


def _covering(mask: np.ndarray, across: int, down: int, shape: tuple[int, int]) -> np.ndarray:
    covered = np.zeros(shape, bool)
    rows, columns = np.nonzero(mask)
    covered[rows >> down, columns >> across] = True
    return covered


def test_opacity_mixes() -> None:
    picture = np.full((4, 4, 3), 200, np.uint8)
    Sprite(np.tile(RED, (2, 2, 1)), 1, 1, opacity=0.5).paint(planes_of_picture(picture))
    assert picture[1, 1].tolist() == [100, 100, 228]
    assert picture[0, 0].tolist() == [200, 200, 200]


def test_packaged_font_has_chinese_and_names_what_it_lacks() -> None:
    assert missing(PACKAGED, "Añ中文汉字日本テスト한국Кирилл “—” 123?!\n") == []
    lacking = "\U0001f600\u05d0\u0915\u0e33\u202e"
    assert missing(PACKAGED, lacking) == sorted(lacking)
    with pytest.raises(VidereError) as caught:
        require_glyphs(PACKAGED, ["good", "\U0001f600"], "task.watermark.text")
    assert caught.value.reason is Reason.FIELD_INVALID
    assert caught.value.violations[0].field == "task.watermark.text"
    assert "U+1F600" in caught.value.violations[0].actual


def test_a_font_that_is_none_is_refused(tmp_path: Path) -> None:
    assert find_font(None).name.startswith("opencv 5")
    wrong = tmp_path / "font.ttf"
    for content in (None, b"no font"):
        if content is not None:
            wrong.write_bytes(content)
        with pytest.raises(VidereError) as caught:
            find_font(wrong)
        assert caught.value.reason is Reason.MODEL_UNAVAILABLE


def test_text_is_white_with_an_outline_or_on_a_box() -> None:
    face = PACKAGED.open()
    outlined = drawn(face, ["中文 Test", "Þ"], 40, boxed=False)
    assert outlined[0, 0].tolist() == [0, 0, 0, 0]
    inside = outlined[outlined[:, :, 3] == 255]
    assert (inside[:, 0] > 250).any()
    assert (inside[:, 0] < 5).any()
    rows = np.flatnonzero((outlined[:, :, 0] > 200).any(axis=1))
    assert rows[0] >= 2  # nothing is cut off
    assert rows[-1] <= outlined.shape[0] - 3
    assert outlined.shape[0] >= 80
    boxed = drawn(face, ["中文 Test"], 40, boxed=True)
    assert boxed[0, 0].tolist() == [0, 0, 0, 153]


def test_long_lines_are_broken_where_a_line_may_end() -> None:
    assert wrapped(["one two three", "four"], lambda line: len(line) <= 8) == (
        "one two", "three", "four",
    )  # fmt: skip
    assert wrapped(["一二三四五六"], lambda line: len(line) <= 4) == ("一二三四", "五六")
    assert wrapped(["incomprehensible"], lambda line: len(line) <= 4) == ("incomprehensible",)


@given(
    st.tuples(st.integers(1, 500), st.integers(1, 500)), st.floats(1, 2_000),
    st.tuples(st.integers(16, 800), st.integers(16, 800)), st.integers(0, 7),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)  # fmt: skip
def test_marks_stand_inside_their_margins(
    shape: tuple[int, int], wanted: float, size: tuple[int, int], margin: int,
    anchor: tuple[float, float],
) -> None:  # fmt: skip
    mark = fitted_mark(shape, wanted, size, margin)
    left, top = placed_mark(mark, size, anchor, margin)
    assert margin <= left <= left + mark[0] <= size[0] - margin + 1
    assert margin <= top <= top + mark[1] <= size[1] - margin + 1


def test_times_are_half_open() -> None:
    assert shown_at((), 5)
    assert [shown_at(((10, 20), (30, 40)), ns) for ns in (9, 10, 19, 20, 30, 40)] == [
        False, True, True, False, True, False,
    ]  # fmt: skip
    assert shown_at(((10, 20),), None)


def test_marks_come_and_go(tmp_path: Path) -> None:
    np.save(tmp_path / "mark.npy", np.full((4, 4, 4), 255, np.uint8))
    mark = Mark(str(tmp_path / "mark.npy"), 2, 2, 1.0, ((10, 20),))
    retoucher = Retoucher(Edits(marks=(mark,)), (16, 16))
    for ns, value in ((0, 100), (10, 235), (19, 235), (20, 100)):
        planes = frame(16, 16)
        retoucher.apply(planes, ns)
        assert planes.arrays[0][3, 3] == value


def _rows_written(cues: tuple[Caption, ...], ns: int) -> np.ndarray:
    captions = Captions("", cues, line_height=20, bottom=10, boxed=False)
    planes = frame(200, 120)
    Retoucher(Edits(captions=captions), (200, 120)).apply(planes, ns)
    return np.flatnonzero((planes.arrays[0] > 200).any(axis=1))


def test_captions_stand_above_the_margin_and_above_each_other() -> None:
    cues = (
        Caption(0, 100, ("low",)), Caption(5, 8, ("short",)), Caption(10, 50, ("high",)),
    )  # fmt: skip
    alone = _rows_written(cues, 60)
    assert alone[0] > 80
    assert alone[-1] < 110
    both = _rows_written(cues, 20)
    assert both[0] < alone[0] - 10
    assert set(alone) <= set(both)
    assert not len(_rows_written(cues, 100))


def test_a_line_that_is_wider_than_the_frame_is_broken() -> None:
    words = "word " * 12
    rows = _rows_written((Caption(0, 10, (words.strip(),)),), 0)
    assert len(rows) > 30  # three lines
    assert written(PACKAGED.open(), words, 15).shape[1] > 200
