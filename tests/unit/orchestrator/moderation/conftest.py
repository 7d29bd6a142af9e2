"""A media, its stages and its evidence, for the tests of moderation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from videre.common.values import NS, TimeSpan
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.document import (
    Analysis,
    AudioFacts,
    MediaFacts,
    MediaKind,
    StageResult,
    StageState,
    TextKind,
    TextLine,
    Understanding,
    Utterance,
    VideoFacts,
)
from videre.orchestrator.evidence import Evidence, Word
from videre.orchestrator.features import FEATURES
from videre.orchestrator.fusion.inputs import Context
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.lists import packaged_lists

FILM = MediaFacts(
    digest="d" * 64,
    size_bytes=1,
    kind=MediaKind.VIDEO,
    container="mp4",
    duration_ns=60 * NS,
    video=VideoFacts("h264", 1280, 720, 1280, 720, 0, 25, 1, False, 1_500),
    audio=AudioFacts("aac", 48_000, 2),
)
STAGES = tuple(StageResult(feature.name, StageState.SUCCEEDED) for feature in FEATURES)
#: The classes that rules know, as the engines of the default tier name them.
CLASSES = {
    "nsfw": {"nsfw": 5_000, "sexy": 5_000},
    "classes": {"assault rifle": 5_000, "military uniform": 5_000, "slot": 5_000},
    "sound": {"Gunshot, gunfire": 4_000, "Explosion": 4_000, "Music": 4_000},
    "objects": {"person": 5_000},
    "faces": {"face": 8_000},
}


def engine(feature: str, classes: dict[str, int], cap: int = 10_000) -> EngineFacts:
    return EngineFacts(
        service="any",
        feature=feature,
        name=feature,
        version="1",
        tier="bundled",
        available=True,
        class_thresholds=classes,
        score_cap=cap,
    )


@pytest.fixture
def make() -> Callable[..., ModerationInput]:
    """Return a maker of inputs: a clean, wholly looked-at film with what is named added."""

    def build(
        evidence: Sequence[Evidence] = (),
        *,
        media: MediaFacts = FILM,
        stages: dict[str, StageResult] | None = None,
        text_lines: Sequence[TextLine] = (),
        utterances: Sequence[Utterance] = (),
        context: Context | None = None,
        engines: Sequence[EngineFacts] | None = None,
        blurred: dict[str, str] | None = None,
    ) -> ModerationInput:
        changed = stages or {}
        analysis = Analysis(
            media=media,
            stages=tuple(changed.get(stage.name, stage) for stage in STAGES),
            text_lines=tuple(text_lines),
            utterances=tuple(utterances),
        )
        known = [engine(feature, classes) for feature, classes in CLASSES.items()]
        return ModerationInput(
            analysis=analysis,
            evidence=tuple(evidence),
            engines=tuple(known if engines is None else engines),
            context=context or Context(),
            word_lists=packaged_lists(),
            blurred=blurred or {},
        )

    return build


@pytest.fixture
def frame() -> Callable[..., Evidence]:
    """Return a maker of picture evidence: (feature, class, frame, score)."""

    def make(feature: str, class_name: str, at: int, score: int, picture: str = "") -> Evidence:
        step = NS // 25
        return Evidence(
            feature=feature,
            engine=f"{feature}@1",
            span=TimeSpan(at * step, (at + 1) * step, at, at + 1),
            class_name=class_name,
            score=score,
            picture=picture,
            id=f"{feature}-{class_name}-{at}-{score}/0",
        )

    return make


@pytest.fixture
def line() -> Callable[..., TextLine]:
    """Return a maker of text lines: (text, second, score)."""

    def make(text: str, second: int = 0, score: int = 9_900) -> TextLine:
        span = TimeSpan(second * NS, (second + 1) * NS, second * 25, second * 25 + 25)
        return TextLine(text, span, (), None, score, "en", TextKind.FIXED, ())

    return make


@pytest.fixture
def utterance() -> Callable[..., Utterance]:
    """Return a maker of utterances: one word a second from `second` on."""

    def make(
        text: str,
        second: int = 0,
        score: int = 9_900,
        understanding: Understanding = Understanding.UNDERSTOOD,
        seconds: int = 0,
    ) -> Utterance:
        words = tuple(
            Word(word, (second + i) * NS, (second + i + 1) * NS, score)
            for i, word in enumerate(text.split())
        )
        span = TimeSpan(second * NS, (second + (seconds or len(words) or 1)) * NS)
        return Utterance(span, text, words, "en", understanding, 9_900, ())

    return make


@pytest.fixture
def stage() -> Callable[..., StageResult]:
    """Return a maker of stage results."""
    return lambda name, state, reason="": replace(
        StageResult(name, StageState.SUCCEEDED), state=StageState(state), reason=reason
    )
