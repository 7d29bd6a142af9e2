"""How the film feels: valence and arousal over time. Parts of the document. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from videre.common.values import TimeSpan
from videre.orchestrator.document.refs import EvidenceRef


class MoodKind(StrEnum):
    """The eighth of Russell's circle that valence and arousal lie in."""

    NEUTRAL = "neutral"
    PLEASURE = "pleasure"
    EXCITEMENT = "excitement"
    AROUSAL = "arousal"
    DISTRESS = "distress"
    DISPLEASURE = "displeasure"
    DEPRESSION = "depression"
    SLEEPINESS = "sleepiness"
    RELAXATION = "relaxation"


class MoodSource(StrEnum):
    """What speaks for a mood."""

    FACE = "face"
    SPEECH = "speech"
    TEXT = "text"
    SOUND = "sound"
    MUSIC = "music"


class Unclear(StrEnum):
    """Why a film is neutral although something speaks of a mood."""

    NOT = ""
    FAINT = "faint"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class MoodVoice:
    """What one source says of a stretch; None where it says nothing of it. All E4, ±10,000."""

    source: MoodSource
    valence: int | None
    arousal: int | None
    weight: int


@dataclass(frozen=True, slots=True)
class Mood:
    """How a stretch feels; valence and arousal E4, ±10,000, None where nothing tells.

    `score` E4 is how much of the statement is evidence for it: neither the assumption that nothing
    special is felt nor what speaks against it.
    """

    span: TimeSpan
    kind: MoodKind
    valence: int | None
    arousal: int | None
    score: int
    voices: tuple[MoodVoice, ...]
    evidence: tuple[EvidenceRef, ...]
    evidence_count: int


@dataclass(frozen=True, slots=True)
class FilmMood:
    """How the whole film feels; `share` E4 of its time is what the moods told of cover.

    Where that is unclear the film is neutral, valence and arousal are None and `score` is 0.
    """

    kind: MoodKind
    unclear: Unclear
    valence: int | None
    arousal: int | None
    score: int
    share: int
    evidence: tuple[EvidenceRef, ...]
    evidence_count: int
