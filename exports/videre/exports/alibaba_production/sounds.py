"""Functions of the vendor that listen. Pure."""

from __future__ import annotations

from typing import Any, Final

from videre.exports.alibaba_production.base import (
    Answer,
    Mapped,
    Params,
    Wanted,
    files,
    no_params,
    rational,
    refused,
    seconds,
    unimplemented,
)
from videre.v1 import production_pb2 as pb

_EXTRA: Final = "track"
_MUSIC, _SPEECH = ("music",), ("speech",)


def _segments() -> Wanted:
    task = pb.DetectMusicSegmentsParams()
    return Wanted((pb.ProductionTask(detect_music_segments=task),), features=_MUSIC)


def _choruses(answer: Answer) -> dict[str, Any]:
    music = answer.json("segments") or {}
    return {
        "result": [
            {
                "start": seconds(one["span"].get("startOffset", "0s")),
                "end": seconds(one["span"].get("endOffset", "0s")),
                "title": "chorus",
            }
            for one in music.get("sections", [])
            if one.get("chorus")
        ]
    }


def _beats() -> Wanted:
    task = pb.DetectBeatsParams(format=pb.BEATS_FORMAT_JSON)
    return Wanted((pb.ProductionTask(detect_beats=task),), features=_MUSIC)


def beat_lists(answer: Answer) -> dict[str, list[float]]:
    """Return what the vendor's file of beats holds, seconds."""
    music = answer.json("beats") or {}
    return {
        "BeatList": [seconds(one) for one in music.get("beatOffsets", [])],
        "DownBeatList": [seconds(one) for one in music.get("downbeatOffsets", [])],
    }


def _mix(params: Params, several: bool) -> Wanted:
    del several
    listed = params.take("inputs", [])
    if not isinstance(listed, list) or len(listed) != 1 or not isinstance(listed[0], dict):
        raise refused("inputs", 'must be [{"file": address}]', "one entry", listed)
    file = listed[0].get("file")
    if not isinstance(file, str) or not file:
        raise refused("inputs[0].file", "must be an address", "address", file)
    tracks = [
        pb.MixTrack(role=pb.MIX_ROLE_VOICE),
        pb.MixTrack(input=_EXTRA, role=pb.MIX_ROLE_MUSIC),
    ]
    task = pb.MixAudioParams(tracks=tracks)
    return Wanted((pb.ProductionTask(mix_audio=task),), inputs={_EXTRA: file})


def _transcript(params: Params, several: bool) -> Wanted:
    del several
    start, length = params.clock("start_time"), params.clock("duration")
    asked = Params(params.take("request_params", {}))
    words = asked.flag("enable_word_level_result", default=False)
    if not asked.flag("first_channel_only", default=True):
        raise unimplemented("request_params.first_channel_only", False)
    asked.finish()
    task = pb.TranscribeParams(
        format=pb.TRANSCRIPT_FORMAT_JSON if words else pb.TRANSCRIPT_FORMAT_TXT
    )
    if start is not None:
        task.range.start.CopyFrom(rational(start))
    if length is not None:
        if length == 0:
            raise refused("duration", "must be longer than nothing", "> 00:00:00", "00:00:00")
        task.range.end.CopyFrom(rational((start or 0) + length))
    return Wanted((pb.ProductionTask(transcribe=task),), features=_SPEECH)


def _denoised() -> Wanted:
    return Wanted((pb.ProductionTask(denoise_speech=pb.DenoiseSpeechParams()),))


def _demixed() -> Wanted:
    return Wanted((pb.ProductionTask(demix_music=pb.DemixMusicParams()),))


def _assessed() -> Wanted:
    return Wanted((pb.ProductionTask(assess_audio=pb.AssessAudioParams()),))


def _assessment(answer: Answer) -> dict[str, Any]:
    """Return our assessment as it is: the vendor documents no shape of its own."""
    return answer.json("assessment") or {}


FUNCTIONS: Final = (
    Mapped("MusicSegmentDetect", no_params(_segments), _choruses, "detect_music_segments"),
    Mapped("AudioBeatDetection", no_params(_beats), beat_lists, "detect_beats"),
    Mapped("AudioMixing", _mix, files, "mix_audio"),
    Mapped("SpeechDenoise", no_params(_denoised), files, "denoise_speech"),
    Mapped("MusicDemix", no_params(_demixed), files, "demix_music"),
    Mapped("AudioQualityAssessment", no_params(_assessed), _assessment, "assess_audio"),
    Mapped("ASR", _transcript, files, "transcribe"),
)
