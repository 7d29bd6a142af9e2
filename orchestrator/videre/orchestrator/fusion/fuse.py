"""Evidence of all modalities → one analysis. Pure: the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from videre.common.errors import Reason
from videre.common.values import TimeSpan
from videre.orchestrator.document import (
    Analysis,
    AudioKind,
    Condition,
    FaceAppearance,
    FilmMood,
    FrameCondition,
    MediaKind,
    Mood,
    Music,
    Person,
    QualityFinding,
    Scene,
    StageResult,
    StageState,
    Understanding,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import (
    CLASSES,
    CODES,
    COLORS,
    EMOTION,
    FACES,
    FRAME_CONDITIONS,
    LOUDNESS,
    MOOD,
    MUSIC,
    OBJECTS,
    QUALITY,
    SHOTS,
    SOUND,
    TEXT,
    TRACKS,
)
from videre.orchestrator.fusion import (
    claims,
    mood_cues,
    stitch_frames,
    stitch_shots,
    stitch_sound,
    structure,
)
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.codes import CodeReader
from videre.orchestrator.fusion.emotions import Expressions
from videre.orchestrator.fusion.entities import entities, mentions
from videre.orchestrator.fusion.events.evaluate import Evaluation, evaluate
from videre.orchestrator.fusion.events.signs import Observed
from videre.orchestrator.fusion.events.speaks import of_events
from videre.orchestrator.fusion.face_tracks import Windows
from videre.orchestrator.fusion.film_topics import film_topics
from videre.orchestrator.fusion.inputs import FusionInput
from videre.orchestrator.fusion.keywords import keywords
from videre.orchestrator.fusion.labels import Said, rate, what_is_said
from videre.orchestrator.fusion.moods import mood_stage, moods
from videre.orchestrator.fusion.music import music as music_of
from videre.orchestrator.fusion.passages import passages
from videre.orchestrator.fusion.people import Faces, Setting, are_compared, follow_faces, people
from videre.orchestrator.fusion.people import Followed as FacesFollowed
from videre.orchestrator.fusion.prominence import merge_spans
from videre.orchestrator.fusion.quality import quality
from videre.orchestrator.fusion.shot_likeness import looks
from videre.orchestrator.fusion.stitch_frames import Appearance
from videre.orchestrator.fusion.stitch_speech import LanguageGate
from videre.orchestrator.fusion.stitched import KEY_FRAMES, ByFeature, Stitched, stitch
from videre.orchestrator.fusion.technical_cues import technical_cues
from videre.orchestrator.fusion.text_labels import of_text_labels
from videre.orchestrator.fusion.topics import topic_index
from videre.orchestrator.fusion.tracks import (
    Followed,
    follow_all,
    object_tracks,
    track_of_records,
)
from videre.orchestrator.fusion.written import NOT_WRITTEN, Written
from videre.orchestrator.lexicon.names import load_names
from videre.orchestrator.lexicon.topic_map import load_topics

_LOOKED: Final = frozenset({StageState.SUCCEEDED, StageState.FAILED})


def fuse(given: FusionInput, gate: LanguageGate) -> Analysis:
    """Stitch every feature over unit borders, then pool what they say; see `fuse_with_faces`."""
    return fuse_with_faces(given, gate).analysis


class Fused(NamedTuple):
    """An analysis, what its people look like, and what its labels are made of."""

    analysis: Analysis
    faces: Faces
    said: Mapping[str, Said]


def fuse_with_faces(given: FusionInput, gate: LanguageGate) -> Fused:
    """Stitch every feature over unit borders, then pool what they say.

    Args:
        given: evidence, clock, taxonomy and rules.
        gate: the language gate for `speech`.

    Returns:
        The analysis and what libraries are bound to beside it.
    """
    known = stitch(given, gate)
    judge, by_feature = known.judge, known.by_feature
    timeline, taxonomy = given.timeline, given.taxonomy
    whole = TimeSpan(0, timeline.duration_ns)
    cues = _cues(known, given)
    conditions = cues if _looked(given, FRAME_CONDITIONS.name) else ()
    faces_known = _faces_known(known, given)
    followed = _followed(known, faces_known, given)
    tracked = track_of_records(followed)
    expressions = Expressions(by_feature[EMOTION.name], known.shots, known.samples, judge, timeline)
    faces = tuple(
        replace(face, emotions=expressions.of_shot(face.shot_index))
        for face in stitch_frames.faces(known.seen, judge, tracked)
    )
    music = music_of(by_feature[MUSIC.name], by_feature[SOUND.name], judge, taxonomy)
    written = _written(known, given)
    codes = _codes(known, given)
    happened = _events(known, faces, music, given)
    persons, looks_of_people = _people(known, faces_known, expressions, given)
    claimed = [*_claims(known, given, whole, written), *codes.claims(taxonomy)]
    claimed += of_events(happened.found, claimed, taxonomy)
    heard = what_is_said(claimed, taxonomy)
    del claimed  # tens of thousands, whose sums are known now
    found = rate(heard, taxonomy, timeline.duration_ns, given.options)
    felt, film_mood = _moods(known, expressions, music, given)
    belonging = _scenes(known, conditions, given)
    words = passages(known.lines, known.utterances, given.context, whole, written)
    named = mentions(words, given.names or load_names())
    analysis = Analysis(
        media=given.media,
        engines=tuple(engine.pinned for engine in given.engines),
        rules=given.rules,
        stages=_mood_stage(_told_apart(given.stages, known.seen), known),
        shots=tuple(known.shots) if _looked(given, SHOTS.name) else (),
        labels=found,
        objects=stitch_frames.objects(known.seen, judge, taxonomy, tracked),
        faces=faces,
        text_lines=known.lines,
        utterances=known.utterances,
        sound_events=tuple(event for event, _ in known.sounds),
        audio_segments=known.sound_track,
        frame_conditions=conditions,
        loudness=stitch_sound.loudness(by_feature[LOUDNESS.name]),
        music=music,
        events=tuple(item.event for item in happened.found),
        event_rules=happened.states,
        scenes=belonging,
        people=persons,
        keywords=keywords(words, named, timeline),
        entities=entities(named, timeline),
        topics=film_topics(found, words, load_topics(), taxonomy, timeline),
        quality=_quality(known, cues, given),
        codes=codes.codes(taxonomy),
        moods=felt,
        film_mood=film_mood,
        tracks=object_tracks(followed, known.shots, known.samples, judge, taxonomy, timeline),
    )
    return Fused(analysis, looks_of_people, heard)


def _written(known: Stitched, given: FusionInput) -> Written:
    """Return the text document, where the media is one."""
    if given.media.kind is not MediaKind.TEXT:
        return NOT_WRITTEN
    counts = given.timeline.counts_characters
    records = known.by_feature[TEXT.name] if counts else ()
    return Written(True, given.media.container == "md", {r.id: r.text for r in records})


def _claims(
    known: Stitched, given: FusionInput, whole: TimeSpan, written: Written
) -> list[claims.Claim]:
    """Return what every sense says of the labels."""
    taxonomy, topics = given.taxonomy, topic_index(given.taxonomy)
    return [
        *claims.of_appearances(known.seen, taxonomy, _windows(known), given.timeline),
        *claims.of_colors(known.shots, known.by_feature[COLORS.name], taxonomy),
        *claims.of_sounds(known.sounds, with_picture=bool(given.timeline.frame_count)),
        *claims.of_text(known.lines, topics, written),
        *of_text_labels(known.lines, given.media.video),
        *claims.of_speech(known.utterances, topics),
        *claims.of_context(given.context, topics, whole),
    ]


def _windows(known: Stitched) -> Windows:
    return Windows(
        known.samples.by_shot,
        [(shot.span.start_frame or 0, shot.span.end_frame or 0) for shot in known.shots],
    )


def _codes(known: Stitched, given: FusionInput) -> CodeReader:
    # These write for every frame that was looked at, the other features only of what they see.
    everywhere = known.by_feature[COLORS.name] or known.by_feature[CLASSES.name]
    return CodeReader(
        known.by_feature[CODES.name],
        known.shots,
        known.samples,
        known.judge,
        given.timeline,
        samples_known=bool(everywhere),
    )


def _moods(
    known: Stitched, expressions: Expressions, music: Music | None, given: FusionInput
) -> tuple[tuple[Mood, ...], FilmMood | None]:
    """Return how the film feels, over time and as a whole; nothing where nobody asked for it."""
    if not _looked(given, MOOD.name):
        return (), None
    cues = [
        *mood_cues.of_faces(expressions.felt),
        *mood_cues.of_words(known.lines, known.utterances),
        *mood_cues.of_sounds(known.sounds),
        *mood_cues.of_tempo(music, known.sound_track, known.by_feature[MUSIC.name]),
        *mood_cues.of_mode(music, known.sound_track, known.by_feature[MUSIC.name]),
    ]
    return moods(cues, given.timeline)


def _mood_stage(stages: tuple[StageResult, ...], known: Stitched) -> tuple[StageResult, ...]:
    understood = any(u.understanding is Understanding.UNDERSTOOD for u in known.utterances)
    unheard = bool(known.utterances) and not understood
    return tuple(
        mood_stage(stage, stages, speech_unheard=unheard) if stage.name == MOOD.name else stage
        for stage in stages
    )


def _events(
    known: Stitched, faces: Sequence[FaceAppearance], music: Music | None, given: FusionInput
) -> Evaluation:
    observed = Observed(
        timeline=given.timeline,
        taxonomy=given.taxonomy,
        judge=known.judge,
        stages=given.stages,
        by_feature=known.by_feature,
        shots=known.shots,
        seen=known.seen,
        faces=faces,
        sounds=known.sounds,
        lines=known.lines,
        utterances=known.utterances,
        music=music,
        sampled=known.samples.frames,
    )
    return evaluate(given.event_rules, observed)


def _looked(given: FusionInput, stage: str) -> bool:
    return any(item.name == stage and item.state in _LOOKED for item in given.stages)


def _quality(
    known: Stitched, cues: Sequence[FrameCondition], given: FusionInput
) -> tuple[QualityFinding, ...]:
    if not _looked(given, QUALITY.name):
        return ()
    by_feature = known.by_feature
    return quality(given, cues, known.shots, by_feature[QUALITY.name], by_feature[KEY_FRAMES])


def _cues(known: Stitched, given: FusionInput) -> tuple[FrameCondition, ...]:
    """Return special stretches of picture, which say too what has no faults of quality."""
    if not (_looked(given, FRAME_CONDITIONS.name) or _looked(given, QUALITY.name)):
        return ()
    seen = stitch_shots.stitch_conditions(
        known.by_feature[SHOTS.name],
        known.by_feature[FRAME_CONDITIONS.name],
        known.shots,
        known.judge,
        given.timeline,
    )
    return technical_cues(seen, known.shots, known.lines, known.by_feature[KEY_FRAMES], given)


def _scenes(
    known: Stitched, conditions: Sequence[FrameCondition], given: FusionInput
) -> tuple[Scene, ...]:
    """Return chapters and scenes in order of time; what begins together, the larger first."""
    shots = known.shots if _looked(given, SHOTS.name) else ()
    found = [
        *structure.chapters(shots, known.lines, known.utterances, given.timeline),
        *structure.scenes(
            shots,
            looks(shots, known.seen, given.signals),
            known.sound_track,
            conditions,
            known.lines,
            known.utterances,
            [*known.by_feature[SHOTS.name], *known.by_feature[KEY_FRAMES]],
        ),
    ]
    return tuple(sorted(found, key=lambda item: (item.span.start_ns, item.kind)))


def _faces_known(known: Stitched, given: FusionInput) -> FacesFollowed | None:
    blurred = _blurred(known.by_feature[FRAME_CONDITIONS.name], known.judge)
    return follow_faces(known.seen, given.embeddings, given.media.video, blurred)


def _followed(
    known: Stitched, faces: FacesFollowed | None, given: FusionInput
) -> Sequence[Followed]:
    """Return what was followed; nothing where nobody asked for it."""
    if not _looked(given, TRACKS.name):
        return ()
    return follow_all(known.seen, faces.tracks if faces is not None else None, known.samples)


def _people(
    known: Stitched, faces: FacesFollowed | None, expressions: Expressions, given: FusionInput
) -> tuple[tuple[Person, ...], Faces]:
    setting = Setting(
        shots=known.shots,
        samples=known.samples,
        pictures=_pictures(known.by_feature),
        speech=_speech(known) if known.sound_track else None,
        timeline=given.timeline,
        judge=known.judge,
        expressions=expressions,
    )
    return people(faces, setting)


def _speech(known: Stitched) -> Sequence[TimeSpan]:
    return merge_spans(s.span for s in known.sound_track if s.kind is AudioKind.SPEECH)


def _told_apart(
    stages: tuple[StageResult, ...], seen: Sequence[Appearance]
) -> tuple[StageResult, ...]:
    """Return the stages; that of faces says so when nobody could tell its faces apart."""
    if are_compared(seen):
        return stages
    return tuple(
        replace(stage, reason=str(Reason.FACES_NOT_COMPARED))
        if stage.name == FACES.name and stage.state is StageState.SUCCEEDED
        else stage
        for stage in stages
    )


def _pictures(by_feature: ByFeature) -> Mapping[int, str]:
    """Return the kept picture of each frame that has one: all records name the same one."""
    return {
        record.span.start_frame: record.picture
        for feature in (OBJECTS.name, KEY_FRAMES, FACES.name)
        for record in by_feature[feature]
        if record.picture and record.span.start_frame is not None
    }


def _blurred(records: Sequence[Evidence], judge: Judge) -> frozenset[int]:
    return frozenset(
        record.span.start_frame
        for record in records
        if record.class_name == Condition.BLURRED
        and record.span.start_frame is not None
        and judge.detects(record)
    )
