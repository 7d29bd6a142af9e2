"""The engines of the speech service, best first within a feature."""

from __future__ import annotations

from typing import TypeAlias

from videre.asr.engines.base import Recogniser, SpeechActivityEngine
from videre.asr.engines.silero import SileroActivityEngine
from videre.asr.engines.sphinx import SphinxRecogniser
from videre.common.engine import EngineRegistry
from videre.common.models import ModelStore
from videre.common.plugins import find_plugins

SPEECH_ACTIVITY = "speech_activity"
SPEECH = "speech"

AsrEngine: TypeAlias = SpeechActivityEngine | Recogniser


def asr_engines(models: ModelStore) -> EngineRegistry[AsrEngine]:
    """Return the engines of this release, then those of plug-ins."""
    plugins = find_plugins("asr", {SPEECH_ACTIVITY: SpeechActivityEngine, SPEECH: Recogniser})
    return EngineRegistry[AsrEngine]([SileroActivityEngine, SphinxRecogniser], models, plugins)
