"""An analysis as the measures read it: plain values, seconds and frames."""

from __future__ import annotations

from dataclasses import dataclass

from videre.cli.evaluation.truth import Span
from videre.v1 import analysis_pb2, job_pb2, types_pb2

_UNDERSTANDING = {
    analysis_pb2.UNDERSTANDING_UNDERSTOOD: "understood",
    analysis_pb2.UNDERSTANDING_UNCERTAIN: "uncertain",
    analysis_pb2.UNDERSTANDING_NOT_UNDERSTOOD: "not understood",
}
_SUGGESTIONS = {
    analysis_pb2.SUGGESTION_PASS: "pass",
    analysis_pb2.SUGGESTION_REVIEW: "review",
    analysis_pb2.SUGGESTION_BLOCK: "block",
}


@dataclass(frozen=True, slots=True)
class Shot:
    """Frames [first, end) of one shot; `faded` = it begins with a gradual change."""

    first: int
    end: int
    faded: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; frames are None for a still picture."""

    text: str
    span: Span
    first: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of speech. `understanding`: "understood", "uncertain" or "not understood"."""

    span: Span
    words: tuple[Word, ...]
    understanding: str


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound event."""

    name: str
    span: Span
    confidence: float


@dataclass(frozen=True, slots=True)
class Thing:
    """A class of object, or faces, in one shot."""

    name: str
    span: Span
    confidence: float
    shot: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What moderation found: `suggestion` of a group, and the reason when no segment made it."""

    category: str
    medium: str
    suggestion: str
    label: str
    confidence: float
    reason: str
    at_s: float | None


@dataclass(frozen=True, slots=True)
class Observed:
    """The answer about one media.

    Args:
        rate: frames per second; 0 without video.
        labels: node id and name of the labels that hold.
        matches: names of the entries of own libraries that are there.
        nsfw_frames: frames that the engine for unsafe pictures looked at.
        nsfw_scores: its raw score and time for frames that moderation was shown.
        checked: features whose stage succeeded.
    """

    seconds: float
    rate: float
    shots: tuple[Shot, ...]
    lines: tuple[Line, ...]
    utterances: tuple[Utterance, ...]
    speech: tuple[Span, ...]
    sounds: tuple[Sound, ...]
    objects: tuple[Thing, ...]
    faces: tuple[Thing, ...]
    labels: tuple[tuple[str, str], ...]
    beats: tuple[float, ...]
    bpm: float | None
    suggestion: str
    findings: tuple[Finding, ...]
    nsfw_frames: int
    nsfw_scores: tuple[tuple[float, float], ...]
    checked: frozenset[str]
    matches: tuple[str, ...] = ()


def observe(job: job_pb2.Job, analysis: analysis_pb2.Analysis) -> Observed:
    """Return the plain values of an analysis with the view FULL."""
    video = analysis.media_info.video
    denominator = video.frame_rate_denominator
    stages = {stage.name: stage for stage in job.stages}
    unsafe = [group for group in analysis.verdict.groups if group.category == "porn"]
    return Observed(
        seconds=analysis.media_info.duration.ToNanoseconds() / 1e9,
        rate=video.frame_rate_numerator / denominator if denominator else 0.0,
        shots=tuple(_shot(shot) for shot in analysis.shots),
        lines=tuple(_line(line) for line in analysis.text_lines),
        utterances=tuple(_utterance(utterance) for utterance in analysis.utterances),
        speech=tuple(
            _span(part.span)
            for part in analysis.audio_segments
            if part.kind == analysis_pb2.AUDIO_KIND_SPEECH
        ),
        sounds=tuple(
            Sound(event.class_name, _span(event.span), event.confidence)
            for event in analysis.sound_events
        ),
        objects=tuple(
            Thing(found.class_name, _span(found.span), found.confidence, found.shot_index)
            for found in analysis.objects
        ),
        faces=tuple(
            Thing("face", _span(found.span), found.confidence, found.shot_index)
            for found in analysis.faces
        ),
        labels=tuple((label.node_id, label.name) for label in analysis.labels),
        beats=tuple(beat.ToNanoseconds() / 1e9 for beat in analysis.music.beat_offsets),
        bpm=analysis.music.tempo_bpm or None,
        suggestion=_SUGGESTIONS.get(analysis.verdict.suggestion, "none"),
        findings=tuple(_finding(group) for group in analysis.verdict.groups),
        nsfw_frames=stages["nsfw"].model_calls if "nsfw" in stages else 0,
        nsfw_scores=_frame_scores(unsafe),
        checked=frozenset(
            name
            for name, stage in stages.items()
            if stage.state == analysis_pb2.STAGE_STATE_SUCCEEDED
        ),
        matches=tuple(match.name for match in analysis.library_matches),
    )


def _span(span: types_pb2.TimeSpan) -> Span:
    return Span(span.start_offset.ToNanoseconds() / 1e9, span.end_offset.ToNanoseconds() / 1e9)


def _shot(shot: analysis_pb2.Shot) -> Shot:
    faded = shot.transition_in == analysis_pb2.SHOT_TRANSITION_FADE
    return Shot(shot.span.start_frame, shot.span.end_frame, faded)


def _line(line: analysis_pb2.TextLine) -> Line:
    moving = line.span.HasField("start_frame")
    return Line(
        line.text,
        _span(line.span),
        line.span.start_frame if moving else None,
        line.span.end_frame if moving else None,
    )


def _utterance(utterance: analysis_pb2.Utterance) -> Utterance:
    words = tuple(Word(word.text, _span(word.span)) for word in utterance.words)
    understanding = _UNDERSTANDING.get(utterance.understanding, "not decided")
    return Utterance(_span(utterance.span), words, understanding)


def _finding(group: analysis_pb2.VerdictGroup) -> Finding:
    worst = group.segments[0] if group.segments else None
    return Finding(
        category=group.category,
        medium=group.medium,
        suggestion=_SUGGESTIONS.get(group.suggestion, "none"),
        label=group.label,
        confidence=group.confidence,
        reason=group.reason,
        at_s=_span(worst.span).start_s if worst is not None else None,
    )


def _frame_scores(
    groups: list[analysis_pb2.VerdictGroup],
) -> tuple[tuple[float, float], ...]:
    scores = {
        (round(_span(evidence.span).start_s, 3), evidence.raw_confidence)
        for group in groups
        if group.medium == "image"
        for segment in group.segments
        for evidence in segment.evidence
    }
    return tuple(sorted(scores))
