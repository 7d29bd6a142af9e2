"""Stretches of one media → OpenTimelineIO and CMX 3600 EDL: each a clip with its name. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from videre.exports.cues import one_line
from videre.exports.editing import edl_of

if TYPE_CHECKING:
    import opentimelineio as otio


@dataclass(frozen=True, slots=True)
class ListedPart:
    """A stretch with a name: ticks [start, end) of the list's rate."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CutList:
    """Stretches of a media, one after the other.

    Args:
        media: its name, by which editing programs ask for it.
        rate: ticks a second: frames, where they are at equal distances.
        length: of the media, ticks.
        parts: at least one.
    """

    media: str
    rate: Fraction
    length: int
    parts: tuple[ListedPart, ...]


def to_otio(edits: CutList) -> bytes:
    """Return the list as .otio (JSON)."""
    return str(_timeline(edits).to_json_string(indent=1)).encode()


def to_edl(edits: CutList) -> bytes:
    """Return an event a part.

    Raises:
        NotCarriedError: the rate has no SMPTE timecode.
    """
    return edl_of(_timeline(edits), edits.rate)


def _timeline(edits: CutList) -> otio.schema.Timeline:
    import opentimelineio as otio

    rate = float(edits.rate)

    def stretch(start: int, end: int) -> otio.opentime.TimeRange:
        time = otio.opentime.RationalTime
        return otio.opentime.TimeRange(time(start, rate), time(end - start, rate))

    timeline = otio.schema.Timeline(name=edits.media)
    timeline.global_start_time = otio.opentime.RationalTime(0, rate)
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    timeline.tracks.append(track)
    for number, part in enumerate(edits.parts, start=1):
        track.append(
            otio.schema.Clip(
                name=one_line(part.name) or f"part {number}",
                # Where the media lies is not known here: the program asks for it by its name.
                media_reference=otio.schema.MissingReference(
                    name=edits.media, available_range=stretch(0, edits.length)
                ),
                source_range=stretch(part.start, part.end),
                metadata={"cmx_3600": {"reel": "AX"}},
            )
        )
    return timeline
