"""The parameters of production tasks: which ranges they have, and what stands for those not given.

Submit checks with it before a job is stored, the production service before it works; both see the
same ranges. Pure. One module a function; `FUNCTIONS` lists them.
"""

from __future__ import annotations

from typing import Final

from videre.exports.production_params.assemble import ASSEMBLE, AssembleOptions
from videre.exports.production_params.assess_audio import ASSESS_AUDIO, AssessAudioOptions
from videre.exports.production_params.base import Function, Options, ParamViolation, placed
from videre.exports.production_params.beautify_faces import BEAUTIFY_FACES, BeautifyFacesOptions
from videre.exports.production_params.bleep import BLEEP, BleepOptions
from videre.exports.production_params.burn_captions import BURN_CAPTIONS, BurnCaptionsOptions
from videre.exports.production_params.captions import CAPTIONS, CaptionsOptions
from videre.exports.production_params.cartoonize import CARTOONIZE, CartoonizeOptions
from videre.exports.production_params.cover import COVER, CoverOptions
from videre.exports.production_params.cuts import CONCATENATE, TRIM, ConcatenateOptions, TrimOptions
from videre.exports.production_params.demix_music import DEMIX_MUSIC, DemixMusicOptions
from videre.exports.production_params.denoise_speech import DENOISE_SPEECH, DenoiseSpeechOptions
from videre.exports.production_params.detect_beats import DETECT_BEATS, DetectBeatsOptions
from videre.exports.production_params.detect_music_segments import (
    DETECT_MUSIC_SEGMENTS,
    DetectMusicSegmentsOptions,
)
from videre.exports.production_params.key_green_screen import (
    KEY_GREEN_SCREEN,
    KeyGreenScreenOptions,
)
from videre.exports.production_params.matte_portrait import (
    MATTE_PORTRAIT,
    MattePortraitOptions,
)
from videre.exports.production_params.mix_audio import MIX_AUDIO, MixAudioOptions
from videre.exports.production_params.obscure import OBSCURE, ObscureOptions
from videre.exports.production_params.preview import check_preview
from videre.exports.production_params.redact import REDACT, RedactOptions
from videre.exports.production_params.reframe import REFRAME, ReframeOptions
from videre.exports.production_params.remove_logo import REMOVE_LOGO, RemoveLogoOptions
from videre.exports.production_params.remove_text import REMOVE_TEXT, RemoveTextOptions
from videre.exports.production_params.split_lecture import SPLIT_LECTURE, SplitLectureOptions
from videre.exports.production_params.sprite import SPRITE, SpriteOptions, default_interval_ns
from videre.exports.production_params.summarize import SUMMARIZE, SummarizeOptions
from videre.exports.production_params.synthesize_speech import (
    SYNTHESIZE_SPEECH,
    SynthesizeSpeechOptions,
)
from videre.exports.production_params.transcode import TRANSCODE, TranscodeOptions
from videre.exports.production_params.transcribe import TRANSCRIBE, TranscribeOptions
from videre.exports.production_params.trim_silence import TRIM_SILENCE, TrimSilenceOptions
from videre.exports.production_params.upscale import UPSCALE, UpscaleOptions
from videre.exports.production_params.watermark import WATERMARK, WatermarkOptions
from videre.v1 import production_pb2

#: Every function of this release, by its field in `ProductionTask.function`.
FUNCTIONS: Final = {
    function.name: function
    for function in (
        *(COVER, SPRITE, CAPTIONS, TRANSCODE, TRIM, CONCATENATE, MIX_AUDIO),
        *(REFRAME, SUMMARIZE, SPLIT_LECTURE, KEY_GREEN_SCREEN, MATTE_PORTRAIT),
        *(BEAUTIFY_FACES, CARTOONIZE, UPSCALE),
        *(DETECT_BEATS, DETECT_MUSIC_SEGMENTS, TRIM_SILENCE, BLEEP, TRANSCRIBE),
        *(DENOISE_SPEECH, DEMIX_MUSIC, ASSESS_AUDIO),
        *(REDACT, ASSEMBLE, SYNTHESIZE_SPEECH),
        *(WATERMARK, BURN_CAPTIONS, OBSCURE, REMOVE_LOGO, REMOVE_TEXT),
    )
}

__all__ = [
    "FUNCTIONS",
    "AssembleOptions",
    "AssessAudioOptions",
    "BeautifyFacesOptions",
    "BleepOptions",
    "BurnCaptionsOptions",
    "CaptionsOptions",
    "CartoonizeOptions",
    "ConcatenateOptions",
    "CoverOptions",
    "DemixMusicOptions",
    "DenoiseSpeechOptions",
    "DetectBeatsOptions",
    "DetectMusicSegmentsOptions",
    "KeyGreenScreenOptions",
    "MattePortraitOptions",
    "MixAudioOptions",
    "ObscureOptions",
    "Options",
    "ParamViolation",
    "RedactOptions",
    "ReframeOptions",
    "RemoveLogoOptions",
    "RemoveTextOptions",
    "SplitLectureOptions",
    "SpriteOptions",
    "SummarizeOptions",
    "SynthesizeSpeechOptions",
    "TranscodeOptions",
    "TranscribeOptions",
    "TrimOptions",
    "TrimSilenceOptions",
    "UpscaleOptions",
    "WatermarkOptions",
    "default_interval_ns",
    "function_of",
    "inputs_of",
    "options_of",
    "violations_of",
]


def function_of(task: production_pb2.ProductionTask) -> Function | None:
    """Return what is known of a task's function; None for a task without one."""
    name = task.WhichOneof("function")
    return None if name is None else FUNCTIONS[name]


def violations_of(task: production_pb2.ProductionTask) -> list[ParamViolation]:
    """Return every parameter of a task that is out of range; none for a task without function."""
    function = function_of(task)
    if function is None:
        return []
    found = placed(function.name, function.check(getattr(task, function.name)))
    return found + check_preview(function, task)


def options_of(task: production_pb2.ProductionTask) -> Options:
    """Return a task's parameters with defaults; to be called on tasks without violations.

    Raises:
        ValueError: the task has no function of this release.
    """
    function = function_of(task)
    if function is None:
        raise ValueError("the task has no function of this release")
    return function.options(getattr(task, function.name))


def inputs_of(task: production_pb2.ProductionTask) -> tuple[str, ...]:
    """Return the names of the inputs that a task works on; empty = all of the job."""
    function = function_of(task)
    return () if function is None else function.inputs(getattr(task, function.name))
