import cv2
import numpy as np
import pytest

from videre.ocr import ctc, dbnet


@pytest.mark.parametrize(
    ("height", "width", "side", "expected"),
    [
        (720, 1280, 640, (352, 640)),
        (1280, 720, 640, (640, 352)),
        (300, 400, 640, (288, 384)),
        (17, 28, 640, (32, 32)),
        (2, 1280, 640, (32, 640)),
    ],
)
def test_network_size(height: int, width: int, side: int, expected: tuple[int, int]) -> None:
    assert dbnet.input_size(height, width, side) == expected


def test_tensors_span_minus_one_to_one() -> None:
    picture = np.zeros((32, 64, 3), np.uint8)
    picture[..., 2] = 255
    tensor = dbnet.to_tensor(picture)
    assert tensor.shape == (1, 3, 32, 64)
    assert tensor.dtype == np.float32
    assert (tensor[0, 0] == -1).all()
    assert tensor[0, 2] == pytest.approx(1)


def test_a_bar_of_probability_becomes_a_grown_outline() -> None:
    probability = np.zeros((100, 200), np.float32)
    probability[40:60, 50:150] = 0.9
    [(quad, score)] = dbnet.find_boxes(probability, 200, 400, cv2)
    # A bar of w × h grows by its area × 1.6 / its circumference on every side (about 13).
    assert quad[0] == pytest.approx((2 * (50 - 13.5), 2 * (40 - 13.5)), abs=4)
    assert quad[2] == pytest.approx((2 * (150 + 12.5), 2 * (60 + 12.5)), abs=4)
    assert 0.8 < score <= 0.9


def test_faint_and_tiny_spots_are_no_lines() -> None:
    probability = np.zeros((100, 200), np.float32)
    probability[10:30, 10:90] = 0.4
    probability[80, 100] = 1.0
    assert dbnet.find_boxes(probability, 100, 200, cv2) == []


def test_outlines_stay_in_the_picture() -> None:
    probability = np.full((64, 64), 0.95, np.float32)
    [(quad, _)] = dbnet.find_boxes(probability, 640, 640, cv2)
    assert quad.min() >= 0
    assert quad.max() <= 639


def test_corners_run_clockwise_from_the_top_left() -> None:
    corners = np.array([(0, 10), (10, 0), (100, 90), (90, 100)], np.float32)
    for shift in range(4):
        ordered = dbnet.clockwise(np.roll(corners, shift, axis=0))
        assert ordered.tolist() == [[10, 0], [100, 90], [90, 100], [0, 10]] or (
            ordered.tolist() == [[0, 10], [10, 0], [100, 90], [90, 100]]
        )


@pytest.mark.parametrize(
    ("height", "width", "padded"), [(24, 12, 96), (24, 100, 224), (48, 97, 128), (10, 2000, 3200)]
)
def test_a_crop_is_as_wide_as_itself(height: int, width: int, padded: int) -> None:
    tensor = ctc.to_tensor(np.full((height, width, 3), 255, np.uint8), cv2)
    assert tensor.shape == (1, 3, 48, padded)
    assert tensor[0, 0, 24, 0] == pytest.approx(1)


def test_repeats_collapse_and_blanks_part() -> None:
    alphabet = ("", "a", "b")
    path = [0, 1, 1, 0, 1, 2, 2, 0]
    steps = np.full((len(path), 3), 0.1, np.float32)
    steps[np.arange(len(path)), path] = 0.8
    text, score = ctc.decode(steps, alphabet)
    assert text == "aab"
    assert score == pytest.approx(0.8)
    assert ctc.decode(np.array([[0.9, 0.1, 0.0]], np.float32), alphabet) == ("", 0.0)
