"""Functions of the vendor that speak. Pure."""

from __future__ import annotations

import base64
from typing import Any, Final

from videre.exports.alibaba_production.base import (
    Answer,
    Mapped,
    Params,
    Wanted,
    refused,
    seconds,
    unimplemented,
)
from videre.exports.production_params.synthesize_speech import (
    PITCH,
    RATE,
    SAMPLE_RATES,
    VOLUME,
)
from videre.v1 import production_pb2 as pb

#: The vendor's default voice stands for the one that a language has here.
_VOICE: Final = "xiaoyun"
_FORMATS: Final = {
    "pcm": pb.SPEECH_FORMAT_PCM, "wav": pb.SPEECH_FORMAT_WAV, "mp3": pb.SPEECH_FORMAT_MP3,
}  # fmt: skip
_SAMPLE_RATE: Final = 16_000


def _speech(params: Params, several: bool) -> Wanted:
    del several
    voice = params.text("voice")
    if voice not in ("", _VOICE):
        raise unimplemented("voice", voice)
    form = params.text("format", tuple(_FORMATS)) or "pcm"
    rate = _whole(params, "sample_rate", _SAMPLE_RATE, (SAMPLE_RATES[0], SAMPLE_RATES[-1]))
    if rate not in SAMPLE_RATES:
        raise refused("sample_rate", "is no rate", ", ".join(map(str, SAMPLE_RATES)), rate)
    task = pb.SynthesizeSpeechParams(
        format=_FORMATS[form],
        sample_rate=rate,
        volume=_whole(params, "volume", 50, VOLUME),
        speech_rate=_whole(params, "speech_rate", 0, RATE),
        pitch_rate=_whole(params, "pitch_rate", 0, PITCH),
    )
    return Wanted((pb.ProductionTask(synthesize_speech=task),))


def _whole(params: Params, name: str, default: int, bounds: tuple[int, int]) -> int:
    value = params.number(name, default, bounds)
    if value != int(value):
        raise refused(name, "must be whole", f"{bounds[0]}..{bounds[1]}", value)
    return int(value)


def _audio(answer: Answer) -> dict[str, Any]:
    """Return the sound itself."""
    (sound,) = answer.of_role("audio")
    return {"audio": base64.b64encode(answer.read(sound)).decode()}


def _timed(answer: Answer) -> dict[str, Any]:
    """Return where the sound is, and when each word is said, milliseconds."""
    (sound,) = answer.of_role("audio")
    told = answer.json("transcript") or {}
    return {
        "file": answer.url(sound),
        "sentences": [
            {
                "text": one["text"],
                "begin_time": round(seconds(one.get("startOffset", "0s")) * 1_000),
                "end_time": round(seconds(one["endOffset"]) * 1_000),
            }
            for one in told.get("words", [])
        ],
    }


FUNCTIONS: Final = (
    Mapped("TextToSpeech", _speech, _audio, "synthesize_speech"),
    Mapped("AsyncTextToSpeech", _speech, _timed, "synthesize_speech"),
)
