"""Lanes and trees of the report, and how values read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from doubles.recorded import recorded_analysis, span
from hypothesis import given
from hypothesis import strategies as st

from videre.cli.formatting import clock, length, percent, size, word
from videre.cli.report.lists import label_tree
from videre.cli.report.structure import condition_rows, scene_rows
from videre.cli.report.timeline import Bar, timeline
from videre.v1 import analysis_pb2

STRETCH = st.tuples(st.integers(0, 5_000), st.integers(1, 5_000))


@given(st.lists(STRETCH, max_size=40))
def test_bars_stay_inside_and_do_not_cover_each_other(stretches: list[tuple[int, int]]) -> None:
    analysis = analysis_pb2.Analysis()
    for start, width in stretches:
        analysis.sound_events.add(class_name="Dog", span=span(start / 10, (start + width) / 10))
    shown = timeline(analysis, 1000.0)
    for lane in shown.lanes:
        rows: dict[int, list[Bar]] = {}
        for bar in lane.bars:
            assert bar.x >= 0
            assert bar.x + bar.width <= 100.1
            assert bar.row < lane.rows
            rows.setdefault(bar.row, []).append(bar)
        for row, bars in rows.items():
            if row < lane.rows - 1:  # the last row takes what does not fit
                assert all(a.x + a.width <= b.x + 0.2 for a, b in pairwise(bars))
    assert sum(len(lane.bars) for lane in shown.lanes) == len(stretches)


def test_lanes_in_order_and_empty_ones_left_out() -> None:
    analysis = recorded_analysis()
    names = [lane.name for lane in timeline(analysis, 75.08).lanes]
    assert names == [
        "Scenes", "Moderation", "Events", "Car", "Bottle", "Person", "Faces", "Person 1",
        "Person 2", "Picture", "Quality", "Text", "Codes", "Speech", "Sounds", "Sound track",
    ]  # fmt: skip
    analysis.ClearField("faces")
    assert "Faces" not in [lane.name for lane in timeline(analysis, 75.08).lanes]


@given(st.floats(0.5, 200_000))
def test_the_axis_has_a_handful_of_ticks(total_s: float) -> None:
    ticks = timeline(analysis_pb2.Analysis(), total_s).ticks
    assert 1 <= len(ticks) <= 13
    assert ticks[0].x == 0


def test_chapters_have_a_lane_of_their_own_and_scenes_without_title_their_number() -> None:
    analysis = recorded_analysis()
    analysis.scenes.add(
        kind=analysis_pb2.SCENE_KIND_CHAPTER, span=span(0, 50), title="Chapter 1", end_shot_index=11
    )
    lanes = {lane.name: lane for lane in timeline(analysis, 75.08).lanes}
    assert [bar.text for bar in lanes["Chapters"].bars] == ["Chapter 1"]
    assert [bar.style for bar in lanes["Scenes"].bars] == ["scene", "scene-odd"] * 2
    assert "Scene 4: no title" in lanes["Scenes"].bars[-1].title
    assert [bar.text for bar in lanes["Picture"].bars] == ["solid"]


def test_rows_of_scenes_jump_to_their_first_shot() -> None:
    analysis = recorded_analysis()
    analysis.scenes.add(kind=analysis_pb2.SCENE_KIND_CHAPTER, span=span(0, 50), title="Chapter 1")
    shown = scene_rows(analysis, 4)
    assert shown.left_out == 1
    assert [row.jump for row in shown.rows] == [1, 2, 9, 14]
    assert [row.shots for row in shown.rows] == ["1", "2 – 8", "9 – 13", "14 – 17"]
    assert [row.source for row in shown.rows] == ["picture text", "picture text", "speech", ""]
    chapter = scene_rows(analysis, 5).rows[-1]
    assert (chapter.kind, chapter.jump, chapter.shots) == ("chapter", 0, "")
    assert [row.kind for row in condition_rows(analysis, 5).rows] == ["solid"]


def test_speech_that_is_not_understood_shows_no_words() -> None:
    lanes = {lane.name: lane for lane in timeline(recorded_analysis(), 75.08).lanes}
    styles = [bar.style for bar in lanes["Speech"].bars]
    assert styles == ["speech", "speech", "speech-uncertain", "speech-unknown"]
    assert lanes["Speech"].bars[-1].text == ""


def test_labels_grow_into_a_tree_surest_first() -> None:
    tree = label_tree(recorded_analysis().labels, 75.08)
    assert [node.node_id for node in tree] == ["vehicle", "person", "nature", "object", "sound"]
    assert tree[0].children[0].children[0].name == "Car"


def test_labels_without_their_parent_or_in_a_loop_are_not_lost_forever() -> None:
    orphan = analysis_pb2.Label(node_id="a", parent_node_id="gone", confidence=0.4)
    own = analysis_pb2.Label(node_id="b", parent_node_id="b", confidence=0.9)
    assert [node.node_id for node in label_tree([orphan, own], 1.0)] == ["b", "a"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0:00.0"), (62.74, "1:02.7"), (59.96, "1:00.0"), (3723.4, "1:02:03.4"), (-1, "0:00.0")],
)
def test_clock(value: float, expected: str) -> None:
    assert clock(value) == expected


def test_words_and_numbers() -> None:
    assert percent(0.999) == "99 %"
    assert percent(1.0) == "100 %"
    assert [size(n) for n in (999, 8_412_331, 5 * 10**9)] == ["999 B", "8.4 MB", "5.0 GB"]
    assert [length(n) for n in (6, 75.08, 3720)] == ["6.0 s", "1 min 15 s", "1 h 02 min"]
    states = analysis_pb2.StageState
    assert word(states, analysis_pb2.STAGE_STATE_NOT_CHECKED, "STAGE_STATE") == "not checked"
    assert word(states, 0, "STAGE_STATE") == ""
    assert word(states, 77, "STAGE_STATE") == "state 77"
