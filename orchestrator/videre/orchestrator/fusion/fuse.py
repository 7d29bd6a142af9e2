"""Evidence of all modalities → one analysis. Pure: the same input gives the same bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from videre.common.values import TimeSpan
from videre.orchestrator.document import (
    Analysis,
    FrameCondition,
    Shot,
    StageState,
    TextLine,
    Utterance,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import (
    CLASSES,
    COLORS,
    FACES,
    FRAME_CONDITIONS,
    LOUDNESS,
    MUSIC,
    OBJECTS,
    SHOTS,
    SOUND,
    SPEECH,
    SPEECH_ACTIVITY,
    TEXT,
)
from videre.orchestrator.fusion import claims, stitch_frames, stitch_shots, stitch_sound
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.close_ups import credible
from videre.orchestrator.fusion.events.evaluate import evaluate
from videre.orchestrator.fusion.events.signs import Observed
from videre.orchestrator.fusion.events.speaks import of_events
from videre.orchestrator.fusion.inputs import FusionInput, FusionOptions
from videre.orchestrator.fusion.labels import labels
from videre.orchestrator.fusion.sound_events import sound_events
from videre.orchestrator.fusion.stitch_speech import LanguageGate, stitch_speech
from videre.orchestrator.fusion.stitch_text import stitch_text
from videre.orchestrator.fusion.topics import TopicIndex

#: The sampler's own evidence: the kept picture of each piece of a shot.
KEY_FRAMES: Final = "key_frames"
_LOOKED: Final = frozenset({StageState.SUCCEEDED, StageState.FAILED})

_ByFeature = Mapping[str, Sequence[Evidence]]


def fuse(given: FusionInput, gate: LanguageGate) -> Analysis:
    """Stitch every feature over unit borders, then pool what they say into labels.

    Args:
        given: evidence, clock, taxonomy and rules.
        gate: the language gate for `speech`.
    """
    by_feature = _by_feature(given.evidence)
    judge = Judge(given.engines, given.tables)
    timeline, taxonomy = given.timeline, given.taxonomy
    shots = stitch_shots.dress_shots(
        stitch_shots.stitch_shots(by_feature[SHOTS.name], judge, timeline, given.luma),
        by_feature[COLORS.name],
        by_feature[KEY_FRAMES],
        taxonomy,
    )
    samples = stitch_frames.Samples(given.evidence, shots)
    seen = stitch_frames.appearances(
        [
            *credible(by_feature[OBJECTS.name], by_feature[CLASSES.name], taxonomy),
            *by_feature[CLASSES.name],
            *by_feature[FACES.name],
        ],
        shots,
        samples,
        judge,
        taxonomy,
        timeline,
    )
    lines = _kept_lines(
        stitch_text(by_feature[TEXT.name], judge, timeline, given.edges), given.options
    )
    utterances = _kept_utterances(
        stitch_speech(by_feature[SPEECH.name], given.context.language_hints, gate, timeline),
        given.options,
    )
    sounds = sound_events(by_feature[SOUND.name], judge, taxonomy, timeline)
    faces = stitch_frames.faces(seen, judge)
    music = stitch_sound.music(by_feature[MUSIC.name], by_feature[SOUND.name], judge, taxonomy)
    topics = TopicIndex(taxonomy)
    said = [
        *claims.of_appearances(seen, taxonomy),
        *claims.of_colors(shots, by_feature[COLORS.name], taxonomy),
        *claims.of_sounds(sounds, with_picture=bool(timeline.frame_count)),
        *claims.of_text(lines, topics),
        *claims.of_speech(utterances, topics),
        *claims.of_context(given.context, topics, TimeSpan(0, timeline.duration_ns)),
    ]
    happened = evaluate(
        given.event_rules,
        Observed(
            timeline=timeline,
            taxonomy=taxonomy,
            judge=judge,
            stages=given.stages,
            by_feature=by_feature,
            shots=shots,
            seen=seen,
            faces=faces,
            sounds=sounds,
            lines=lines,
            utterances=utterances,
            music=music,
            sampled=samples.frames,
        ),
    )
    said += of_events(happened.found, said, taxonomy)
    return Analysis(
        media=given.media,
        engines=tuple(engine.pinned for engine in given.engines),
        rules=given.rules,
        stages=given.stages,
        shots=tuple(shots) if _looked(given, SHOTS.name) else (),
        labels=labels(said, taxonomy, timeline.duration_ns, given.options),
        objects=stitch_frames.objects(seen, judge, taxonomy),
        faces=faces,
        text_lines=lines,
        utterances=utterances,
        sound_events=tuple(event for event, _ in sounds),
        audio_segments=stitch_sound.audio_segments(
            by_feature[SPEECH_ACTIVITY], by_feature[SOUND.name], judge, taxonomy, timeline
        ),
        frame_conditions=_conditions(by_feature, shots, judge, given),
        loudness=stitch_sound.loudness(by_feature[LOUDNESS.name]),
        music=music,
        events=tuple(item.event for item in happened.found),
        event_rules=happened.states,
    )


def _by_feature(evidence: Sequence[Evidence]) -> _ByFeature:
    groups: dict[str, list[Evidence]] = defaultdict(list)
    for record in evidence:
        groups[record.feature].append(record)
    return groups


def _looked(given: FusionInput, stage: str) -> bool:
    return any(item.name == stage and item.state in _LOOKED for item in given.stages)


def _conditions(
    by_feature: _ByFeature, shots: Sequence[Shot], judge: Judge, given: FusionInput
) -> tuple[FrameCondition, ...]:
    if not _looked(given, FRAME_CONDITIONS.name):
        return ()
    return tuple(
        stitch_shots.stitch_conditions(
            by_feature[SHOTS.name],
            by_feature[FRAME_CONDITIONS.name],
            shots,
            judge,
            given.timeline,
        )
    )


def _kept_lines(lines: Sequence[TextLine], options: FusionOptions) -> tuple[TextLine, ...]:
    return tuple(line for line in lines if _wanted(line.language, options))


def _kept_utterances(
    utterances: Sequence[Utterance], options: FusionOptions
) -> tuple[Utterance, ...]:
    return tuple(item for item in utterances if _wanted(item.language, options))


def _wanted(language: str, options: FusionOptions) -> bool:
    """Tell whether a language is asked for; what has no known language always is."""
    if not options.languages or language == "und":
        return True
    primary = language.partition("-")[0]
    return any(wanted.casefold() in (language.casefold(), primary) for wanted in options.languages)
