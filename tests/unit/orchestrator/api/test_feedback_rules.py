"""Corrections are fitted to the analysis that they are about: times by the media index alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS
from videre.orchestrator.api.feedback.rules import Resolver
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.document import Analysis, MediaFacts, MediaKind, Person
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.timeline import Timeline
from videre.v1 import feedback_pb2 as pb

#: Frames that no rate explains: only the index knows when they stand.
STARTS = [0, 40_000_000, 90_000_000, 500_000_000, 2 * NS]
VARIABLE = Timeline(3 * NS, STARTS, 3 * NS, variable_rate=True)
PERSON = Person("a" * 16, (), 9_000, 0, 0, (), 1, "", None, (), 0, None, ())
ANALYSIS = Analysis(
    media=MediaFacts("a" * 64, 1, MediaKind.VIDEO, "mp4", 3 * NS, None), people=(PERSON,)
)
TAXONOMY = load_taxonomy()


def resolved(timeline: Timeline = VARIABLE, **given: Any) -> tuple[pb.Correction, list[str]]:
    found = Violations()
    fields = {"kind": pb.CORRECTION_KIND_WRONG, "name": "Dog"} | given
    resolver = Resolver(ANALYSIS, timeline, TAXONOMY)
    made = resolver.resolve(found, "corrections[0]", pb.Correction(**fields))
    return made, [one.field.removeprefix("corrections[0].") for one in found.found]


def test_frames_get_the_times_of_the_index() -> None:
    made, wrong = resolved(span={"start_frame": 1, "end_frame": 4}, boxes=[{"frame": 3}])
    assert wrong == []
    assert made.list == "labels"
    assert made.span.start_offset.ToNanoseconds() == 40_000_000
    assert made.span.end_offset.ToNanoseconds() == 2 * NS
    assert made.boxes[0].offset.ToNanoseconds() == 500_000_000


def test_times_get_the_frames_of_the_index() -> None:
    span = {"start_offset": {"nanos": 100_000_000}, "end_offset": {"seconds": 1}}
    made, wrong = resolved(span=span, boxes=[{"offset": {"seconds": 2}}])
    assert wrong == []
    assert (made.span.start_frame, made.span.end_frame) == (2, 4)
    assert made.boxes[0].frame == 4
    sound, _ = resolved(replace(VARIABLE, frame_starts_ns=(), video_end_ns=0), span=span)
    assert not sound.span.HasField("start_frame")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"span": {"start_frame": -1, "end_frame": 1}}, "span.start_frame"),
        ({"span": {"start_frame": 2, "end_frame": 2}}, "span.end_frame"),
        ({"span": {"start_frame": 0, "end_frame": 6}}, "span.end_frame"),
        ({"span": {"end_offset": {"seconds": 4}}}, "span.end_offset"),
        ({"span": {"start_offset": {"seconds": 2}, "end_offset": {"seconds": 1}}},
         "span.end_offset"),
        ({"span": {"start_frame": 0, "end_offset": {}}}, "span"),
        ({"span": {"start_offset": {"seconds": -1}}}, "span.start_offset"),
        ({"span": {"start_char": 0}}, "span.start_char"),
        ({"boxes": [{"frame": 5}]}, "boxes[0].frame"),
        ({"boxes": [{"frame": 1, "box": {"x": 1.5}}]}, "boxes[0].box.x"),
        ({"boxes": [{"frame": 1, "box": {"y": -0.5}}]}, "boxes[0].box.y"),
        ({"boxes": [{"frame": 1, "box": {"x": 0.5, "width": 0.6}}]}, "boxes[0].box.width"),
        ({"boxes": [{"frame": 1, "box": {"height": float("nan")}}]}, "boxes[0].box.height"),
        ({"boxes": [{"frame": 1, "offset": {}}]}, "boxes[0]"),
        ({"boxes": [{"offset": {"seconds": -1}}]}, "boxes[0].offset"),
        ({"kind": pb.CORRECTION_KIND_PERSON, "person_id": "b" * 16}, "person_id"),
        ({"node_id": "animal.unicorn"}, "node_id"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(given: dict[str, Any], field: str) -> None:
    assert resolved(**given)[1] == [field]


def test_text_has_characters_in_place_of_times() -> None:
    text = Timeline(100, counts_characters=True)
    made, wrong = resolved(text, span={"start_char": 3, "end_char": 9})
    assert (made.span.start_char, made.span.end_char, wrong) == (3, 9, [])
    for span, field in (
        ({"start_offset": {"seconds": 1}}, "span.start_char"),
        ({"start_char": -1, "end_char": 0}, "span.start_char"),
        ({"start_char": 5, "end_char": 101}, "span.end_char"),
    ):
        assert resolved(text, span=span)[1] == [field]
    sound = replace(VARIABLE, frame_starts_ns=(), video_end_ns=0)
    for wanted, field in (
        ({"span": {"start_frame": 0, "end_frame": 1}}, "span.start_frame"),
        ({"boxes": [{"frame": 0}]}, "boxes[0].frame"),
    ):
        assert resolved(sound, **wanted)[1] == [field]


def test_somebody_of_the_analysis_may_be_named() -> None:
    given = {"kind": pb.CORRECTION_KIND_PERSON, "person_id": PERSON.id, "name": "Ada"}
    made, wrong = resolved(**given)
    assert (made.list, wrong) == ("people", [])


@given(st.integers(-(2**40), 2**40), st.integers(-(2**40), 2**40))
def test_any_frames_and_times_are_answered(start: int, end: int) -> None:
    for span in (
        {"start_frame": start, "end_frame": end},
        {"start_offset": {"seconds": start % 10**9}, "end_offset": {"seconds": end % 10**9}},
    ):
        resolved(span=span, boxes=[{"frame": start}])
