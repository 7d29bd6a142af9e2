"""The engines of the audio service, best first within a feature."""

from __future__ import annotations

from typing import Final, TypeAlias

from videre.audio.engines.base import MusicEngine, SoundEngine
from videre.audio.engines.beats import Beats
from videre.audio.engines.level import Level
from videre.audio.engines.yamnet import YamNet
from videre.common.engine import EngineRegistry
from videre.common.models import ModelStore
from videre.common.plugins import find_plugins

SOUND: Final = "sound"
MUSIC: Final = "music"

AudioEngine: TypeAlias = SoundEngine | MusicEngine


def audio_engines(models: ModelStore) -> EngineRegistry[AudioEngine]:
    """Return the engines of this release, then those of plug-ins."""
    plugins = find_plugins("audio", {SOUND: SoundEngine, MUSIC: MusicEngine})
    return EngineRegistry[AudioEngine]((YamNet, Level, Beats), models, plugins)
