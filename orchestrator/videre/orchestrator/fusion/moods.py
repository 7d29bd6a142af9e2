"""Cues → how the film feels, over time and as a whole. Pure, integers only.

The space is J. A. Russell's circumplex ("A circumplex model of affect", Journal of Personality and
Social Psychology 39 (1980) 1161-1178): valence from displeasure (-1) to pleasure (1), arousal from
sleepiness (-1) to arousal (1), and a word for each eighth of the circle.

The film is cut into windows of ten seconds; `mood_windows` tells what each of them feels like. A
window whose valence and arousal both lie within ±0.2 is not clear and tells nothing. Neighbouring
windows of one kind make one stretch, with the means by time. A stretch is told only if what was
felt in it, net, comes to a second of full feeling (or a fifth of a media shorter than five
seconds): a chuckle in passing or one kind sentence makes no mood.

The film's mood is the mean by time of its stretches. It is clear if they cover a third of the time
and leave the middle of the circle; otherwise the film is neutral, and the answer says why: what was
felt is too little (FAINT) or goes both ways (MIXED). Where nothing at all speaks, nothing is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from videre.common.errors import Reason
from videre.common.values import NS, SCORE_ONE
from videre.orchestrator.document import (
    EvidenceRef,
    FilmMood,
    Mood,
    MoodKind,
    MoodSource,
    MoodVoice,
    StageResult,
    StageState,
    Unclear,
)
from videre.orchestrator.features import MOOD_SOURCES, SPEECH
from videre.orchestrator.fusion.mood_cues import Cue
from videre.orchestrator.fusion.mood_windows import Window, mean, windows
from videre.orchestrator.fusion.refs import references
from videre.orchestrator.timeline import Timeline

#: Valence and arousal nearer to 0 than this, E4, are no direction.
_DEAD: Final = 2_000
#: Full feeling that makes a mood, and at most this part of the media.
_LEAST_NS: Final = NS
_LEAST_PART: Final = 5
#: Share E4 of the time that must be felt for the film to have a mood, and to be sure of it.
_LEAST_SHARE: Final = 3_333
_SURE_SHARE: Final = 5_000

_EIGHTHS: Final = {
    (0, 0): MoodKind.NEUTRAL,
    (1, 0): MoodKind.PLEASURE,
    (1, 1): MoodKind.EXCITEMENT,
    (0, 1): MoodKind.AROUSAL,
    (-1, 1): MoodKind.DISTRESS,
    (-1, 0): MoodKind.DISPLEASURE,
    (-1, -1): MoodKind.DEPRESSION,
    (0, -1): MoodKind.SLEEPINESS,
    (1, -1): MoodKind.RELAXATION,
}


def kind_of(valence: int | None, arousal: int | None) -> MoodKind:
    """Return the eighth of the circle; what nobody tells counts as 0."""
    return _EIGHTHS[_direction(valence), _direction(arousal)]


def _direction(value: int | None) -> int:
    if value is None or abs(value) < _DEAD:
        return 0
    return 1 if value > 0 else -1


def moods(cues: Iterable[Cue], timeline: Timeline) -> tuple[tuple[Mood, ...], FilmMood | None]:
    """Return the stretches that clearly feel like something, and how the whole film feels.

    Returns:
        The stretches in order of time, and the film's mood: None where nothing speaks of one.
    """
    speaking = [window for window in windows(cues, timeline.duration_ns) if window.speaks]
    least = min(_LEAST_NS, timeline.duration_ns // _LEAST_PART)
    told = [stretch for stretch in _stretches(speaking) if _weight_of(stretch) >= least]
    found = tuple(_mood(stretch, timeline) for stretch in told)
    return found, _film_mood(found, told or [speaking], timeline.duration_ns)


def _stretches(speaking: Iterable[Window]) -> list[list[Window]]:
    """Join neighbouring windows of one kind; those that are not clear fall out."""
    stretches: list[list[Window]] = []
    for window in speaking:
        kind = kind_of(window.valence, window.arousal)
        if kind is MoodKind.NEUTRAL:
            continue
        last = stretches[-1][-1] if stretches else None
        if last and last.end_ns == window.start_ns and kind_of(last.valence, last.arousal) is kind:
            stretches[-1].append(window)
        else:
            stretches.append([window])
    return stretches


def _weight_of(stretch: Sequence[Window]) -> int:
    """Return how long full feeling would have to last to say as much as a stretch does, ns."""
    valence, arousal = (sum(window.felt_ns[axis] for window in stretch) for axis in (0, 1))
    mean_valence, mean_arousal = _means(stretch)
    return max(
        valence * _direction(mean_valence),
        arousal * _direction(mean_arousal),
    )


def _means(stretch: Sequence[Window]) -> tuple[int | None, int | None]:
    lengths = [window.length for window in stretch]
    return (
        mean([window.valence for window in stretch], lengths),
        mean([window.arousal for window in stretch], lengths),
    )


def _mood(stretch: Sequence[Window], timeline: Timeline) -> Mood:
    valence, arousal = _means(stretch)
    refs, count = _refs(stretch)
    lengths = [window.length for window in stretch]
    return Mood(
        span=timeline.with_frames(stretch[0].start_ns, stretch[-1].end_ns),
        kind=kind_of(valence, arousal),
        valence=valence,
        arousal=arousal,
        score=mean([window.score for window in stretch], lengths) or 0,
        voices=_voices(stretch),
        evidence=refs,
        evidence_count=count,
    )


def _voices(stretch: Sequence[Window]) -> tuple[MoodVoice, ...]:
    """Return what each source says of a stretch: the mean by weight and time."""
    by_source: dict[MoodSource, list[tuple[MoodVoice, int]]] = defaultdict(list)
    for window in stretch:
        for voice in window.voices:
            by_source[voice.source].append((voice, window.length))
    total = sum(window.length for window in stretch)
    voices = []
    for source in sorted(by_source):
        heard = by_source[source]
        weights = [voice.weight * length for voice, length in heard]
        voices.append(
            MoodVoice(
                source,
                mean([voice.valence for voice, _ in heard], weights),
                mean([voice.arousal for voice, _ in heard], weights),
                sum(weights) // total,
            )
        )
    return tuple(voices)


def _refs(stretch: Iterable[Window]) -> tuple[tuple[EvidenceRef, ...], int]:
    """Return the strongest evidence of a stretch that is not neutral, and how much there is."""
    refs = {ref.id: ref for window in stretch for cue in window.cues for ref in cue.refs}
    return references(refs.values()), len(refs)


def _film_mood(
    found: Sequence[Mood], behind: Sequence[Sequence[Window]], duration_ns: int
) -> FilmMood | None:
    """Return how the whole film feels.

    Args:
        found: its stretches.
        behind: the windows of the stretches; where there are none, all that speak.
        duration_ns: of the film.
    """
    refs, count = _refs(window for stretch in behind for window in stretch)
    if not refs:
        return None
    lengths = [max(1, mood.span.duration_ns) for mood in found]
    valence = mean([mood.valence for mood in found], lengths)
    arousal = mean([mood.arousal for mood in found], lengths)
    kind = kind_of(valence, arousal)
    felt_ns = sum(mood.span.duration_ns for mood in found)
    share = min(SCORE_ONE, felt_ns * SCORE_ONE // duration_ns) if duration_ns else SCORE_ONE
    share = share if found else 0
    unclear = Unclear.NOT
    if share < _LEAST_SHARE:
        unclear = Unclear.FAINT
    elif kind is MoodKind.NEUTRAL:
        unclear = Unclear.MIXED
    whole = FilmMood(
        kind=kind,
        unclear=unclear,
        valence=valence,
        arousal=arousal,
        score=(mean([mood.score for mood in found], lengths) or 0)
        * min(SCORE_ONE, share * SCORE_ONE // _SURE_SHARE)
        // SCORE_ONE,
        share=share,
        evidence=refs,
        evidence_count=count,
    )
    if unclear is Unclear.NOT:
        return whole
    return replace(whole, kind=MoodKind.NEUTRAL, valence=None, arousal=None, score=0)


def mood_stage(
    stage: StageResult, stages: Iterable[StageResult], *, speech_unheard: bool
) -> StageResult:
    """Return the stage of the mood as it really is: no better than what it is made of.

    FAILED where a source failed, NOT_CHECKED where none looked, as the first of these sources is.

    Args:
        stage: that of the mood.
        stages: all of them.
        speech_unheard: there is speech, but none that was understood.
    """
    if stage.state is not StageState.SUCCEEDED:
        return stage
    by_name = {item.name: item for item in stages}
    sources = [by_name[item.name] for item in MOOD_SOURCES if item.name in by_name]
    for source in sources:
        if source.state is StageState.FAILED:
            return replace(
                stage, state=StageState.FAILED, reason=source.reason, missing=source.missing
            )
    deaf = {SPEECH.name} if speech_unheard else set()
    looked = [s for s in sources if s.state is StageState.SUCCEEDED and s.name not in deaf]
    if looked:
        return stage
    unchecked = [s.reason for s in sources if s.state is StageState.NOT_CHECKED]
    if deaf:
        unchecked.append(str(Reason.SPEECH_NOT_UNDERSTOOD))
    if unchecked:
        return replace(stage, state=StageState.NOT_CHECKED, reason=unchecked[0])
    return replace(stage, state=StageState.SKIPPED, reason=str(Reason.NO_TRACK))
