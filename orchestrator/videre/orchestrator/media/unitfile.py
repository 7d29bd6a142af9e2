"""The files a decode child leaves per unit, in a folder of its own.

`signals-2` holds raw records of `videre.common.signals`, `quality-1` those of `quality_records`.
`frames` holds a header (uint32 length, little endian; JSON) and the JPEGs one after another. They
appear whole or not at all; `frames` appears last and tells that the unit is complete.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from videre.orchestrator.media.index import UnitRange
from videre.orchestrator.media.quality_records import PICTURE_TYPE
from videre.orchestrator.media.records import SIGNAL_TYPE, Signals

#: The numbers belong to the layout of the records: what an older release left is made again.
_SIGNALS: Final = "signals-2"
_QUALITY: Final = "quality-1"
_FRAMES: Final = "frames"


class DamagedUnit(ValueError):
    """A unit's file is not what was written."""


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


def unit_folder(folder: Path, unit: int) -> Path:
    """Return the folder of a unit inside its media's folder."""
    return folder / f"unit-{unit}"


def is_complete(own: Path) -> bool:
    """Tell whether a unit's folder holds all its files, whole: a power cut may leave them cut."""
    try:
        UnitSpool(own)
    except (FileNotFoundError, DamagedUnit):
        return False
    return (own / _SIGNALS).exists() and (own / _QUALITY).exists()


def write_unit(
    folder: Path,
    unit: UnitRange,
    signals: Signals,
    quality: Signals,
    candidates: Sequence[Candidate],
    jpegs: Sequence[bytes],
    missing: Sequence[tuple[int, int]],
) -> None:
    """Write the files of a unit, whole, into its folder inside the media's `folder`."""
    header = json.dumps(
        {
            "unit": asdict(unit),
            "missing": missing,
            "candidates": [list(asdict(candidate).values()) for candidate in candidates],
        }
    ).encode()
    own = unit_folder(folder, unit.index)
    own.mkdir(exist_ok=True)
    _replace(own / _SIGNALS, [signals.tobytes()])
    _replace(own / _QUALITY, [quality.tobytes()])
    _replace(own / _FRAMES, [struct.pack("<I", len(header)), header, *jpegs])


def _replace(path: Path, parts: Sequence[bytes]) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    with partial.open("wb") as target:
        target.writelines(parts)
    partial.replace(path)


class UnitSpool:
    """The decoded form of one unit, read from its files."""

    def __init__(self, folder: Path) -> None:
        """Read the header of the files in a unit's folder.

        Raises:
            FileNotFoundError: the unit was not decoded into this folder.
            DamagedUnit: it was, but the file is not whole any more.
        """
        self._signals = folder / _SIGNALS
        self._quality = folder / _QUALITY
        self._frames = folder / _FRAMES
        try:
            self._read_header()
        except (AttributeError, LookupError, RecursionError, struct.error, TypeError,
                ValueError) as error:  # fmt: skip
            raise DamagedUnit(f"{self._frames}: {error}") from error

    def _read_header(self) -> None:
        with self._frames.open("rb") as source:
            (length,) = struct.unpack("<I", source.read(4))
            header = json.loads(source.read(length))
        self.unit = UnitRange(**header["unit"])
        self.missing: tuple[tuple[int, int], ...] = tuple(
            (start, end) for start, end in header["missing"]
        )
        self.candidates = tuple(Candidate(*values) for values in header["candidates"])
        offset = 4 + length
        self._places: dict[int, tuple[int, int]] = {}
        for candidate in self.candidates:
            self._places[candidate.frame] = (offset, candidate.size)
            offset += candidate.size
        if offset != self._frames.stat().st_size:
            raise DamagedUnit(f"{self._frames}: not {offset} bytes")

    @cached_property
    def signals(self) -> Signals:
        """Records of the unit's frames and of up to 2 s on either side, in order, without gaps."""
        return np.frombuffer(self._signals.read_bytes(), SIGNAL_TYPE)

    @cached_property
    def quality(self) -> Signals:
        """Measures of technical quality of the unit's own frames, in order, without gaps."""
        return np.frombuffer(self._quality.read_bytes(), PICTURE_TYPE)

    def jpeg(self, frame: int) -> bytes:
        """Return the JPEG of a candidate.

        Raises:
            KeyError: the frame is no candidate.
        """
        offset, size = self._places[frame]
        with self._frames.open("rb") as source:
            source.seek(offset)
            return source.read(size)
