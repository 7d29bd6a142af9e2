"""Sizes from JPEG headers, before anything is decoded."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.visual import jpeg
from videre.visual.pictures import decode_jpeg


def encoded(width: int, height: int, *parameters: int) -> bytes:
    picture = np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)
    _, data = cv2.imencode(".jpg", picture, list(parameters))
    return data.tobytes()


@pytest.mark.parametrize("progressive", [0, 1])
def test_the_size_is_read(progressive: int) -> None:
    data = encoded(37, 21, cv2.IMWRITE_JPEG_PROGRESSIVE, progressive)
    assert jpeg.dimensions(data) == (37, 21)


def test_a_header_that_claims_too_much_is_refused_before_decoding() -> None:
    data = bytearray(encoded(16, 16))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    with pytest.raises(ValueError, match="65535 × 65535"):
        decode_jpeg(bytes(data), 1280)


@given(st.integers(0, 1000))
def test_every_cut_is_noticed(length: int) -> None:
    data = encoded(16, 16)
    with pytest.raises(ValueError, match="JPEG"):
        jpeg.dimensions(data[: min(length, len(data) - 1)])


@given(st.binary(max_size=200))
def test_rubbish_is_refused_in_words(middle: bytes) -> None:
    try:
        width, height = jpeg.dimensions(b"\xff\xd8" + middle + b"\xff\xd9")
    except ValueError:
        return
    assert width > 0
    assert height > 0
