"""Which functions have previews, and what of an input they look at."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.exports.production_params import FUNCTIONS, function_of, options_of, violations_of
from videre.exports.production_params.base import Preview
from videre.exports.production_params.preview import (
    LENGTH,
    glance_of,
    narrowed,
    stretch_within,
)
from videre.v1 import production_pb2 as pb

SECONDS = st.fractions(0, 100, max_denominator=1_000)
NONE = {
    "summarize", "split_lecture", "assess_audio",
    "captions", "transcribe", "detect_beats", "detect_music_segments", "synthesize_speech",
}  # fmt: skip


def task(name: str, at: Fraction | None = None, **params: Any) -> pb.ProductionTask:
    shown = pb.ProductionPreview()
    if at is not None:
        shown.at.value, shown.at.rate_numerator = at.numerator, at.denominator
    made: dict[str, Any] = {name: params}
    return pb.ProductionTask(**made, preview=shown)


def time(value: Fraction) -> pb.RationalTime:
    return pb.RationalTime(value=value.numerator, rate_numerator=value.denominator)


def test_functions_without_a_preview_say_why() -> None:
    shown = (Preview.FRAME, Preview.SOUND)
    assert {name for name, one in FUNCTIONS.items() if one.preview not in shown} == NONE
    for name in NONE:
        (wrong,) = [one for one in violations_of(task(name)) if one.field == "preview"]
        assert wrong.description.startswith(f"{name} has none: it")
        assert wrong.actual == name


@pytest.mark.parametrize("field", ["value", "rate_numerator", "rate_denominator"])
def test_an_instant_is_a_time(field: str) -> None:
    asked = task("cover", Fraction(1))
    setattr(asked.preview.at, field, -1)
    (wrong,) = violations_of(asked)
    assert wrong.field == f"preview.at.{field}"


def test_without_a_preview_nothing_changes() -> None:
    asked = task("reframe")
    asked.ClearField("preview")
    function = function_of(asked)
    assert function is not None
    assert glance_of(function, asked) is None


@given(SECONDS, SECONDS, SECONDS, SECONDS, st.booleans(), st.booleans())
def test_few_seconds_around_the_instant_are_looked_at(
    start: Fraction, length: Fraction, end: Fraction, at: Fraction, said: bool, sound: bool
) -> None:
    part = pb.MediaRange(start=time(start), end=time(start + length + 1))
    name = "bleep" if sound else "reframe"
    asked = task(name, at if said else None, range=part)
    function = function_of(asked)
    assert function is not None
    options, glance = options_of(asked), glance_of(function, asked)
    assert glance is not None
    last = min(start + length + 1, end)
    if start >= last:
        assert narrowed(options, glance, end) == (options, glance)
        return
    if said and not start <= at < last:
        with pytest.raises(ValueError, match="in "):
            narrowed(options, glance, end)
        return
    few, inside = narrowed(options, glance, end)
    stretch = stretch_within(few)
    assert stretch is not None
    assert stretch.end is not None
    assert start <= stretch.start < stretch.end <= last
    assert stretch.end - stretch.start <= LENGTH
    assert inside.at is not None
    shown = stretch.start + inside.at
    assert stretch.start <= shown < stretch.end
    assert shown == (at if said else (start + last) / 2)
    if said and sound:
        assert stretch.start == at
