"""What a media is judged by, with what another engine saw in place of one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from videre.common.values import TimeSpan
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.document import Analysis
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import SOUND, SPEECH, TEXT
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.sights import in_order


@dataclass(frozen=True, slots=True)
class Sighting:
    """What an engine saw of a media in another analysis of it.

    Args:
        engine: who looked.
        analysis: what was made of it: stages, and the lists that words are looked for in.
        evidence: its records, those that rules ask for.
        sampled: spans of the frames that were looked at.
    """

    engine: EngineFacts
    analysis: Analysis
    evidence: Sequence[Evidence]
    sampled: Sequence[TimeSpan] = ()


def seen_by(given: ModerationInput, other: Sighting) -> ModerationInput:
    """Return what a media is judged by, where another engine looked for its feature.

    Events and people stay those of the analysis: they are made of several features at once.
    """
    feature = other.engine.feature
    analysis, theirs = given.analysis, other.analysis
    stages = {stage.name: stage for stage in theirs.stages}
    analysis = replace(
        analysis,
        stages=tuple(
            stages.get(stage.name, stage) if stage.name == feature else stage
            for stage in analysis.stages
        ),
        text_lines=theirs.text_lines if feature == TEXT.name else analysis.text_lines,
        utterances=theirs.utterances if feature == SPEECH.name else analysis.utterances,
        audio_segments=(
            theirs.audio_segments if feature == SOUND.name else analysis.audio_segments
        ),
    )
    return replace(
        given,
        analysis=analysis,
        evidence=[r for r in given.evidence if r.feature != feature] + list(other.evidence),
        engines=(*(one for one in given.engines if one.feature != feature), other.engine),
        sampled=None if given.sampled is None else in_order([*given.sampled, *other.sampled]),
    )
