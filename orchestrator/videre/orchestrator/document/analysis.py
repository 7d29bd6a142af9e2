"""The analysis of one media as a whole, and its shots, lines, words and labels. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from videre.common.values import TimeSpan
from videre.orchestrator.document.codes import Code
from videre.orchestrator.document.facts import (
    NO_RULES,
    MediaFacts,
    PinnedEngine,
    RuleVersions,
    StageResult,
)
from videre.orchestrator.document.libraries import LibraryMatch
from videre.orchestrator.document.moods import (
    FilmMood,
    Mood,
)
from videre.orchestrator.document.music import Music
from videre.orchestrator.document.people import (
    FaceAppearance,
    Person,
)
from videre.orchestrator.document.quality import QualityFinding
from videre.orchestrator.document.refs import BoxAt, BoxE4, EvidenceRef
from videre.orchestrator.document.scenes import Scene
from videre.orchestrator.document.tracks import ObjectTrack
from videre.orchestrator.document.verdict import Verdict
from videre.orchestrator.document.words import (
    Entity,
    Keyword,
    Topic,
)
from videre.orchestrator.evidence import Word

#: Most boxes that stand in one appearance.
MAX_BOXES: Final = 100


class Transition(StrEnum):
    """How a shot begins."""

    START = "start"
    CUT = "cut"
    FADE = "fade"


class ColorShare(msgspec.Struct, frozen=True, gc=False):
    """Share E4 of a picture that one colour (taxonomy node, sRGB 0xRRGGBB) fills."""

    node_id: str
    rgb: int
    share: int


class Shot(msgspec.Struct, frozen=True, gc=False):
    """A run of frames from one take; `score` is that of the boundary at its beginning."""

    index: int
    span: TimeSpan
    transition: Transition
    score: int
    picture: str = ""
    colors: tuple[ColorShare, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """A taxonomy node that holds for the media; scores, centric score and appearance are E4."""

    node_id: str
    level: int
    parent_id: str
    score: int
    centric: int
    appearance: int
    spans: tuple[TimeSpan, ...]
    modalities: tuple[str, ...]
    evidence: tuple[EvidenceRef, ...]
    evidence_count: int


class ObjectAppearance(msgspec.Struct, frozen=True, gc=False):
    """One class of object in one shot; `node_id` is "" where the class is not mapped."""

    class_name: str
    node_id: str
    shot_index: int
    span: TimeSpan
    score: int
    max_count: int
    boxes: tuple[BoxAt, ...]
    evidence: tuple[EvidenceRef, ...]
    track_ids: tuple[str, ...] = ()


class TextKind(StrEnum):
    """What a line of text is for; UNKNOWN for prose without a place in a picture."""

    UNKNOWN = "unknown"
    SUBTITLE = "subtitle"
    CRAWL = "crawl"
    FIXED = "fixed"
    CODE = "code"


class TextLine(msgspec.Struct, frozen=True, gc=False):
    """The same text over a stretch of time; `quad` = x, y of four corners E4, () without place."""

    text: str
    span: TimeSpan
    quad: tuple[int, ...]
    box: BoxE4 | None
    score: int
    language: str
    kind: TextKind
    evidence: tuple[EvidenceRef, ...]


class Understanding(StrEnum):
    """Whether the recogniser understood what it heard."""

    UNDERSTOOD = "understood"
    UNCERTAIN = "uncertain"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One stretch of speech; text and words are empty when it was not understood.

    `speaker` is who speaks, "" where nobody told speakers apart.
    """

    span: TimeSpan
    text: str
    words: tuple[Word, ...]
    language: str
    understanding: Understanding
    score: int
    evidence: tuple[EvidenceRef, ...]
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class SoundEvent:
    """A sound that can be named."""

    class_name: str
    node_id: str
    span: TimeSpan
    score: int
    evidence: tuple[EvidenceRef, ...]


class AudioKind(StrEnum):
    """What fills a stretch of sound."""

    SPEECH = "speech"
    MUSIC = "music"
    NOISE = "noise"
    SILENCE = "silence"


class AudioSegment(msgspec.Struct, frozen=True, gc=False):
    """A stretch of one kind of sound."""

    kind: AudioKind
    span: TimeSpan
    score: int


class Condition(StrEnum):
    """What is special about a stretch of picture."""

    BLACK = "black"
    SOLID = "solid"
    BLURRED = "blurred"
    FROZEN = "frozen"
    STILL = "still"
    COLOR_BARS = "color_bars"
    SLATE = "slate"
    OPENING_CREDITS = "opening_credits"
    CLOSING_CREDITS = "closing_credits"


@dataclass(frozen=True, slots=True)
class FrameCondition:
    """A stretch of picture with something special; `evidence` where records tell of it."""

    kind: Condition
    span: TimeSpan
    score: int
    evidence: tuple[EvidenceRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Loudness:
    """EBU R 128 in thousandths: LUFS, LU, dBTP; None where the measure is undefined."""

    integrated_mlufs: int | None
    range_mlu: int | None
    true_peak_mdbtp: int | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens: the rule that found it, its taxonomy node, score E4."""

    rule_id: str
    node_id: str
    span: TimeSpan
    score: int
    modalities: tuple[str, ...]
    evidence: tuple[EvidenceRef, ...]
    evidence_count: int


class RuleState(StrEnum):
    """Whether the absence of an event says that there is none."""

    EVALUATED = "evaluated"
    PARTLY_EVALUATED = "partly_evaluated"
    NOT_EVALUATED = "not_evaluated"


@dataclass(frozen=True, slots=True)
class EventRuleState:
    """Whether a rule could be evaluated; else why not, and the stages it went without."""

    rule_id: str
    node_id: str
    state: RuleState
    reason: str = ""
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that is known of one media at one revision; lists in the order of the contract.

    `material` is the digest of what own libraries are looked for in, `ground` of what the labels
    are made of; they stand in no message.
    """

    media: MediaFacts
    engines: tuple[PinnedEngine, ...] = ()
    rules: RuleVersions = NO_RULES
    stages: tuple[StageResult, ...] = ()
    shots: tuple[Shot, ...] = ()
    labels: tuple[Label, ...] = ()
    objects: tuple[ObjectAppearance, ...] = ()
    faces: tuple[FaceAppearance, ...] = ()
    text_lines: tuple[TextLine, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    sound_events: tuple[SoundEvent, ...] = ()
    audio_segments: tuple[AudioSegment, ...] = ()
    frame_conditions: tuple[FrameCondition, ...] = ()
    loudness: Loudness | None = None
    music: Music | None = None
    verdict: Verdict | None = None
    events: tuple[Event, ...] = ()
    event_rules: tuple[EventRuleState, ...] = ()
    scenes: tuple[Scene, ...] = ()
    people: tuple[Person, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    entities: tuple[Entity, ...] = ()
    topics: tuple[Topic, ...] = ()
    quality: tuple[QualityFinding, ...] = ()
    codes: tuple[Code, ...] = ()
    moods: tuple[Mood, ...] = ()
    film_mood: FilmMood | None = None
    tracks: tuple[ObjectTrack, ...] = ()
    library_matches: tuple[LibraryMatch, ...] = ()
    material: str = ""
    ground: str = ""
