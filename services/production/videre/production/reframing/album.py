"""The small pictures of a film's looks, kept in a file: five a second of a film of hours."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final, overload

import numpy as np

from videre.production.reframing.looks import COLUMNS, ROWS, Small

_BYTES: Final = ROWS * COLUMNS


class Album:
    """Pictures by number."""

    def __init__(self, file: BinaryIO) -> None:
        """Take an empty file; the pictures can be looked at while it is open."""
        self._file = file

    def add(self, picture: Small) -> None:
        """Put a picture behind the others."""
        self._file.write(picture.tobytes())

    def pages(self, numbers: Sequence[int]) -> Pages:
        """Return some of the pictures, read when they are looked at."""
        self._file.flush()
        return Pages(self._file.fileno(), numbers)


class Pages(Sequence[Small]):
    """Pictures of an album."""

    def __init__(self, file: int, numbers: Sequence[int]) -> None:
        self._file, self._numbers = file, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Small]:
        return (self._read(number) for number in self._numbers)

    @overload
    def __getitem__(self, place: int) -> Small: ...
    @overload
    def __getitem__(self, place: slice) -> Pages: ...
    def __getitem__(self, place: int | slice) -> Any:
        """Return a picture, or some."""
        if isinstance(place, slice):
            return Pages(self._file, self._numbers[place])
        return self._read(self._numbers[place])

    def _read(self, number: int) -> Small:
        data = os.pread(self._file, _BYTES, number * _BYTES)
        return np.frombuffer(data, np.uint8).reshape(ROWS, COLUMNS)
