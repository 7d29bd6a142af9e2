import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.ocr import gate

SECOND = 1_000_000_000


def street(shift: int = 0) -> np.ndarray:
    """A smooth picture with a soft texture, 640 × 360, grey."""
    y, x = np.mgrid[0:360, 0:640]
    hills: np.ndarray = 110 + 40 * np.sin((x + shift) / 60.0) + 30 * np.cos(y / 45.0)
    return hills.astype(np.uint8)


def with_caption(gray: np.ndarray, text: str, scale: float = 0.7, colour: int = 255) -> np.ndarray:
    return cv2.putText(
        gray.copy(), text, (180, 330), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, 2, cv2.LINE_AA
    )


def test_nothing_new_in_the_same_picture() -> None:
    seen = gate.look(with_caption(street(), "hello there"))
    assert gate.bounds(gate.new_strokes(seen, seen, seen)) is None
    assert not gate.is_cut(seen, seen)
    assert not gate.is_new_shot(seen, seen, 3600 * SECOND)
    assert not gate.is_stale(seen, seen, 3600 * SECOND)


@pytest.mark.parametrize("colour", [255, 0])
@pytest.mark.parametrize("text", ["hello there", "Wo?"])
def test_a_caption_is_found_where_it_came(text: str, colour: int) -> None:
    before, now = gate.look(street()), gate.look(with_caption(street(), text, colour=colour))
    area = gate.bounds(gate.new_strokes(before, before, now))
    if area is None:  # two letters count only once they have stayed where they are
        area = gate.bounds(gate.new_strokes(before, now, now))
    assert area is not None
    assert 160 <= area.left <= 200
    assert 300 <= area.top < area.bottom <= 345


def test_a_slow_drift_of_tone_is_not_text() -> None:
    before, now = gate.look(street()), gate.look(street(shift=25))
    assert gate.bounds(gate.new_strokes(before, now, now)) is None


def test_another_shot_is_a_cut_but_not_twice_in_a_second() -> None:
    dark, bright = gate.look(street() // 4), gate.look(street())
    assert gate.is_cut(dark, bright)
    assert gate.is_new_shot(dark, bright, SECOND)
    assert not gate.is_new_shot(dark, bright, SECOND - 1)


def test_a_changed_picture_grows_stale() -> None:
    read, now = gate.look(with_caption(street(), "hello there")), gate.look(street())
    assert not gate.is_stale(read, now, SECOND)
    assert gate.is_stale(read, now, 2 * SECOND)


def test_searched_cells_are_no_longer_new() -> None:
    read, now = gate.look(street()), gate.look(with_caption(street(), "hello there"))
    area = gate.bounds(gate.new_strokes(read, read, now))
    assert area is not None
    after = gate.searched(read, now, area.grown(24, 640, 360))
    assert gate.bounds(gate.new_strokes(after, now, now)) is None
    assert np.array_equal(after.strokes[:30], read.strokes[:30])
    assert not np.array_equal(after.strokes, read.strokes)


def test_small_print_makes_a_long_run() -> None:
    assert not gate.has_long_stroke_run(gate.look(street()))
    small = with_caption(street(), "all rights reserved by somebody", scale=0.35)
    assert gate.has_long_stroke_run(gate.look(small))


@given(st.integers(1, 40), st.integers(1, 40))
def test_pictures_of_any_size_have_a_look(height: int, width: int) -> None:
    seen = gate.look(np.full((height, width), 90, np.uint8))
    assert seen.strokes.shape == (height // 8, width // 8)
    assert not gate.has_long_stroke_run(seen)
    assert gate.bounds(gate.new_strokes(seen, seen, seen)) is None
    assert not gate.is_cut(seen, seen)


def test_coarse_luma_is_the_mean_of_whole_cells() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (75, 110), dtype=np.uint8)
    luma = gate.look(noise).luma
    assert luma.shape == (2, 3)
    for row, column in np.ndindex(luma.shape):
        cell = noise[32 * row : 32 * row + 32, 32 * column : 32 * column + 32]
        assert luma[row, column] == int(cell.mean())
    assert (gate.look(np.full((64, 64), 255, np.uint8)).luma == 255).all()
