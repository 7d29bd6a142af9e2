"""Parameters of `mix_audio`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from videre.exports.production_params.base import (
    Function,
    Options,
    ParamViolation,
    Preview,
    in_range,
    known_value,
    placed,
)
from videre.exports.production_params.presets import DEFAULT_PRESET
from videre.exports.production_params.renditions import (
    RenditionOptions,
    check_rendition,
    rendition_of,
)
from videre.exports.production_params.times import (
    Stretch,
    check_range,
    check_time,
    seconds_of,
    stretch_of,
)
from videre.v1 import production_pb2 as pb

TRACKS: Final = (1, 16)
GAIN_DB: Final = (-40, 20)
LOUDNESS: Final = (-36, -8)
TRUE_PEAK: Final = (-9, -0.5)
DUCK_DB: Final = (0, 30)
_SOUND_PRESET: Final = "audio-m4a"
_ROLES: Final = {pb.MIX_ROLE_VOICE: "voice", pb.MIX_ROLE_MUSIC: "music"}


@dataclass(frozen=True, slots=True)
class Track:
    """A track of a mix; `role` is "voice", "music" or "effects", `start` seconds of the mix."""

    input: str
    role: str
    stretch: Stretch
    start: Fraction
    gain_db: float


@dataclass(frozen=True, slots=True)
class MixAudioOptions(Options):
    """What a mix asks for, defaults filled in; an empty `picture` = sound alone."""

    tracks: tuple[Track, ...]
    loudness: float
    true_peak: float
    duck_db: float
    picture: str
    output: RenditionOptions


def _check(given: pb.MixAudioParams) -> list[ParamViolation]:
    found = []
    count = len(given.tracks)
    if not TRACKS[0] <= count <= TRACKS[1]:
        limit = f"{TRACKS[0]}..{TRACKS[1]}"
        words = f"has {count} entries, must be {limit}"
        found.append(ParamViolation("tracks", words, limit, str(count)))
    for index, track in enumerate(given.tracks):
        found += placed(f"tracks[{index}]", _check_track(track))
    if given.HasField("loudness"):
        found += in_range("loudness", given.loudness, LOUDNESS)
    if given.HasField("true_peak"):
        found += in_range("true_peak", given.true_peak, TRUE_PEAK)
    if given.HasField("duck_db"):
        found += in_range("duck_db", given.duck_db, DUCK_DB)
    if given.output.without_sound:
        found.append(ParamViolation("output.without_sound", "leaves no mix", "false", "true"))
    return found + placed("output", check_rendition(given.output))


def _check_track(track: pb.MixTrack) -> list[ParamViolation]:
    found = known_value("role", track.role, pb.MixRole.keys()) + check_range("range", track.range)
    if track.HasField("start"):
        found += check_time("start", track.start)
    if track.HasField("gain_db"):
        found += in_range("gain_db", track.gain_db, GAIN_DB)
    return found


def _options(given: pb.MixAudioParams) -> MixAudioOptions:
    output = pb.Rendition()
    output.CopyFrom(given.output)
    output.preset = output.preset or (DEFAULT_PRESET if given.picture else _SOUND_PRESET)
    return MixAudioOptions(
        tracks=tuple(
            Track(
                input=track.input or "main",
                role=_ROLES.get(track.role, "effects"),
                stretch=stretch_of(track.range),
                start=seconds_of(track.start) if track.HasField("start") else Fraction(0),
                gain_db=track.gain_db,
            )
            for track in given.tracks
        ),
        loudness=given.loudness if given.HasField("loudness") else -16.0,
        true_peak=given.true_peak if given.HasField("true_peak") else -1.0,
        duck_db=given.duck_db if given.HasField("duck_db") else 10.0,
        picture=given.picture,
        output=rendition_of(output),
    )


def _inputs(given: pb.MixAudioParams) -> tuple[str, ...]:
    names = [track.input or "main" for track in given.tracks]
    return tuple(dict.fromkeys([*names, *([given.picture] if given.picture else [])]))


MIX_AUDIO: Final = Function(
    "mix_audio",
    _check,
    _options,
    _inputs,
    uses=("utterances",),
    preview=Preview.SOUND,
)
