"""Grids in a file are read as those of an array are."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from videre.orchestrator.steps.grids import GridFile

_ARRAY = np.random.default_rng(7).integers(0, 256, (50, 9, 16)).astype(np.uint8)


@pytest.fixture
def grids(tmp_path: Path) -> GridFile:
    made = GridFile(tmp_path / "spool")
    made.append(_ARRAY[:20])
    made.append(_ARRAY[20:21])
    made.append(_ARRAY[21:][:, :, ::-1][:, :, ::-1])  # a view of other strides
    return made


@pytest.mark.parametrize(
    "place",
    [
        0, 49, -1, np.int64(20), slice(18, 23), slice(0, 50), slice(48, 60), slice(5, 5),
        slice(9, 3), slice(0, 9, 2), slice(None), [3, 1, 49], np.array([[0, 1], [20, 21]]),
        np.zeros(0, np.int64), np.int64([7]),
    ],
)  # fmt: skip
def test_every_place_is_read_as_of_an_array(grids: GridFile, place: object) -> None:
    read, known = grids[place], _ARRAY[place]  # type: ignore[index]
    assert read.shape == known.shape
    assert read.dtype == known.dtype
    assert (read == known).all()


def test_they_have_the_length_of_what_was_appended(grids: GridFile, tmp_path: Path) -> None:
    assert len(grids) == len(_ARRAY)
    assert len(GridFile(tmp_path)) == 0


def test_a_frame_that_there_is_not_is_refused(grids: GridFile) -> None:
    with pytest.raises(IndexError):
        grids[50]


def test_the_file_has_no_name_and_ends_with_its_reader(tmp_path: Path) -> None:
    grids = GridFile(tmp_path)
    grids.append(_ARRAY)
    assert not list(tmp_path.iterdir())
    open_files = len(os.listdir("/proc/self/fd"))
    del grids
    assert len(os.listdir("/proc/self/fd")) == open_files - 1
