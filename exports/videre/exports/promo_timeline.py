"""Clips of a film, and what is said over them → a timeline for `assemble`. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import opentimelineio as otio

#: Ticks a second: milliseconds.
_RATE: Final = 1_000.0
#: Input of the film.
FILM: Final = "main"
#: By how much the film's own sound is quieter than a voice, dB, beside what ducking takes.
_UNDER_DB: Final = -6.0


@dataclass(frozen=True, slots=True)
class PromoClip:
    """A clip of a promotion, milliseconds of the film, and the input that is said over it.

    Args:
        name: what an editing program calls it.
        voice: "" = nothing is said.
    """

    name: str
    start_ms: int
    end_ms: int
    voice: str


def promo_timeline(name: str, film_ms: int, clips: Sequence[PromoClip], *, sound: bool) -> str:
    """Return the timeline: a track of pictures, one of voices, one of the film's own sound.

    Voices begin where their clips do and are as long: their files have to reach so far.

    Args:
        name: of the timeline.
        film_ms: length of the film.
        clips: in order, without gaps.
        sound: whether the film has any.
    """
    import opentimelineio as otio

    kinds = otio.schema.TrackKind
    timeline = otio.schema.Timeline(name=name)
    timeline.tracks.append(_film_track(clips, film_ms, "V1", kinds.Video))
    if any(one.voice for one in clips):
        timeline.tracks.append(_voices(clips))
    if sound:
        own = _film_track(clips, film_ms, "A2", kinds.Audio)
        own.metadata["videre"] = {"role": "music"}
        for clip in own:
            clip.metadata["videre"] = {"gain_db": _UNDER_DB}
        timeline.tracks.append(own)
    return str(timeline.to_json_string(indent=1))


def _film_track(
    clips: Sequence[PromoClip], film_ms: int, name: str, kind: str
) -> otio.schema.Track:
    import opentimelineio as otio

    track = otio.schema.Track(name=name, kind=kind)
    for one in clips:
        track.append(
            otio.schema.Clip(
                name=one.name,
                media_reference=otio.schema.ExternalReference(
                    target_url=FILM, available_range=_stretch(0, film_ms)
                ),
                source_range=_stretch(one.start_ms, one.end_ms),
            )
        )
    return track


def _voices(clips: Sequence[PromoClip]) -> otio.schema.Track:
    import opentimelineio as otio

    track = otio.schema.Track(name="A1", kind=otio.schema.TrackKind.Audio)
    track.metadata["videre"] = {"role": "voice"}
    for one in clips:
        stretch = _stretch(0, one.end_ms - one.start_ms)
        if one.voice:
            reference = otio.schema.ExternalReference(target_url=one.voice)
            track.append(
                otio.schema.Clip(name=one.name, media_reference=reference, source_range=stretch)
            )
        else:
            track.append(otio.schema.Gap(source_range=stretch))
    return track


def _stretch(start_ms: int, end_ms: int) -> otio.opentime.TimeRange:
    import opentimelineio as otio

    time = otio.opentime.RationalTime
    return otio.opentime.TimeRange(time(start_ms, _RATE), time(end_ms - start_ms, _RATE))
