"""Stretches of one media → OpenTimelineIO, CMX 3600 EDL, Final Cut Pro 7 XML. Pure.

Each stretch is a clip with its name, what was changed in it a marker. Final Cut Pro X XML is not
written, for the reason that `editing` names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from videre.exports.cues import one_line
from videre.exports.editing import edl_of, fcp_xml_of

if TYPE_CHECKING:
    import opentimelineio as otio

#: Ticks a second of media whose frames have no length of their own.
FINE_RATE: Final = Fraction(1_000)


@dataclass(frozen=True, slots=True)
class ListedPart:
    """A stretch with a name: ticks [start, end) of the list's rate."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was changed in the media's ticks [start, end), in the picture or the sound."""

    name: str
    start: int
    end: int
    seen: bool
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CutList:
    """Stretches of a media, one after the other.

    Args:
        media: its name, by which editing programs ask for it.
        rate: ticks a second: frames, where they are at equal distances.
        length: of the media, ticks.
        parts: at least one.
        changes: what was changed in them.
        seen: whether the list is of pictures.
        heard: whether it is of sound.
    """

    media: str
    rate: Fraction
    length: int
    parts: tuple[ListedPart, ...]
    changes: tuple[Change, ...] = ()
    seen: bool = True
    heard: bool = False


def to_otio(edits: CutList) -> bytes:
    """Return the list as .otio (JSON)."""
    return str(_timeline(edits).to_json_string(indent=1)).encode()


def to_edl(edits: CutList) -> bytes:
    """Return an event a part, of the pictures.

    Raises:
        NotCarriedError: the rate has no SMPTE timecode.
    """
    return edl_of(_timeline(edits, sound=False), edits.rate)


def to_fcp_xml(edits: CutList) -> bytes:
    """Return a sequence of Final Cut Pro 7 XML (xmeml 4).

    Raises:
        NotCarriedError: the rate has no SMPTE timecode.
    """
    return fcp_xml_of(_timeline(edits), edits.rate)


def _timeline(edits: CutList, *, sound: bool = True) -> otio.schema.Timeline:
    import opentimelineio as otio

    timeline = otio.schema.Timeline(name=edits.media)
    timeline.global_start_time = otio.opentime.RationalTime(0, float(edits.rate))
    kinds = otio.schema.TrackKind
    if edits.seen:
        timeline.tracks.append(_track(edits, "V1", kinds.Video))
    if edits.heard and sound:
        timeline.tracks.append(_track(edits, "A1", kinds.Audio))
    return timeline


def _track(edits: CutList, name: str, kind: str) -> otio.schema.Track:
    import opentimelineio as otio

    rate = float(edits.rate)

    def stretch(start: int, end: int) -> otio.opentime.TimeRange:
        time = otio.opentime.RationalTime
        return otio.opentime.TimeRange(time(start, rate), time(end - start, rate))

    seen = kind == otio.schema.TrackKind.Video
    track = otio.schema.Track(name=name, kind=kind)
    for number, part in enumerate(edits.parts, start=1):
        clip = otio.schema.Clip(
            name=one_line(part.name) or f"part {number}",
            # Where the media lies is not known here: the program asks for it by its name.
            media_reference=otio.schema.ExternalReference(
                target_url=edits.media, available_range=stretch(0, edits.length)
            ),
            source_range=stretch(part.start, part.end),
            metadata={"cmx_3600": {"reel": "AX"}},
        )
        for one in edits.changes:
            low, high = max(one.start, part.start), min(one.end, part.end)
            if one.seen == seen and low < high:
                clip.markers.append(
                    otio.schema.Marker(
                        name=one.name,
                        marked_range=stretch(low, high),
                        color="RED" if seen else "ORANGE",
                        metadata={"videre": one.facts},
                    )
                )
        track.append(clip)
    return track
