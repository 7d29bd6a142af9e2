"""Answers of services → evidence records. Scores are rounded once, here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from videre.common.values import NS, TimeSpan, rounded, score_e4
from videre.internal.v1 import asr_pb2, audio_pb2, ocr_pb2, visual_pb2
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.evidence import LOOKED_BEFORE, Evidence, Word
from videre.orchestrator.library.entries import FEATURE_DTYPE
from videre.orchestrator.library.marks import hash_attributes
from videre.orchestrator.timeline import Timeline

RATE: Final = 16_000
_ATTRIBUTE_SCALE: Final = 10_000


def sample_ns(sample: int, start_ns: int, rate: int = RATE) -> int:
    """Return the instant of a sample, floored, for sound that starts at `start_ns`."""
    return start_ns + sample * NS // rate


def scaled(value: float) -> int:
    """Return a measurement as the integer that evidence keeps (× 10,000, rounded half up)."""
    return rounded(value, _ATTRIBUTE_SCALE)


def _box(values: Sequence[float]) -> tuple[int, int, int, int] | None:
    if not values:
        return None
    x, y, width, height = (score_e4(value) for value in values)
    return x, y, width, height


def observation(
    seen: visual_pb2.Observation,
    engine: EngineFacts,
    span: TimeSpan,
    *,
    embedding: str = "",
    picture: str = "",
) -> Evidence:
    """Return what a frame engine saw in one frame."""
    score = min(score_e4(seen.score), engine.score_cap)
    return Evidence(
        feature=engine.feature,
        engine=engine.id,
        span=span,
        class_name=seen.class_name,
        score=score,
        box=_box(seen.box),
        points=tuple(score_e4(value) for value in seen.points),
        attributes=_measurements(seen),
        text=seen.text,
        embedding=embedding,
        picture=picture,
        data=seen.data.hex(),
    )


def _measurements(seen: visual_pb2.Observation) -> dict[str, int]:
    kept = {name: scaled(value) for name, value in sorted(seen.attributes.items())}
    if seen.HasField("perceptual_hash"):
        kept |= hash_attributes(seen.perceptual_hash)
    if seen.local_features:
        kept["features"] = len(seen.local_features) // FEATURE_DTYPE.itemsize
    return kept


def shots(
    answer: visual_pb2.DetectShotsResponse, engine: EngineFacts, timeline: Timeline
) -> list[Evidence]:
    """Return boundaries and black or solid runs."""
    records = [
        Evidence(
            feature="shots",
            engine=engine.id,
            span=timeline.frame_span(found.frame, found.frame + 1),
            class_name=found.kind,
            score=score_e4(found.score),
        )
        for found in answer.boundaries
    ]
    records += [
        Evidence(
            feature="shots",
            engine=engine.id,
            span=timeline.frame_span(run.start_frame, run.end_frame),
            class_name=run.kind,
            score=score_e4(run.score),
        )
        for run in answer.runs
    ]
    return records


def text_lines(
    answers: Sequence[ocr_pb2.FrameText],
    next_frame: Mapping[int, int],
    engine: EngineFacts,
    timeline: Timeline,
    pictures: Mapping[int, str],
) -> list[Evidence]:
    """Return the lines of sampled frames; each holds until the next sampled frame.

    Each also says which frame of the unit was looked at before its own: there the line may have
    been missing.
    """
    before = {later.frame: earlier.frame for earlier, later in pairwise(answers)}
    return [
        Evidence(
            feature="text",
            engine=engine.id,
            span=timeline.frame_span(answer.frame, next_frame[answer.frame]),
            score=score_e4(line.score),
            points=tuple(score_e4(value) for value in line.quad),
            text=line.text,
            picture=pictures.get(answer.frame, ""),
            attributes=({LOOKED_BEFORE: before[answer.frame]} if answer.frame in before else {}),
        )
        for answer in answers
        for line in answer.lines
    ]


def speech_spans(
    answer: asr_pb2.DetectSpeechResponse, engine: EngineFacts, start_ns: int
) -> list[Evidence]:
    """Return where somebody speaks."""
    return [
        Evidence(
            feature="speech_activity",
            engine=engine.id,
            span=TimeSpan(
                sample_ns(span.start_sample, start_ns), sample_ns(span.end_sample, start_ns)
            ),
            class_name="speech",
            score=score_e4(span.score),
        )
        for span in answer.spans
    ]


def speaker_turns(
    answer: asr_pb2.DiarizeResponse, engine: EngineFacts, start_ns: int
) -> list[Evidence]:
    """Return who speaks when; the first to speak in the track is speaker_1."""
    return [
        Evidence(
            feature=engine.feature,
            engine=engine.id,
            span=TimeSpan(
                sample_ns(turn.start_sample, start_ns), sample_ns(turn.end_sample, start_ns)
            ),
            class_name=f"speaker_{turn.speaker + 1}",
            score=min(score_e4(turn.score), engine.score_cap),
        )
        for turn in answer.turns
    ]


def utterances(
    answer: asr_pb2.TranscribeResponse,
    spans: Sequence[asr_pb2.SpeechSpan],
    engine: EngineFacts,
    group_start_ns: int,
) -> list[Evidence]:
    """Return what was heard in each span of a group."""
    records = []
    for span, heard in zip(spans, answer.utterances, strict=True):
        words = tuple(
            Word(
                word.text,
                sample_ns(word.start_sample, group_start_ns),
                sample_ns(word.end_sample, group_start_ns),
                score_e4(word.score),
            )
            for word in heard.words
        )
        records.append(
            Evidence(
                feature="speech",
                engine=engine.id,
                span=TimeSpan(
                    sample_ns(span.start_sample, group_start_ns),
                    sample_ns(span.end_sample, group_start_ns),
                ),
                class_name=heard.language_code,
                score=sum(word.score for word in words) // len(words) if words else 0,
                text=" ".join(word.text for word in words),
                words=words,
                attributes={
                    name: scaled(value) for name, value in sorted(heard.measurements.items())
                },
            )
        )
    return records


def sound_windows(
    answer: audio_pb2.AnalyzeSoundResponse, engine: EngineFacts, start_ns: int
) -> list[Evidence]:
    """Return the windows of a stretch: one record each for its level, then one per class."""
    records = []
    for window in answer.windows:
        span = TimeSpan(
            sample_ns(window.start_sample, start_ns), sample_ns(window.end_sample, start_ns)
        )
        records.append(
            Evidence(
                feature="sound",
                engine=engine.id,
                span=span,
                attributes={
                    "flatness": scaled(window.flatness),
                    "level_dbfs": scaled(window.level_dbfs),
                },
            )
        )
        records += [
            Evidence(
                feature="sound",
                engine=engine.id,
                span=span,
                class_name=found.class_name,
                score=min(score_e4(found.score), engine.score_cap),
            )
            for found in window.scores
        ]
    return records
