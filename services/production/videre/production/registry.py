"""Which functions this release has."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from videre.production.functions.base import Function
from videre.production.functions.burn_captions import BurnCaptions
from videre.production.functions.captions import Captions
from videre.production.functions.concatenate import Concatenate
from videre.production.functions.cover import Cover
from videre.production.functions.key_green_screen import KeyGreenScreen
from videre.production.functions.mix_audio import MixAudio
from videre.production.functions.obscure import Obscure
from videre.production.functions.reframe import Reframe
from videre.production.functions.sprite import Sprite
from videre.production.functions.transcode import Transcode
from videre.production.functions.trim import Trim
from videre.production.functions.watermark import Watermark
from videre.production.settings import ProductionSettings


def factories(settings: ProductionSettings) -> tuple[Callable[[], Function], ...]:
    """Return what makes each function of this release."""
    rendering = (Transcode, Trim, Concatenate, MixAudio, Reframe, Obscure)
    painting = (KeyGreenScreen,)
    writing = (Watermark, BurnCaptions)
    return (
        *(Cover, Sprite, Captions),
        *(partial(made, settings.ffmpeg) for made in (*rendering, *painting)),
        *(partial(made, settings.ffmpeg, settings.font) for made in writing),
    )
