"""The mood of an analysis: the film's in words, the stretches as rows and as a curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from videre.cli.formatting import clock, percent, span_seconds, when, word
from videre.cli.report.lists import Rows, cut
from videre.v1 import analysis_pb2

#: Height of the curve in pixels; the middle is 0.
CURVE_HEIGHT: Final = 80
_MIDDLE: Final = CURVE_HEIGHT / 2


@dataclass(frozen=True, slots=True)
class MoodRow:
    """A stretch with its mood; `because` tells what each source says."""

    when: str
    mood: str
    valence: str
    arousal: str
    because: str
    confidence: str


@dataclass(frozen=True, slots=True)
class CurvePiece:
    """A level stretch of the curve: left edge and width in per cent, height in pixels from top."""

    x: float
    width: float
    y: float
    style: str
    title: str


#: Why a film is neutral, in words.
_UNCLEAR: Final = {
    analysis_pb2.MOOD_UNCLEAR_FAINT: "too little is felt to say more",
    analysis_pb2.MOOD_UNCLEAR_MIXED: "what is felt goes both ways",
}


def film_mood(analysis: analysis_pb2.Analysis) -> str:
    """Return the film's mood in a line; "" where nothing speaks of one.

    "excitement (valence +0.42, arousal +0.31; 39 % sure, felt for 55 % of the time)", or "neutral
    (too little is felt to say more: 4 % of the time)".
    """
    if not analysis.HasField("film_mood"):
        return ""
    found = analysis.film_mood
    kind, share = word(analysis_pb2.MoodKind, found.mood, "MOOD_KIND"), percent(found.share)
    if found.unclear:
        why = _UNCLEAR.get(found.unclear, "not clear")
        return f"{kind} ({why}: {share} of the time)"
    told = [f"valence {_signed(found.valence)}"] if found.HasField("valence") else []
    told += [f"arousal {_signed(found.arousal)}"] if found.HasField("arousal") else []
    sure = percent(found.confidence)
    return f"{kind} ({', '.join(told)}; {sure} sure, felt for {share} of the time)"


def mood_rows(analysis: analysis_pb2.Analysis, limit: int) -> Rows[MoodRow]:
    """Return the first stretches that have a mood, in order of time."""

    def row(item: analysis_pb2.MoodSegment) -> MoodRow:
        return MoodRow(
            when=when(item.span),
            mood=word(analysis_pb2.MoodKind, item.mood, "MOOD_KIND"),
            valence=_signed(item.valence) if item.HasField("valence") else "",
            arousal=_signed(item.arousal) if item.HasField("arousal") else "",
            because=", ".join(map(_voice, item.voices)),
            confidence=percent(item.confidence),
        )

    return cut(analysis.moods, limit, row)


def mood_curve(analysis: analysis_pb2.Analysis, total_s: float, limit: int) -> Sequence[CurvePiece]:
    """Return the level pieces of both curves; where nothing is told there is a gap.

    Args:
        total_s: length of the media, seconds, > 0.
    """
    pieces = []
    for item in analysis.moods[:limit]:
        start, end = span_seconds(item.span)
        end = max(end, start) or total_s
        for name in ("valence", "arousal"):
            if item.HasField(name):
                value = getattr(item, name)
                pieces.append(
                    CurvePiece(
                        x=round(100 * start / total_s, 3),
                        width=round(100 * (end - start) / total_s, 3),
                        y=round(_MIDDLE - value * (_MIDDLE - 2), 2),
                        style=name,
                        title=f"{clock(start)} – {clock(end)}  {name} {_signed(value)}",
                    )
                )
    return pieces


def _voice(voice: analysis_pb2.MoodVoice) -> str:
    """Return "face +0.60/+0.40", with – for what a source says nothing of."""
    valence = _signed(voice.valence) if voice.HasField("valence") else "–"
    arousal = _signed(voice.arousal) if voice.HasField("arousal") else "–"
    return f"{word(analysis_pb2.MoodSource, voice.source, 'MOOD_SOURCE')} {valence}/{arousal}"


def _signed(value: float) -> str:
    return f"{value:+.2f}"
