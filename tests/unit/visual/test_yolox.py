"""YOLOX before and after the network."""

from __future__ import annotations

import numpy as np
import pytest

from videre.visual import yolox

ANCHORS = 52 * 52 + 26 * 26 + 13 * 13


def test_the_input_is_normalised_rgb_in_channel_order() -> None:
    canvas = np.zeros((yolox.SIDE, yolox.SIDE, 3), dtype=np.uint8)
    canvas[0, 0] = (0, 0, 255)  # red, as B, G, R
    value = yolox.to_input(canvas)
    assert value.shape == (1, 3, 416, 416)
    assert value.dtype == np.float32
    assert value[0, :, 0, 0] == pytest.approx(
        [(1 - 0.485) / 0.229, -0.456 / 0.224, -0.406 / 0.225], abs=1e-5
    )


def test_the_input_is_the_normalised_picture_bit_by_bit() -> None:
    canvas = np.random.default_rng(0).integers(0, 256, (yolox.SIDE, yolox.SIDE, 3), np.uint8)
    rgb = canvas[:, :, ::-1].astype(np.float32) * np.float32(1 / 255)
    mean, deviation = (
        np.array(values, np.float32) for values in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    )
    assert np.array_equal(yolox.to_input(canvas)[0], ((rgb - mean) / deviation).transpose(2, 0, 1))


@pytest.mark.parametrize(
    ("anchor", "centre", "stride"),
    [
        (0, (0.5, 0.5), 8),
        (52 * 52 + 27, (1.5, 1.5), 16),
        (ANCHORS - 1, (12.5, 12.5), 32),
    ],
)
def test_boxes_are_decoded_on_their_grid(
    anchor: int, centre: tuple[float, float], stride: int
) -> None:
    outputs = np.zeros((ANCHORS, 85), dtype=np.float32)
    outputs[anchor, :4] = (0.5, 0.5, np.log(2), np.log(4))
    outputs[anchor, 4] = 0.5
    outputs[anchor, 5 + 7] = 0.8
    boxes, scores = yolox.decode(outputs)
    x, y = centre[0] * stride, centre[1] * stride
    assert boxes[anchor] == pytest.approx([x - stride, y - 2 * stride, x + stride, y + 2 * stride])
    assert scores[anchor, 7] == pytest.approx(0.4)
    assert np.count_nonzero(scores) == 1
