"""What each feature tells by itself, over the borders of units. Pure.

It is the ground that everything else in fusion stands on: labels, scenes, people, words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter
from typing import Final

from videre.orchestrator.document import AudioSegment, Shot, SoundEvent, TextLine, Utterance
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import (
    CLASSES,
    COLORS,
    DIARIZATION,
    FACES,
    FRAME_FEATURES,
    OBJECTS,
    PICTURE_KINDS,
    SHOTS,
    SOUND,
    SPEECH,
    SPEECH_ACTIVITY,
    TEXT,
)
from videre.orchestrator.fusion import stitch_frames, stitch_shots, stitch_sound
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.close_ups import credible
from videre.orchestrator.fusion.inputs import FusionInput, FusionOptions
from videre.orchestrator.fusion.sound_events import sound_events
from videre.orchestrator.fusion.speakers import with_speakers
from videre.orchestrator.fusion.stitch_frames import Appearance, Samples
from videre.orchestrator.fusion.stitch_speech import LanguageGate, stitch_speech
from videre.orchestrator.fusion.stitch_text import stitch_text

#: The sampler's own evidence: the kept picture of each piece of a shot.
KEY_FRAMES: Final = "key_frames"

ByFeature = Mapping[str, Sequence[Evidence]]


@dataclass(frozen=True, slots=True)
class Stitched:
    """What each feature tells by itself.

    Args:
        by_feature: the evidence, by feature.
        judge: knows calibrated scores.
        shots: all shots with their colours and pictures; one over everything where nobody looked.
        samples: which frames were looked at.
        seen: what is believed of objects, classes, faces and kinds of pictures.
        lines: text in the picture, in the languages that are asked for.
        utterances: what was said, in the languages that are asked for.
        sounds: sounds that can be named, with their records.
        sound_track: what fills the sound track; () when nobody listened.
    """

    by_feature: ByFeature
    judge: Judge
    shots: Sequence[Shot]
    samples: Samples
    seen: Sequence[Appearance]
    lines: tuple[TextLine, ...]
    utterances: tuple[Utterance, ...]
    sounds: Sequence[tuple[SoundEvent, tuple[Evidence, ...]]]
    sound_track: tuple[AudioSegment, ...]


def stitch(given: FusionInput, gate: LanguageGate) -> Stitched:
    """Stitch every feature over the borders of units.

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
    looked = chain.from_iterable(by_feature[feature.name] for feature in FRAME_FEATURES)
    samples = Samples(looked, shots)
    believable = [
        *credible(by_feature[OBJECTS.name], by_feature[CLASSES.name], taxonomy),
        *by_feature[CLASSES.name],
        *by_feature[FACES.name],
        *by_feature[PICTURE_KINDS.name],
    ]
    lines = stitch_text(by_feature[TEXT.name], judge, timeline, given.edges)
    hints = given.context.language_hints
    heard = stitch_speech(by_feature[SPEECH.name], hints, gate, timeline)
    utterances = with_speakers(heard, by_feature[DIARIZATION.name], judge)
    return Stitched(
        by_feature=by_feature,
        judge=judge,
        shots=shots,
        samples=samples,
        seen=stitch_frames.appearances(believable, shots, samples, judge, taxonomy, timeline),
        lines=tuple(item for item in lines if _wanted(item.language, given.options)),
        utterances=tuple(item for item in utterances if _wanted(item.language, given.options)),
        sounds=sound_events(by_feature[SOUND.name], judge, taxonomy, timeline),
        sound_track=stitch_sound.audio_segments(
            by_feature[SPEECH_ACTIVITY], by_feature[SOUND.name], judge, taxonomy, timeline
        ),
    )


def _by_feature(evidence: Sequence[Evidence]) -> ByFeature:
    groups: dict[str, list[Evidence]] = defaultdict(list)
    for feature, records in groupby(evidence, key=attrgetter("feature")):
        groups[feature] += records
    return groups


def _wanted(language: str, options: FusionOptions) -> bool:
    """Tell whether a language is asked for; what has no known language always is."""
    if not options.languages or language == "und":
        return True
    primary = language.partition("-")[0]
    return any(wanted.casefold() in (language.casefold(), primary) for wanted in options.languages)
