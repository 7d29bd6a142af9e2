"""Moods of an analysis → public messages."""

from __future__ import annotations

from videre.common.values import SCORE_ONE
from videre.orchestrator import document as d
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.values import confidence
from videre.v1 import analysis_pb2 as pb


def mood(make: Messages, item: d.Mood) -> pb.MoodSegment:
    """Return how a stretch feels."""
    return pb.MoodSegment(
        span=make.span(item.span),
        mood=_kind(item.kind),
        valence=_signed(item.valence),
        arousal=_signed(item.arousal),
        confidence=confidence(item.score),
        voices=[
            pb.MoodVoice(
                source=pb.MoodSource.Value(f"MOOD_SOURCE_{voice.source.upper()}"),
                valence=_signed(voice.valence),
                arousal=_signed(voice.arousal),
                weight=confidence(voice.weight),
            )
            for voice in item.voices
        ],
        evidence=make.evidence(item.evidence),
        evidence_count=item.evidence_count,
    )


def film_mood(make: Messages, item: d.FilmMood | None) -> pb.FilmMood | None:
    """Return how the whole film feels; None stays unset."""
    if item is None:
        return None
    return pb.FilmMood(
        mood=_kind(item.kind),
        unclear=pb.MoodUnclear.Value(f"MOOD_UNCLEAR_{item.unclear.upper() or 'UNSPECIFIED'}"),
        valence=_signed(item.valence),
        arousal=_signed(item.arousal),
        confidence=confidence(item.score),
        share=confidence(item.share),
        evidence=make.evidence(item.evidence),
        evidence_count=item.evidence_count,
    )


def _kind(kind: d.MoodKind) -> pb.MoodKind.ValueType:
    return pb.MoodKind.Value(f"MOOD_KIND_{kind.upper()}")


def _signed(value: int | None) -> float | None:
    return None if value is None else value / SCORE_ONE
