"""Builders of evidence for the tests of fusion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest

from videre.common.values import NS, TimeSpan
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.document import (
    EvidenceRef,
    TextKind,
    TextLine,
    Understanding,
    Utterance,
)
from videre.orchestrator.evidence import Evidence, Word
from videre.orchestrator.fusion.inputs import Context
from videre.orchestrator.fusion.passages import Passage, passages
from videre.orchestrator.fusion.text_reading import language_of
from videre.orchestrator.timeline import Timeline

Seen = Callable[..., Evidence]


@pytest.fixture
def clock() -> Callable[..., Timeline]:
    """Return a maker of constant-rate timelines: (frames, frames per second = 25)."""

    def make(frames: int, rate: int = 25) -> Timeline:
        step = NS // rate
        return Timeline(
            duration_ns=frames * step,
            frame_starts_ns=[i * step for i in range(frames)],
            video_end_ns=frames * step,
            average_rate=Fraction(rate),
        )

    return make


@pytest.fixture
def seen() -> Seen:
    """Return a maker of picture evidence at 25 frames a second, ids counted up."""
    count = iter(range(10**6))

    def make(
        feature: str, class_name: str, start: int, end: int = 0, score: int = 9_000, **more: object
    ) -> Evidence:
        end = end or start + 1
        step = NS // 25
        span = TimeSpan(start * step, end * step, start, end)
        return Evidence(
            feature=feature,
            engine="engine@1",
            span=span,
            class_name=class_name,
            score=score,
            id=f"{next(count):016x}/0",
            **more,  # type: ignore[arg-type]
        )

    return make


@pytest.fixture
def heard() -> Seen:
    """Return a maker of sound evidence, times in milliseconds."""
    count = iter(range(10**6))

    def make(
        feature: str,
        class_name: str,
        start_ms: int,
        end_ms: int,
        score: int = 9_000,
        **more: object,
    ) -> Evidence:
        return Evidence(
            feature=feature,
            engine="engine@1",
            span=TimeSpan(start_ms * 10**6, end_ms * 10**6),
            class_name=class_name,
            score=score,
            id=f"{next(count):016x}/1",
            **more,  # type: ignore[arg-type]
        )

    return make


@pytest.fixture
def engine() -> Callable[..., EngineFacts]:
    """Return a maker of the engine that all builders cite."""

    def make(feature: str, classes: dict[str, int] | None = None, cap: int = 10_000) -> EngineFacts:
        return EngineFacts(
            service="any",
            feature=feature,
            name="engine",
            version="1",
            tier="bundled",
            available=True,
            class_thresholds=classes or {},
            score_cap=cap,
        )

    return make


Words = Callable[..., tuple[Passage, ...]]


@pytest.fixture
def words() -> Words:
    """Return a maker of passages: (lines of text, utterances, title = "", description = "").

    One a second; spoken words last 100 ms each, as a recogniser writes them.
    """

    def ref(modality: str, at: int) -> tuple[EvidenceRef, ...]:
        return (EvidenceRef(f"{modality}/{at}", modality, "e@1", 9_800, _second(at)),)

    def make(
        lines: Sequence[str] = (), said: Sequence[str] = (), title: str = "", description: str = ""
    ) -> tuple[Passage, ...]:
        shown = [
            TextLine(text, _second(at), (), None, 9_800, language_of(text), TextKind.FIXED,
                     ref("text", at))
            for at, text in enumerate(lines)
        ]  # fmt: skip
        heard = [
            Utterance(_second(at), text, _spoken(text, at), "en", Understanding.UNDERSTOOD, 9_000,
                      ref("speech", at))
            for at, text in enumerate(said)
        ]  # fmt: skip
        return passages(shown, heard, Context(title, description), TimeSpan(0, 100 * NS))

    return make


def _second(at: int) -> TimeSpan:
    return TimeSpan(at * NS, (at + 1) * NS)


def _spoken(text: str, at: int) -> tuple[Word, ...]:
    step = NS // 10
    return tuple(
        Word(word, at * NS + n * step, at * NS + (n + 1) * step, 9_000)
        for n, word in enumerate(text.split())
    )
