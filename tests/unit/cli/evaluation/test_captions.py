"""Captions and junk, judged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from videre.cli.evaluation.measures.captions import captions, junk
from videre.cli.evaluation.measures.pairs import Pairs
from videre.cli.evaluation.observed import Line, Observed
from videre.cli.evaluation.truth import Caption, Span, Truth


@dataclass(frozen=True)
class Answer:
    """What the measures read of an answer."""

    lines: tuple[Line, ...]
    rate: float = 25.0


def line(text: str, first: int, end: int) -> Line:
    return Line(text, Span(first / 25, end / 25), first, end)


def pairs(answer: Answer, **known: Any) -> Pairs:
    truth = Truth(name="clip.mp4", path=Path("clip.mp4"), group="clip", **known)
    return [(truth, cast(Observed, answer))]


def figure(name: str, measured: list[Any]) -> Any:
    return next(one for one in measured if one.name == name)


def test_edges_of_lines_that_come_little_by_little_are_not_judged() -> None:
    span = Span(1.0, 3.0)
    for gradual, value in ((False, 0.5), (True, None)):
        known = (Caption("Slowly", span, "fading", gradual),)
        measured = captions(pairs(Answer((line("Slowly", 35, 75),)), captions=known))
        assert figure("captions: line recall", measured).value == 1
        assert figure("captions: edges within 2 frames", measured).value == value


def test_a_text_on_a_stretch_without_is_junk_even_on_a_still() -> None:
    for span in (Span(0.0, 2.0), Span(0.0, 0.04)):
        at = Line("8888", span, None, None)
        assert junk(pairs(Answer((at,)), text_free=(span,))).value == 1
        assert junk(pairs(Answer(()), text_free=(span,))).value == 0


def test_the_end_of_a_neighbour_s_text_is_no_junk() -> None:
    known = (Span(1.0, 3.0), Span(5.0, 7.0))
    assert junk(pairs(Answer((line("Before", 0, 28),)), text_free=known)).value == 0
    assert junk(pairs(Answer((line("Before", 0, 40),)), text_free=known)).value == 0.5
