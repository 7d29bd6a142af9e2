"""Which functions this release has."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from videre.production.functions.assemble import Assemble
from videre.production.functions.assess_audio import AssessAudio
from videre.production.functions.base import Function
from videre.production.functions.beautify_faces import BeautifyFaces
from videre.production.functions.bleep import Bleep
from videre.production.functions.burn_captions import BurnCaptions
from videre.production.functions.captions import Captions
from videre.production.functions.cartoonize import Cartoonize
from videre.production.functions.concatenate import Concatenate
from videre.production.functions.cover import Cover
from videre.production.functions.demix_music import DemixMusic
from videre.production.functions.denoise_speech import DenoiseSpeech
from videre.production.functions.detect_beats import DetectBeats
from videre.production.functions.detect_music_segments import DetectMusicSegments
from videre.production.functions.key_green_screen import KeyGreenScreen
from videre.production.functions.matte_portrait import MattePortrait
from videre.production.functions.mix_audio import MixAudio
from videre.production.functions.obscure import Obscure
from videre.production.functions.redact import Redact
from videre.production.functions.reframe import Reframe
from videre.production.functions.remove_logo import RemoveLogo
from videre.production.functions.remove_text import RemoveText
from videre.production.functions.split_lecture import SplitLecture
from videre.production.functions.sprite import Sprite
from videre.production.functions.summarize import Summarize
from videre.production.functions.synthesize_speech import SynthesizeSpeech
from videre.production.functions.transcode import Transcode
from videre.production.functions.transcribe import Transcribe
from videre.production.functions.trim import Trim
from videre.production.functions.trim_silence import TrimSilence
from videre.production.functions.upscale import Upscale
from videre.production.functions.watermark import Watermark
from videre.production.settings import ProductionSettings


def factories(settings: ProductionSettings) -> tuple[Callable[[], Function], ...]:
    """Return what makes each function of this release."""
    rendering = (Cover, Summarize, SplitLecture, Transcode, Trim, Concatenate, MixAudio, Reframe)
    retouching = (Obscure, Redact, RemoveLogo, RemoveText)
    painting = (KeyGreenScreen, MattePortrait, BeautifyFaces, Cartoonize, Upscale)
    sounding = (DetectMusicSegments, TrimSilence, Bleep, DenoiseSpeech, DemixMusic)
    writing = (Watermark, BurnCaptions, Assemble)
    return (
        *(Sprite, Captions, DetectBeats, Transcribe, AssessAudio),
        partial(SynthesizeSpeech, settings.espeak_ng),
        *(partial(made, settings.ffmpeg) for made in (*rendering, *retouching)),
        *(partial(made, settings.ffmpeg) for made in (*painting, *sounding)),
        *(partial(made, settings.ffmpeg, settings.font) for made in writing),
    )
