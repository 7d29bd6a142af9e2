"""Shots and special stretches over unit borders."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from videre.common.values import SCORE_ONE
from videre.orchestrator.document import Condition, Transition
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.stitch_shots import (
    ShotFinder,
    dress_shots,
    stitch_conditions,
    stitch_shots,
)
from videre.orchestrator.taxonomy.load import load_taxonomy

JUDGE = Judge([])
boundaries = st.lists(
    st.tuples(st.integers(0, 120), st.sampled_from(["cut", "fade"]), st.integers(0, 10_000)),
    max_size=12,
)
LAX = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@LAX
@given(found=boundaries, random=st.randoms(use_true_random=False))
def test_shots_cover_every_frame_once_in_any_order_of_evidence(clock, seen, found, random) -> None:  # type: ignore[no-untyped-def]
    records = [seen("shots", kind, frame, score=score) for frame, kind, score in found]
    shots = stitch_shots(records, JUDGE, clock(100))
    assert shots[0].span.start_frame == 0
    assert shots[-1].span.end_frame == 100
    for index, (a, b) in enumerate(itertools.pairwise(shots)):
        assert (a.index, a.span.end_frame) == (index, b.span.start_frame)
    random.shuffle(records)
    assert stitch_shots(records, JUDGE, clock(100)) == shots


def test_without_boundaries_there_is_one_shot_and_without_video_none(clock) -> None:  # type: ignore[no-untyped-def]
    (shot,) = stitch_shots([], JUDGE, clock(10))
    assert (shot.transition, shot.score) == (Transition.START, SCORE_ONE)
    assert stitch_shots([], JUDGE, clock(0)) == []


def test_every_frame_finds_its_shot(clock, seen) -> None:  # type: ignore[no-untyped-def]
    shots = stitch_shots([seen("shots", "cut", 40), seen("shots", "fade", 70)], JUDGE, clock(100))
    assert [ShotFinder(shots).at(frame) for frame in (0, 39, 40, 69, 70, 99)] == [0, 0, 1, 1, 2, 2]


def test_a_fade_longer_than_the_detector_reaches_is_placed_in_its_middle(clock, seen) -> None:  # type: ignore[no-untyped-def]
    pieces = [seen("shots", "black", 100, 200), seen("shots", "black", 200, 260)]
    shots = stitch_shots(pieces, JUDGE, clock(400))
    assert [(s.span.start_frame, s.transition) for s in shots[1:]] == [(180, Transition.FADE)]


def test_luma_widens_the_dark_stretch_of_a_long_fade(clock, seen) -> None:  # type: ignore[no-untyped-def]
    luma = [80.0] * 60 + [10.0] * 40 + [2.0] * 160 + [80.0] * 140
    shots = stitch_shots([seen("shots", "black", 100, 260)], JUDGE, clock(400), luma)
    assert [s.span.start_frame for s in shots] == [0, 160]


def test_no_fade_where_black_is_short_cut_to_or_at_an_end(clock, seen) -> None:  # type: ignore[no-untyped-def]
    short = [seen("shots", "black", 100, 200)]
    hard = [seen("shots", "cut", 100), seen("shots", "black", 100, 300)]
    leading = [seen("shots", "black", 0, 200)]
    assert len(stitch_shots(short, JUDGE, clock(400))) == 1
    assert len(stitch_shots(hard, JUDGE, clock(400))) == 2
    assert len(stitch_shots(leading, JUDGE, clock(400))) == 1


def test_a_black_run_in_pieces_is_one_condition(clock, seen) -> None:  # type: ignore[no-untyped-def]
    runs = [seen("shots", "black", 20, 50), seen("shots", "black", 10, 20, score=SCORE_ONE)]
    shots = stitch_shots([], JUDGE, clock(100))
    (condition,) = stitch_conditions(runs, [], shots, JUDGE, clock(100))
    assert (condition.kind, condition.score) == (Condition.BLACK, SCORE_ONE)
    assert (condition.span.start_frame, condition.span.end_frame) == (10, 50)


def test_blurred_stretches_end_with_their_shot(clock, seen) -> None:  # type: ignore[no-untyped-def]
    shots = stitch_shots([seen("shots", "cut", 50)], JUDGE, clock(100))
    frames = [seen("frame_conditions", "blurred", f) for f in (10, 40, 60)]
    frames.append(seen("frame_conditions", "blurred", 90, score=4_999))
    found = stitch_conditions([], frames, shots, JUDGE, clock(100))
    assert [(c.span.start_frame, c.span.end_frame) for c in found] == [(10, 41), (60, 61)]


def test_a_black_picture_is_black_though_it_has_no_runs(clock, seen) -> None:  # type: ignore[no-untyped-def]
    shots = stitch_shots([], JUDGE, clock(1))
    frames = [seen("frame_conditions", "black", 0)]
    (condition,) = stitch_conditions([], frames, shots, JUDGE, clock(1))
    assert condition.kind is Condition.BLACK


def test_a_shot_wears_its_mean_colours_and_first_key_frame(clock, seen) -> None:  # type: ignore[no-untyped-def]
    def color(name: str, frame: int, share: int, rgb: tuple[int, int, int]):  # type: ignore[no-untyped-def]
        values = {k: v * SCORE_ONE for k, v in zip(("red", "green", "blue"), rgb, strict=True)}
        return seen("colors", name, frame, score=share, attributes={"share": share, **values})

    colors = [
        color("blue", 10, 6_000, (0, 0, 200)),
        color("blue", 20, 2_000, (0, 0, 100)),
        color("white", 20, 4_000, (255, 255, 255)),
        color("red", 20, 500, (255, 0, 0)),
    ]
    keys = [seen("key_frames", "", 30, picture="late"), seen("key_frames", "", 5, picture="early")]
    shots = stitch_shots([], JUDGE, clock(50))
    (shot,) = dress_shots(shots, colors, keys, load_taxonomy())
    assert shot.picture == "early"
    assert [(c.node_id, c.share) for c in shot.colors] == [
        ("color.blue", 4_000),
        ("color.white", 2_000),
    ]
    assert shot.colors[0].rgb == 175
