"""Truths and answers of which nothing is known but what a test says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.observed import Line, Observed, Shot, Utterance, Word
from bench.truth import Span, Truth

NOTHING = Observed(
    seconds=10.0, rate=25.0, shots=(), lines=(), utterances=(), speech=(), sounds=(), objects=(),
    labels=(), beats=(), bpm=None, suggestion="pass", findings=(), nsfw_frames=0, nsfw_scores=(),
)  # fmt: skip


def truth(**known: Any) -> Truth:
    """Return a truth of a file named "clip.mp4"."""
    named = {"name": "clip.mp4", "path": Path("clip.mp4"), "group": "clip", **known}
    return Truth(**named)


def answer(**found: Any) -> Observed:
    """Return an answer of ten seconds at 25 frames per second."""
    return replace(NOTHING, **found)


def shots(*firsts: int, faded: bool = False) -> tuple[Shot, ...]:
    """Return shots that begin at the given frames; 250 frames in all."""
    ends = (*firsts[1:], 250)
    return tuple(Shot(first, end, faded) for first, end in zip(firsts, ends, strict=True))


def line(text: str, first: int, end: int) -> Line:
    """Return a line that stands for frames [first, end)."""
    return Line(text, Span(first / 25, end / 25), first, end)


def utterance(text: str, start_s: float, end_s: float, understanding: str) -> Utterance:
    """Return an utterance whose words share its time evenly."""
    words = text.split()
    step = (end_s - start_s) / max(1, len(words))
    spans = [
        Span(start_s + step * number, start_s + step * (number + 1)) for number in range(len(words))
    ]
    return Utterance(
        Span(start_s, end_s),
        tuple(Word(word, span) for word, span in zip(words, spans, strict=True)),
        understanding,
    )
