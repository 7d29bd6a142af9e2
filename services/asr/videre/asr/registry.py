"""The engines of the speech service, best first within a feature."""

from __future__ import annotations

from typing import TypeAlias

from videre.asr.engines.base import Diariser, Recogniser, SpeechActivityEngine
from videre.asr.engines.resemblyzer import ResemblyzerDiariser
from videre.asr.engines.silero import SileroActivityEngine
from videre.asr.engines.sphinx import SphinxRecogniser
from videre.common.engine import EngineRegistry
from videre.common.models import ModelStore
from videre.common.plugins import find_plugins

SPEECH_ACTIVITY = "speech_activity"
SPEECH = "speech"
DIARIZATION = "diarization"

AsrEngine: TypeAlias = SpeechActivityEngine | Recogniser | Diariser


def asr_engines(models: ModelStore) -> EngineRegistry[AsrEngine]:
    """Return the engines of this release, then those of plug-ins."""
    seats = {SPEECH_ACTIVITY: SpeechActivityEngine, SPEECH: Recogniser, DIARIZATION: Diariser}
    own = (SileroActivityEngine, SphinxRecogniser, ResemblyzerDiariser)
    return EngineRegistry[AsrEngine](own, models, find_plugins("asr", seats))
