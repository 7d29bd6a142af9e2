"""Moments of media, one after the other → an edit: OpenTimelineIO, CMX 3600. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from videre.common.values import NS
from videre.exports.cues import one_line
from videre.exports.editing import edl_of

if TYPE_CHECKING:
    import opentimelineio as otio

#: Ticks a second of timelines: moments are told to the millisecond.
_RATE: Final = Fraction(1_000)


@dataclass(frozen=True, slots=True)
class FoundClip:
    """A stretch of a media, nanoseconds.

    Args:
        media_id: by which `assemble` asks for it.
        name: what an editing program calls the clip.
    """

    media_id: str
    name: str
    start_ns: int
    end_ns: int


def joined(clips: Iterable[FoundClip]) -> tuple[FoundClip, ...]:
    """Return clips of each media in order of time, those that overlap or touch as one.

    Media stay in the order in which they come first.
    """
    by_media: dict[str, list[FoundClip]] = {}
    for clip in clips:
        by_media.setdefault(clip.media_id, []).append(clip)
    made: list[FoundClip] = []
    for some in by_media.values():
        some.sort(key=lambda one: (one.start_ns, one.end_ns))
        merged = some[:1]
        for clip in some[1:]:
            if clip.start_ns <= merged[-1].end_ns:
                merged[-1] = replace(merged[-1], end_ns=max(merged[-1].end_ns, clip.end_ns))
            else:
                merged.append(clip)
        made += merged
    return tuple(made)


def to_otio(name: str, clips: Sequence[FoundClip]) -> bytes:
    """Return the edit as .otio (JSON), whose media references are ids of media."""
    return str(_timeline(name, clips, _RATE).to_json_string(indent=1)).encode()


def to_edl(name: str, clips: Sequence[FoundClip], rate: Fraction) -> bytes:
    """Return an event a clip, counted in frames of a rate; each names its media in a comment.

    Raises:
        NotCarriedError: the rate has no SMPTE timecode.
    """
    return edl_of(_timeline(name, clips, rate), rate)


def _timeline(name: str, clips: Sequence[FoundClip], rate: Fraction) -> otio.schema.Timeline:
    import opentimelineio as otio

    time = otio.opentime.RationalTime
    timeline = otio.schema.Timeline(name=one_line(name))
    timeline.global_start_time = time(0, float(rate))
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    timeline.tracks.append(track)
    for clip in clips:
        # Inwards, so that nothing beside the moment is shown.
        start, end = -(-clip.start_ns * rate // NS), clip.end_ns * rate // NS
        if end <= start:
            continue
        track.append(
            otio.schema.Clip(
                name=one_line(clip.name),
                media_reference=otio.schema.ExternalReference(target_url=clip.media_id),
                source_range=otio.opentime.TimeRange(
                    time(int(start), float(rate)), time(int(end - start), float(rate))
                ),
                metadata={"cmx_3600": {"reel": "AX"}},
            )
        )
    return timeline
