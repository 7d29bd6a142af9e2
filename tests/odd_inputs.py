"""Odd inputs of production functions, and what each function answers.

The rows are those of docs/production.md, whose table `python -m scripts.docs_odd_inputs` writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from google.protobuf.json_format import ParseDict

from tests import synth
from videre.common.errors import Reason
from videre.exports.production_params import FUNCTIONS
from videre.production.known import Judged, Known
from videre.v1 import production_pb2 as pb

#: Nothing of it is a media: it works on a text.
OF_TEXT: Final = "synthesize_speech"
#: A sign that no font has (Linear B).
UNDRAWN: Final = "\U00010000"
#: An analysis that ran and found nothing.
FOUND_NOTHING: Final = Known(
    judged=Judged("standard@1", ()), stages=(("speech", ""), ("text", ""), ("music", ""))
)
_RATE: Final = 12


def _at(value: int) -> dict[str, int]:
    return {"value": value, "rate_numerator": _RATE}


def _box(**sides: float) -> dict[str, float]:
    return {"x": 0.2, "y": 0.2, "width": 0.3, "height": 0.3, **sides}


def _regions(box: Mapping[str, float]) -> dict[str, Any]:
    return {"regions": [{"keys": [{"box": box}]}]}


def _cue(text: str) -> dict[str, Any]:
    return {"track": {"cues": [{"text": text, "range": {"end": _at(_RATE)}}]}}


def _timeline(title: str = "") -> dict[str, str]:
    """Return a frame of the main input, a title over it."""

    def clip(media: dict[str, Any]) -> dict[str, Any]:
        sides = {
            name: {"OTIO_SCHEMA": "RationalTime.1", "rate": _RATE, "value": value}
            for name, value in (("start_time", 0), ("duration", 1))
        }
        return {
            "OTIO_SCHEMA": "Clip.1",
            "media_reference": media,
            "source_range": {"OTIO_SCHEMA": "TimeRange.1", **sides},
        }

    shown = [clip({"OTIO_SCHEMA": "ExternalReference.1", "target_url": "main"})]
    written = {
        "OTIO_SCHEMA": "GeneratorReference.1",
        "generator_kind": "title",
        "parameters": {"text": title},
    }
    tracks = [shown, [clip(written)]] if title else [shown]
    children = [{"OTIO_SCHEMA": "Track.1", "kind": "Video", "children": one} for one in tracks]
    stack = {"OTIO_SCHEMA": "Stack.1", "children": children}
    return {"timeline": json.dumps({"OTIO_SCHEMA": "Timeline.1", "tracks": stack})}


#: Parameters with which functions have something to do; those that are not here need none.
_PLAIN: Final[dict[str, dict[str, Any]]] = {
    "trim": {"keep": [{}]},
    "mix_audio": {"tracks": [{}]},
    "reframe": {"renditions": [{"aspect": "1:1"}]},
    "key_green_screen": {"key_color": "#28b43c"},
    "bleep": {"ranges": [{}]},
    "watermark": {"text": "x"},
    "burn_captions": _cue("x"),
    "assemble": _timeline(),
    **dict.fromkeys(("obscure", "remove_logo", "remove_text"), _regions(_box())),
}
_DRAWN: Final[dict[str, dict[str, Any]]] = {
    "watermark": {"text": UNDRAWN},
    "burn_captions": _cue(UNDRAWN),
    "assemble": _timeline(UNDRAWN),
}


@dataclass(frozen=True, slots=True)
class Row:
    """What functions answer to an odd input.

    Args:
        what: the input, in the words of the page.
        media: name of the main input (`clips`).
        functions: that answer so.
        answer: in the words of the page.
        reason: of a refusal; None = files are made.
        shape: width and height of moving pictures that are made; None = any.
        frames: of moving pictures that are made; None = any.
        heard: whether what moves or sounds has sound; None = either.
        dear: processes do the work.
    """

    what: str
    media: str
    functions: tuple[str, ...]
    answer: str
    reason: Reason | None = None
    shape: tuple[int, int] | None = None
    frames: int | None = None
    heard: bool | None = None
    dear: bool = True


def _refused(what: str, media: str, functions: tuple[str, ...], reason: Reason, more: str) -> Row:
    return Row(what, media, functions, f"{reason}{more}", reason, dear=False)


#: What functions work on.
BOXED: Final = ("captions", "obscure", "remove_logo", "remove_text")
RANGED: Final = (
    "transcode", "trim", "concatenate", "mix_audio", "reframe", "split_lecture",
    "key_green_screen", "matte_portrait", "beautify_faces", "cartoonize", "upscale",
    "trim_silence", "bleep", "transcribe", "denoise_speech", "demix_music", "assess_audio",
    "watermark", "burn_captions", "obscure", "remove_logo", "remove_text",
)  # fmt: skip
_SEEN: Final = (
    "cover", "sprite", "reframe", "split_lecture", "key_green_screen", "matte_portrait",
    "beautify_faces", "cartoonize", "upscale", "assemble", "watermark", "burn_captions",
    "obscure", "remove_logo", "remove_text",
)  # fmt: skip
_HEARD: Final = (
    "mix_audio", "trim_silence", "bleep", "denoise_speech", "demix_music", "assess_audio",
)  # fmt: skip
_TOLD: Final = ("captions", "transcribe", "detect_beats", "detect_music_segments")
_STILL: Final = ("cover", "sprite")
_MOVING: Final = tuple(
    name for name in FUNCTIONS if name not in (*_STILL, *_HEARD, *_TOLD, OF_TEXT)
)
_RESHAPED: Final = ("reframe", "upscale")
#: The clips have no text in the box: nothing is removed.
_WANTS_TEXT: Final = "remove_text"
_MADE: Final = tuple(name for name in _MOVING if name != _WANTS_TEXT)
_AS_IT_IS: Final = tuple(name for name in _MADE if name not in _RESHAPED)
_SOUND_ALONE: Final = tuple(name for name in (*_MADE, *_HEARD) if name not in _SEEN)

EMPTY_BOX: Final = "a box without width"
OUTSIDE: Final = "a box outside of the picture"
NO_LENGTH: Final = "a range without length"
BEHIND: Final = "a range behind the end"
UNASKED: Final = "nobody analysed the media"
NO_GLYPH: Final = "signs that the font lacks"
NO_SOUND: Final = "no sound"
NO_PICTURE: Final = "no picture"
SILENT: Final = "sound of zeros"
ONE_FRAME: Final = "one frame"
PORTRAIT: Final = "portrait"
HUGE: Final = "7680×4320"

#: Refused when the task is submitted.
AT_ONCE: Final = (
    Row(EMPTY_BOX, "tall", BOXED, "FIELD_INVALID, at once", Reason.FIELD_INVALID, dear=False),
    Row(OUTSIDE, "tall", BOXED, "FIELD_INVALID, at once", Reason.FIELD_INVALID, dear=False),
    Row(NO_LENGTH, "tall", RANGED, "FIELD_INVALID, at once", Reason.FIELD_INVALID, dear=False),
)
#: Nothing can be done with a box in which there is no text, of whatever media.
_NO_TEXT: Final = tuple(
    Row(what, media, (_WANTS_TEXT,), "FIELD_INVALID: no text is in the box", Reason.FIELD_INVALID)
    for what, media in (
        (NO_SOUND, "mute"), (SILENT, "silent"), (ONE_FRAME, "one"), (PORTRAIT, "tall"),
    )
)  # fmt: skip
#: Seen when the function begins.
WHEN_BEGUN: Final = (
    _refused(BEHIND, "tall", tuple(name for name in RANGED if name != "transcribe"),
             Reason.FIELD_INVALID, ": names the end"),
    Row(BEHIND, "tall", ("transcribe",), "an empty transcript", dear=False),
    _refused(UNASKED, "tall", (*_TOLD, "redact"), Reason.NOT_REQUESTED, ": names the feature"),
    _refused(NO_GLYPH, "tall", tuple(_DRAWN), Reason.FIELD_INVALID, ": names the signs"),
    _refused(NO_SOUND, "mute", _HEARD, Reason.NO_TRACK, ""),
    Row(NO_SOUND, "mute", _MADE, "files without sound", heard=False),
    Row(NO_SOUND, "mute", _STILL, "pictures"),
    Row(NO_SOUND, "mute", _TOLD, "what was analysed, or nothing", dear=False),
    _refused(NO_PICTURE, "sound", _SEEN, Reason.NO_TRACK, ""),
    Row(NO_PICTURE, "sound", _SOUND_ALONE, "files of sound", heard=True),
    Row(NO_PICTURE, "sound", _TOLD, "what was analysed, or nothing", dear=False),
    Row(SILENT, "silent", ("trim_silence",), "FIELD_INVALID: nothing would be left",
        Reason.FIELD_INVALID),
    Row(SILENT, "silent", tuple(name for name in (*_MADE, *_HEARD) if name != "trim_silence"),
        "files with silent sound", heard=True),
    Row(SILENT, "silent", (*_STILL, *_TOLD), "as of any other", dear=False),
    _refused(ONE_FRAME, "one", _HEARD, Reason.NO_TRACK, ", where there is no sound"),
    Row(ONE_FRAME, "one", _MADE, "files of one frame", frames=1),
    Row(ONE_FRAME, "one", (*_STILL, *_TOLD), "as of any other", dear=False),
    Row(PORTRAIT, "tall", ("reframe",), "the window that is asked for", shape=(48, 48)),
    Row(PORTRAIT, "tall", ("upscale",), "twice the sides", shape=(96, 172)),
    Row(PORTRAIT, "tall", _AS_IT_IS, "files of the same shape", shape=(48, 86)),
    Row(PORTRAIT, "tall", (*_STILL, *_TOLD, *_HEARD), "as of any other"),
    *_NO_TEXT,
    _refused(HUGE, "huge", ("upscale",), Reason.FIELD_INVALID, ": a side would be too long"),
    Row(HUGE, "huge", _STILL, "pictures of the sizes that are asked for"),
    Row(HUGE, "huge", ("transcode", "obscure"), "files of the same shape", shape=(7_680, 4_320)),
)  # fmt: skip


def task_of(what: str, function: str) -> pb.ProductionTask:
    """Return what a function is asked for."""
    params = dict(_PLAIN.get(function, {}))
    if what in (EMPTY_BOX, OUTSIDE):
        box = _box(width=0.0) if what == EMPTY_BOX else _box(x=1.2)
        params = {"source": "CAPTION_SOURCE_PICTURE", "region": box}
        if function != "captions":
            params = _regions(box)
    elif what in (NO_LENGTH, BEHIND):
        start = _at(3_600 * _RATE)
        asked = {"start": start, "end": start} if what == NO_LENGTH else {"start": start}
        params |= {
            "trim": {"keep": [asked]},
            "concatenate": {"parts": [{"range": asked}]},
            "mix_audio": {"tracks": [{"range": asked}]},
        }.get(function, {"range": asked})
    elif what == NO_GLYPH:
        params = _DRAWN[function]
    return ParseDict({function: params}, pb.ProductionTask())


def clips(folder: Path) -> dict[str, Path]:
    """Make the inputs."""
    loud = np.random.default_rng(1).uniform(-0.2, 0.2, 24_000).astype(np.float32)

    def sound(samples: synth.Samples) -> tuple[synth.Sound, ...]:
        return (synth.Sound(samples, codec="pcm_s16le"),)

    few: dict[str, Any] = {"frames": 6, "rate": Fraction(_RATE)}
    wanted = (
        synth.Clip("mute.mkv", size=(64, 48), **few),
        synth.Clip("sound.mkv", 0, sounds=sound(loud)),
        synth.Clip("silent.mkv", size=(64, 48), sounds=sound(loud * 0), **few),
        synth.Clip("one.mkv", 1, size=(64, 48)),
        synth.Clip("tall.mkv", size=(48, 86), sounds=sound(loud), **few),
    )
    made = {one.name.partition(".")[0]: synth.make(one, folder) for one in wanted}
    return made | {"huge": _huge(folder / "huge.mkv")}


def _huge(path: Path) -> Path:
    """Write a green frame of 7680×4320."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=_RATE, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 7_680, 4_320, "yuv420p"
        frame = av.VideoFrame(7_680, 4_320, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
