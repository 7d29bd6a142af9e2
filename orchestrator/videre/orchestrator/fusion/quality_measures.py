"""What the decode passes measured of a media's technical quality. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy.typing as npt

#: Structured arrays of `media.quality_records`.
Records: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class SoundMeasures:
    """The measures of a track.

    Args:
        records: `SOUND_TYPE`, shape (hops, channels).
        start_ns: when the first begins on the media's clock.
        end_ns: when the track ends.
    """

    records: Records
    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True)
class QualityMeasures:
    """The measures of a media; None where nobody measured.

    Args:
        picture: `PICTURE_TYPE` of every frame; zeros where a frame was not decoded.
        sound: of the track.
    """

    picture: Records | None = None
    sound: SoundMeasures | None = None


NO_MEASURES: Final = QualityMeasures()
