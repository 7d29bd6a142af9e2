"""Builders of evidence for the tests of fusion."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from videre.common.values import NS, TimeSpan
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.evidence import Evidence
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
