"""The views that carry a part: labels, people, all statements in order of time."""

from __future__ import annotations

import pytest
from doubles.shown_film import FULL, REF, RICH, STEP, view
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st

from videre.common.errors import VidereError
from videre.common.values import NS
from videre.v1 import analysis_pb2 as pb

LABELS, PERSONS = pb.ANALYSIS_VIEW_LABELS, pb.ANALYSIS_VIEW_PERSONS
MERGED = pb.ANALYSIS_VIEW_TIMELINE


def lists_in(message: pb.Analysis) -> set[str]:
    return {field.name for field, _ in message.ListFields()}


def test_labels_come_alone_with_media_and_stages() -> None:
    message, token = view(RICH, kind=LABELS)
    assert (lists_in(message), token) == ({"labels", "media_info", "stages"}, "")
    assert len(message.labels) == 3
    first, token = view(RICH, kind=LABELS, size=2)
    second, _ = view(RICH, kind=LABELS, size=2, token=token)
    assert [*first.labels, *second.labels] == [*message.labels]


def test_people_come_with_their_faces_and_nothing_else() -> None:
    message, _ = view(RICH, kind=PERSONS)
    assert (lists_in(message), len(message.people)) == ({"people", "media_info", "stages"}, 2)
    assert not view(RICH, kind=PERSONS, kinds=["labels"])[0].labels


def test_the_timeline_has_each_statement_once_for_each_of_its_stretches() -> None:
    message, _ = view(RICH, kind=MERGED)
    assert lists_in(message) == {"timeline", "media_info", "stages"}
    entries = message.timeline
    # Shots, labels, lines, people, stretches of keywords, a finding; what has no time is not there.
    assert len(entries) == 7 + 3 + 5 + 2 + 2 + 1
    starts = [entry.span.start_offset.ToNanoseconds() for entry in entries]
    assert starts == sorted(starts)
    assert {entry.list for entry in entries} == {
        "shots", "labels", "text_lines", "people", "keywords", "verdict"
    }  # fmt: skip
    dog = next(entry for entry in entries if entry.node_id == "animal.dog")
    assert (dog.list, dog.index, dog.kind, dog.name) == ("labels", 1, "label", "Dog")
    assert dog.evidence[0].evidence_id == REF.id
    late = [entry for entry in entries if entry.name == "late"]
    assert [entry.span.start_frame for entry in late] == [30, 600]
    assert [len(entry.evidence) for entry in late] == [0, 0], "its evidence is from frame 0"
    (found,) = (entry for entry in entries if entry.list == "verdict")
    assert (found.name, found.detail) == ("porn: porn", "review")


def test_the_timeline_is_filtered_by_stretch_and_list() -> None:
    wanted = {"start_offset": Duration(seconds=590 * STEP // NS)}
    assert [entry.name for entry in view(RICH, kind=MERGED, **wanted)[0].timeline] == [
        "Car", "Person 2", "late"
    ]  # fmt: skip
    only = view(RICH, kind=MERGED, kinds=["shots", "keywords"])[0].timeline
    assert {entry.list for entry in only} == {"shots", "keywords"}


@given(st.integers(1, 30))
def test_pages_of_the_timeline_put_together_are_the_whole(size: int) -> None:
    whole, _ = view(RICH, kind=MERGED)
    token, together = "", pb.Analysis()
    for _ in range(40):
        page, token = view(RICH, kind=MERGED, size=size, token=token)
        assert len(page.timeline) <= size
        together.timeline.extend(page.timeline)
        if not token:
            break
    assert together.timeline == whole.timeline


def test_a_token_belongs_to_its_view() -> None:
    _, token = view(RICH, kind=MERGED, size=2)
    with pytest.raises(VidereError):
        view(RICH, kind=FULL, size=2, token=token)
