"""Small pictures in a file: what comes out is what went in."""

from __future__ import annotations

import tempfile

import numpy as np

from videre.production.reframing.album import Album
from videre.production.reframing.looks import COLUMNS, ROWS


def test_pictures_are_read_by_their_numbers() -> None:
    chance = np.random.default_rng(3)
    pictures = [chance.integers(0, 255, (ROWS, COLUMNS)).astype(np.uint8) for _ in range(9)]
    with tempfile.TemporaryFile() as file:
        album = Album(file)
        for picture in pictures:
            album.add(picture)
        pages = album.pages(range(2, 8))
        assert len(pages) == 6
        assert np.array_equal(pages[-1], pictures[7])
        assert all(np.array_equal(*pair) for pair in zip(pages, pictures[2:8], strict=True))
        assert all(np.array_equal(*pair) for pair in zip(pages[1:3], pictures[3:5], strict=True))
