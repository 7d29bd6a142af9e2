"""The shot detector on signal records made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.visual import shots

Array = np.ndarray[Any, Any]
FRAME_NS = 40_000_000


def quiet(count: int, first: int = 0) -> Array:
    """Return records of a still scene of middle brightness at 25 frames per second."""
    records = np.zeros(count, dtype=shots.SIGNAL_DTYPE)
    records["frame"] = np.arange(first, first + count)
    records["time_ns"] = records["frame"] * FRAME_NS
    records["delta_y"] = 0.5
    records["luma_mean"] = 110
    records["luma_deviation"] = 40
    records["chroma_deviation"] = 10
    records["edges"] = 20
    records["luma"] = np.random.default_rng(3).integers(60, 160, records["luma"].shape[1:])
    return records


def cut_at(records: Array, *indices: int, strength: float = 50) -> Array:
    for index in indices:
        records["delta_y"][index] = strength
        records["histogram_distance"][index] = 0.5
        records["edges"][index:] = (records["edges"][index:].astype(int) + 37) % 256
    return records


def darken(records: Array, start: int, end: int) -> Array:
    records["luma_mean"][start:end] = 1
    records["luma_deviation"][start:end] = 0.5
    records["chroma_deviation"][start:end] = 0.5
    records["dark_share"][start:end] = 1
    records["luma"][start:end] = 1
    return records


def whole(records: Array) -> list[tuple[int, str]]:
    first = int(records["frame"][0])
    found = shots.boundaries(records, first, first + len(records))
    return [(one.frame, one.kind) for one in found]


@settings(deadline=None)
@given(st.lists(st.integers(1, 12), max_size=8), st.integers(0, 500))
def test_cuts_are_found_wherever_they_are(gaps: list[int], first: int) -> None:
    indices = [20 + sum(gap * 9 for gap in gaps[:n]) for n in range(1, len(gaps) + 1)]
    records = cut_at(quiet(1000, first), *indices)
    assert whole(records) == [(first + index, "cut") for index in indices]


def test_the_first_frame_of_the_media_is_no_cut() -> None:
    assert whole(cut_at(quiet(50), 0)) == []


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_frames_have_no_boundary(count: int) -> None:
    assert shots.boundaries(quiet(count), 0, count) == []


def test_only_the_owned_range_is_answered_for() -> None:
    records = cut_at(quiet(200), 50, 100, 150)
    assert [one.frame for one in shots.boundaries(records, 100, 150)] == [100]


def test_steady_motion_hides_no_strong_cut_and_makes_none() -> None:
    records = quiet(100)
    records["delta_y"][20:80] = 15
    assert whole(records) == []
    assert whole(cut_at(records, 50)) == [(50, "cut")]


def test_a_change_of_colour_alone_is_a_cut() -> None:
    records = quiet(60)
    records["delta_u"][30] = 45
    assert whole(records) == [(30, "cut")]


@pytest.mark.parametrize("length", [8, 25, 49])
def test_dark_between_hard_edges_is_one_fade(length: int) -> None:
    records = darken(cut_at(quiet(150), 50, 50 + length), 50, 50 + length)
    assert whole(records) == [(50 + (length + 1) // 2, "fade")]


def test_dark_for_longer_than_two_seconds_is_a_shot() -> None:
    records = darken(cut_at(quiet(200), 50, 110), 50, 110)
    assert whole(records) == [(50, "cut"), (110, "cut")]


@pytest.mark.parametrize(("length", "placed"), [(90, True), (110, False)])
def test_a_soft_fade_is_placed_up_to_four_seconds(length: int, placed: bool) -> None:
    records = darken(quiet(300), 60, 60 + length)
    assert whole(records) == ([(60 + (length + 1) // 2, "fade")] if placed else [])


def test_dark_at_the_end_of_the_media_is_no_boundary_unless_it_comes_hard() -> None:
    assert whole(darken(quiet(100), 80, 100)) == []
    assert whole(darken(cut_at(quiet(100), 80), 80, 100)) == [(80, "cut")]


def test_black_before_the_first_picture() -> None:
    assert whole(darken(cut_at(quiet(100), 30), 0, 30)) == [(15, "fade")]
    assert whole(darken(quiet(100), 0, 6)) == []


def test_a_dip_within_a_dark_scene_is_no_fade() -> None:
    records = quiet(100)
    records["luma_mean"] = 18
    assert whole(darken(records, 40, 60)) == []


def test_a_fade_between_dark_scenes_is_one() -> None:
    records = quiet(100)
    records["luma_mean"] = 18
    records["luma"][60:] = records["luma"][60:, ::-1]
    assert whole(darken(records, 40, 60)) == [(50, "fade")]


def test_a_dip_within_a_flat_dark_picture_is_no_fade() -> None:
    records = quiet(100)
    records["luma_mean"] = 18
    records["luma"] = 18 + np.arange(100)[:, None, None] % 2  # noise of a level
    assert whole(darken(records, 40, 60)) == []


def test_dim_scenes_that_never_turn_black_are_parted_by_no_fade() -> None:
    records = quiet(100)
    records["luma_mean"] = 18
    records["luma"][60:] = records["luma"][60:, ::-1]
    dim = darken(records, 40, 60)
    dim["luma_mean"][40:60] = 8
    assert whole(dim) == []


def test_a_flash_over_a_flat_picture_is_no_cut() -> None:
    records = quiet(60)
    records["luma"] = 100
    cut = records.copy()
    cut["delta_y"][30], cut["luma"][30:] = 50, 180
    assert whole(cut) == [(30, "cut")]
    records["delta_y"][[30, 32]], records["luma"][30:32] = 50, 180
    assert whole(records) == []


def dissolve(luma: tuple[Array, Array], edges: tuple[Array, Array]) -> Array:
    """Return records of a picture that turns into another at an even pace in frames 50 to 70.

    Half of its detail is lost in the middle.
    """
    records = quiet(120)
    share = np.clip((np.arange(120) - 49) / 21, 0, 1)[:, None, None]
    for name, (before, after) in (("luma", luma), ("edges", edges)):
        records[name] = np.rint(before * (1 - share) + after * share)
    records["sharpness"] = 400 * ((1 - share) ** 2 + share**2)[:, 0, 0]
    return records


def test_a_picture_that_turns_into_another_is_a_dissolve_and_one_that_darkens_is_none() -> None:
    rng = np.random.default_rng(5)
    luma = rng.integers(60, 160, quiet(1)["luma"][0].shape)
    edges = rng.integers(0, 120, luma.shape)
    assert whole(dissolve((luma, luma[::-1]), (edges, edges[::-1]))) == [(60, "fade")]
    # A fifth of the light, and more than a few levels of noise that no light explains.
    darker = luma * 0.2 + rng.normal(15, 8, luma.shape)
    assert whole(dissolve((luma, darker), (edges, edges // 5))) == []


def test_the_wild_records_hold_dissolves() -> None:
    found = [one for seed in range(20) for one in shots.boundaries(wild(seed), 0, 400)]
    assert sum(one.kind == "fade" and one.score < 1 for one in found) >= 5


def wild(seed: int) -> Array:
    """Return records with motion, cuts, flashes, dark stretches and dissolves at random places."""
    rng = np.random.default_rng(seed)
    records = quiet(400)
    records["delta_y"] += rng.gamma(1.0, rng.choice([0.5, 8.0]), 400)
    for index in rng.integers(1, 400, rng.integers(0, 40)):
        cut_at(records, int(index), strength=float(rng.uniform(5, 60)))
    for _ in range(rng.integers(0, 4)):
        start = int(rng.integers(0, 390))
        end = start + int(rng.integers(1, 130))
        darken(records, start, end)
        if rng.random() < 0.5:
            cut_at(records, *[index for index in (start, end) if 0 < index < 400])
    for _ in range(rng.integers(0, 4)):
        start, length = int(rng.integers(0, 350)), int(rng.integers(5, 50))
        around = slice(max(0, start - 20), start + length + 20)
        share = np.clip((np.arange(400) - start + 1) / (length + 1), 0, 1)[:, None, None]
        for name in ("edges", "luma"):
            scenes = rng.integers(0, 120, (2, *records[name].shape[1:]))
            records[name][around] = (scenes[0] * (1 - share) + scenes[1] * share)[around]
        once = 400 * ((1 - share) ** 2 + share**2)[:, 0, 0]
        records["sharpness"][around] = once[around] * rng.uniform(0.8, 1.2)
    return records


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(10, 150))
def test_pieces_with_two_seconds_of_context_give_the_whole(seed: int, length: int) -> None:
    records = wild(seed)
    reach = shots.REACH_NS // FRAME_NS
    pieces: list[shots.Boundary] = []
    for start in range(0, 400, length):
        end = min(start + length, 400)
        given_records = records[max(0, start - reach) : end + reach]
        pieces += shots.boundaries(given_records, start, end)
    assert pieces == shots.boundaries(records, 0, 400)


def test_runs_begin_where_they_are_seen_to_begin() -> None:
    records = darken(quiet(100), 40, 70)
    assert shots.runs(records, 0, 100) == [shots.Run(40, 70, "black", 1.0)]
    assert shots.runs(records[50:], 50, 100) == []
    assert shots.runs(records[:60], 0, 60) == [shots.Run(40, 60, "black", 1.0)]
    assert shots.runs(darken(quiet(10), 0, 4), 0, 10) == [shots.Run(0, 4, "black", 1.0)]


def test_a_flat_picture_is_solid_and_not_black() -> None:
    records = quiet(50)
    records["luma_deviation"][10:20] = 0.4
    records["chroma_deviation"][10:20] = 0.2
    assert shots.runs(records, 0, 50) == [shots.Run(10, 20, "solid", 1.0)]
