"""The engines of the speech service, best first within a feature."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from videre.asr.checkpoints import Checkpoint
from videre.asr.engines import nemo_activity
from videre.asr.engines.base import Diariser, Recogniser, SpeechActivityEngine
from videre.asr.engines.nemo import NemoRecogniser, UnnamedNemo, checkpoint_entry, read_phrases
from videre.asr.engines.nemo_activity import NemoActivityEngine
from videre.asr.engines.resemblyzer import ResemblyzerDiariser
from videre.asr.engines.silero import SileroActivityEngine
from videre.asr.engines.sphinx import SphinxRecogniser
from videre.asr.settings import AsrSettings
from videre.common.engine import EngineRegistry
from videre.common.models import ModelStore
from videre.common.plugins import find_plugins

SPEECH_ACTIVITY = "speech_activity"
SPEECH = "speech"
DIARIZATION = "diarization"

AsrEngine: TypeAlias = SpeechActivityEngine | Recogniser | Diariser


def asr_engines(
    models: ModelStore, settings: AsrSettings | None = None
) -> EngineRegistry[AsrEngine]:
    """Return the engines of this release, those of configured checkpoints, then those of plug-ins.

    Args:
        models: the model store; the checkpoints join it.
        settings: None = no checkpoints.
    """
    seats = {SPEECH_ACTIVITY: SpeechActivityEngine, SPEECH: Recogniser, DIARIZATION: Diariser}
    own: list[Callable[[], AsrEngine]] = [
        SileroActivityEngine, _activity_of_checkpoint(models, settings), SphinxRecogniser,
        *_of_checkpoints(models, settings), ResemblyzerDiariser,
    ]  # fmt: skip
    return EngineRegistry[AsrEngine](own, models, find_plugins("asr", seats))


def _of_checkpoints(
    models: ModelStore, settings: AsrSettings | None
) -> list[Callable[[], AsrEngine]]:
    if settings is None or not settings.checkpoints:
        return [UnnamedNemo]
    phrases = read_phrases(settings.nemo_phrases)
    for checkpoint in settings.checkpoints:
        models.adopt(checkpoint_entry(checkpoint))
    return [partial(NemoRecogniser, one, settings, phrases) for one in settings.checkpoints]


def _activity_of_checkpoint(
    models: ModelStore, settings: AsrSettings | None
) -> Callable[[], NemoActivityEngine]:
    if settings is not None and settings.nemo_vad is not None:
        checkpoint = Checkpoint(nemo_activity.NAME, (), settings.nemo_vad)
        models.adopt(checkpoint_entry(checkpoint, "speech-activity"))
    return partial(NemoActivityEngine, settings)
