"""YuNet before and after the network."""

from __future__ import annotations

import numpy as np
import pytest

from videre.visual import yunet

WIDTH, HEIGHT = 96, 64


def blank() -> list[np.ndarray]:
    """Raw outputs that hold no face."""
    anchors = [WIDTH * HEIGHT // stride**2 for stride in yunet.STRIDES]
    return [np.zeros((count, values), np.float32) for values in (1, 1, 4, 10) for count in anchors]


def test_the_input_is_padded_below_and_at_the_right() -> None:
    picture = np.full((50, 70, 3), (1, 2, 3), np.uint8)
    value = yunet.to_input(picture)
    assert value.shape == (1, 3, 64, 96)
    assert value.dtype == np.float32
    assert (value[0, :, :50, :70] == np.array([1, 2, 3])[:, None, None]).all()
    assert not value[0, :, 50:].any()
    assert not value[0, :, :, 70:].any()


@pytest.mark.parametrize(
    ("place", "anchor", "at"), [(0, 12 * 3 + 5, (5, 3)), (1, 6, (0, 1)), (2, 5, (2, 1))]
)
def test_faces_are_decoded_on_their_grid(place: int, anchor: int, at: tuple[int, int]) -> None:
    outputs, stride = blank(), yunet.STRIDES[place]
    outputs[place][anchor] = 0.81
    outputs[place + 3][anchor] = 2.0  # cut to 1
    outputs[place + 6][anchor] = (0.5, 0.25, np.log(2), np.log(4))
    outputs[place + 9][anchor] = np.arange(10) / 10
    (face,) = yunet.decode(outputs, WIDTH, 0.5)
    x, y = (at[0] + 0.5) * stride, (at[1] + 0.25) * stride
    assert face[:4] == pytest.approx([x - stride, y - 2 * stride, 2 * stride, 4 * stride])
    points = (np.arange(10) / 10 + np.tile(at, 5)) * stride
    assert face[4:14] == pytest.approx(points)
    assert face[14] == pytest.approx(0.9)


def test_what_scores_less_is_no_face() -> None:
    outputs = blank()
    outputs[0][7], outputs[3][7] = 0.5, 0.4
    assert yunet.decode(outputs, WIDTH, 0.5).shape == (0, 15)
    assert yunet.whole_boxes(yunet.decode(outputs, WIDTH, 0.5)).shape == (0, 4)


def test_boxes_are_compared_in_whole_pixels() -> None:
    face = np.zeros((1, 15), np.float32)
    face[0, :4] = (-1.5, 2.5, 3.9, 4.1)
    assert yunet.whole_boxes(face).tolist() == [[-1, 2, 2, 6]]
