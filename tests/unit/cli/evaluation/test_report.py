"""Evaluations as data and side by side."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.cli.evaluation.compare import Better, compare
from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.page import evaluation_page
from videre.cli.evaluation.report import (
    Evaluation,
    ReportError,
    as_data,
    less_is_better,
    needed_features,
    read,
)
from videre.cli.evaluation.truth import Event, Fade, FadeKind, Span, Truth

CASE = Case("a<b>.wav", 3.5, "“<script>”", "got & this", 2.0)
WER = Measured("WER, English", 0.25, "share", "4 recordings", (0.2, 0.3), (CASE,))
CUTS = Measured("cuts: F1", 0.9, "F1", "10 of 11", (0.85, 0.95))
FOUND = Evaluation("auto", "/set", 4, ("speech: x@1",), (CUTS, WER), ("b.wav: SERVICE_DOWN: no",))


def with_value(figure: Measured, value: float, low: float, high: float) -> Evaluation:
    return replace(FOUND, name="b", figures=(replace(figure, value=value, spread=(low, high)),))


def test_an_evaluation_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "eval.json"
    path.write_text(json.dumps(as_data(FOUND)))
    assert read(path) == FOUND


@pytest.mark.parametrize(
    "change",
    [
        {"form": "other"},
        {"figures": 3},
        {"figures": [{}]},
        {"engines": None},
        {"surplus": 1},
        {"figures": [{**as_data(FOUND)["figures"][0], "value": "high"}]},
    ],
)
def test_what_is_no_evaluation_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "eval.json"
    path.write_text(json.dumps(as_data(FOUND) | change))
    with pytest.raises(ReportError):
        read(path)


@pytest.mark.parametrize(
    ("other", "better"),
    [
        (with_value(WER, 0.1, 0.05, 0.15), Better.SECOND),
        (with_value(WER, 0.5, 0.4, 0.6), Better.FIRST),
        (with_value(WER, 0.22, 0.1, 0.25), Better.UNCLEAR),
        (with_value(WER, 0.25, 0.1, 0.25), Better.SAME),
        (with_value(CUTS, 0.99, 0.97, 1.0), Better.SECOND),
    ],
)
def test_only_intervals_apart_are_a_difference(other: Evaluation, better: Better) -> None:
    rows = {row.name: row for row in compare(FOUND, other)}
    assert rows[other.figures[0].name].better is better
    assert {row.better for name, row in rows.items() if name != other.figures[0].name} == {
        Better.UNCLEAR
    }


@given(*[st.floats(0, 1) for _ in range(6)])
def test_sides_swapped_swap_the_verdict(
    a: float, b: float, c: float, d: float, e: float, f: float
) -> None:
    (low, value, high), (low2, value2, high2) = sorted((a, b, c)), sorted((d, e, f))
    one, other = with_value(WER, value, low, high), with_value(WER, value2, low2, high2)
    swapped = {Better.FIRST: Better.SECOND, Better.SECOND: Better.FIRST}
    [there], [back] = compare(one, other), compare(other, one)
    assert back.better is swapped.get(there.better, there.better)
    assert not math.isnan(value)


@pytest.mark.parametrize(
    "name",
    ["WER speech/x", "captions: CER", "cuts: false in one-shot clips", "captions: edge error",
     "speech activity: error", "verdict: false block", "language: English UNCERTAIN",
     "objects: false per 10 shots", "text: junk on text-free shots", "nsfw: frames ≥ .8"],
)  # fmt: skip
def test_less_is_better_for_errors(name: str) -> None:
    assert less_is_better(name)


@pytest.mark.parametrize(
    "name",
    ["cuts: F1", "fades: black recall", "captions: line recall", "captions: edges within 2 frames",
     "sound: top-3", "beats: F", "tempo: Acc1", "objects: present", "word crops: words read"],
)  # fmt: skip
def test_more_is_better_for_what_is_found(name: str) -> None:
    assert not less_is_better(name)


def truth(**facts: Any) -> Truth:
    return Truth("x", Path("x"), "g", **facts)


@pytest.mark.parametrize(
    ("known", "features"),
    [
        (truth(), None),
        (truth(language="zh"), ("speech",)),
        (truth(language="zh", lines=("a",)), ("text",)),
        (truth(ordinary=True, cuts=()), ()),
        (truth(cuts=()), ("shots",)),
        (truth(fades=(Fade(9, FadeKind.BLACK),)), ("shots",)),
        (truth(lines=("a",)), ("text",)),
        (truth(transcript="a", language="en"), ("speech",)),
        (truth(speech=(Span(0, 1),)), ("speech",)),
        (truth(events=(Event("dog"),)), ("sound",)),
        (truth(beats=(1.0,), bpm=60), ("music",)),
        (truth(objects=frozenset({"cat"})), ("classes", "objects")),
        (truth(objects=frozenset(), all_objects=frozenset()), ("classes", "objects")),
    ],
)
def test_facts_say_which_features_are_needed(
    known: Truth, features: tuple[str, ...] | None
) -> None:
    assert needed_features(known) == features


def test_the_page_escapes_and_links_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a<b>.wav").write_bytes(b"x")
    page = evaluation_page([replace(FOUND, folder=str(tmp_path)), replace(FOUND, name="other")])
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert 'a%3Cb%3E.wav#t=2.50" controls' in page
    assert "b.wav: SERVICE_DOWN" in page
