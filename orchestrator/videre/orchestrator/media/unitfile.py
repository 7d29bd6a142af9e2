"""The files a decode child leaves per unit: `unit-N.signals` and `unit-N.frames`.

`.signals` holds raw records of `videre.common.signals`. `.frames` holds a header (uint32 length,
little endian; JSON) and the JPEGs one after another. Both appear whole or not at all; `.frames`
appears last and tells that the unit is complete.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from videre.orchestrator.media.index import UnitRange
from videre.orchestrator.media.records import SIGNAL_TYPE, Signals


@dataclass(frozen=True, slots=True)
class Candidate:
    """One kept picture of a unit.

    Args:
        frame: frame index.
        time_ns: from the origin.
        changed: edges or colours differ from the unit's last candidate marked so; the first is.
        reasons: bits of `candidates.Pick`.
        sharpness: mean squared Laplacian of the coarse luma.
        luma_mean: 0..255.
        luma_deviation: 0..255.
        size: bytes of the JPEG.
    """

    frame: int
    time_ns: int
    changed: bool
    reasons: int
    sharpness: float
    luma_mean: float
    luma_deviation: float
    size: int


def signals_path(folder: Path, unit: int) -> Path:
    """Return where a unit's signals lie."""
    return folder / f"unit-{unit}.signals"


def frames_path(folder: Path, unit: int) -> Path:
    """Return where a unit's pictures lie."""
    return folder / f"unit-{unit}.frames"


def write_unit(
    folder: Path,
    unit: UnitRange,
    signals: Signals,
    candidates: Sequence[Candidate],
    jpegs: Sequence[bytes],
    missing: Sequence[tuple[int, int]],
) -> None:
    """Write both files of a unit, whole."""
    header = json.dumps(
        {
            "unit": asdict(unit),
            "missing": missing,
            "candidates": [list(asdict(candidate).values()) for candidate in candidates],
        }
    ).encode()
    _replace(signals_path(folder, unit.index), [signals.tobytes()])
    _replace(frames_path(folder, unit.index), [struct.pack("<I", len(header)), header, *jpegs])


def _replace(path: Path, parts: Sequence[bytes]) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    with partial.open("wb") as target:
        target.writelines(parts)
    partial.replace(path)


class UnitSpool:
    """The decoded form of one unit, read from its files."""

    def __init__(self, folder: Path, unit: int) -> None:
        """Read the header of a unit's files.

        Raises:
            FileNotFoundError: the unit was not decoded into this folder.
        """
        self._folder = folder
        self._frames = frames_path(folder, unit)
        with self._frames.open("rb") as source:
            (length,) = struct.unpack("<I", source.read(4))
            header = json.loads(source.read(length))
        self.unit = UnitRange(**header["unit"])
        self.missing: tuple[tuple[int, int], ...] = tuple(
            (start, end) for start, end in header["missing"]
        )
        self.candidates = tuple(Candidate(*values) for values in header["candidates"])
        sizes = [candidate.size for candidate in self.candidates]
        offsets = (4 + length + np.cumsum([0, *sizes])).tolist()
        self._places = {
            candidate.frame: (offset, candidate.size)
            for candidate, offset in zip(self.candidates, offsets, strict=False)
        }

    @cached_property
    def signals(self) -> Signals:
        """Records of the unit's frames and of up to 2 s on either side, in order, without gaps."""
        data = signals_path(self._folder, self.unit.index).read_bytes()
        return np.frombuffer(data, SIGNAL_TYPE)

    def jpeg(self, frame: int) -> bytes:
        """Return the JPEG of a candidate.

        Raises:
            KeyError: the frame is no candidate.
        """
        offset, size = self._places[frame]
        with self._frames.open("rb") as source:
            source.seek(offset)
            return source.read(size)
