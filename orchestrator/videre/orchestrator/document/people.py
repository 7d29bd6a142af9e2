"""Who is seen: faces of a shot, and the people they belong to. Parts of the document. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from videre.common.values import TimeSpan
from videre.orchestrator.document.refs import BoxAt, BoxE4, EvidenceRef

#: Most tracks that stand beside one person.
MAX_TRACKS: Final = 100


class ShotSize(StrEnum):
    """How much of the frame a person fills, by the height of the largest face."""

    CLOSE_UP = "close_up"
    MEDIUM_CLOSE_UP = "medium_close_up"
    MEDIUM = "medium"
    LONG = "long"


class FaceEmotion(StrEnum):
    """What a face seems to express."""

    ANGER = "anger"
    DISGUST = "disgust"
    FEAR = "fear"
    HAPPINESS = "happiness"
    SADNESS = "sadness"
    SURPRISE = "surprise"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class FaceEmotionShare:
    """One expression of a face or of the faces of a shot, with the mean score over the faces."""

    emotion: FaceEmotion
    spans: tuple[TimeSpan, ...]
    score: int
    face_count: int
    evidence: tuple[EvidenceRef, ...]


@dataclass(frozen=True, slots=True)
class FaceAppearance:
    """Faces in one shot."""

    shot_index: int
    span: TimeSpan
    score: int
    boxes: tuple[BoxAt, ...]
    shot_size: ShotSize
    evidence: tuple[EvidenceRef, ...]
    emotions: tuple[FaceEmotionShare, ...] = ()
    track_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShotSizeTime:
    """How long somebody is seen in one shot size."""

    shot_size: ShotSize
    duration_ns: int


@dataclass(frozen=True, slots=True)
class PersonTrack:
    """A face through one shot, first to last sampled frame; `likeness` E4 is to the person."""

    id: str
    shot_index: int
    span: TimeSpan
    likeness: int
    boxes: tuple[BoxAt, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody without a name, wherever the film shows the face; shares are E4.

    `speech` is the share of the time alone in a shot in which speech is heard, None = not known.
    """

    id: str
    spans: tuple[TimeSpan, ...]
    score: int
    appearance: int
    centric: int
    shot_sizes: tuple[ShotSizeTime, ...]
    face_count: int
    picture: str
    picture_box: BoxE4 | None
    tracks: tuple[PersonTrack, ...]
    track_count: int
    speech: int | None
    evidence: tuple[EvidenceRef, ...]
    emotions: tuple[FaceEmotionShare, ...] = ()
