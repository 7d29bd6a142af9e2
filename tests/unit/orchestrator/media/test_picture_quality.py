"""Measures of pictures whose faults are known: each answers to its own."""

from __future__ import annotations

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest
from filmed import Rgb, room

from videre.orchestrator.media.picture_quality import measure, projections, shifts
from videre.orchestrator.media.planes import planar, sample_planes, whole_luma


def scene(width: int = 1_280, height: int = 720) -> Rgb:
    """Return a sharp picture with plain walls, edges of all sizes and a little grain."""
    picture = cv2.resize(room(3), (width, height), interpolation=cv2.INTER_NEAREST)
    grain = np.random.default_rng(0).normal(0, 1.0, picture.shape)
    return np.asarray(np.clip(picture + grain, 0, 255), np.uint8)


def measures(picture: Rgb, form: str = "yuv420p", rotation: int = 0) -> dict[str, float]:
    frame = planar(av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=form))
    return measure(whole_luma(frame), sample_planes(frame, rotation), rotation)


def coarse(picture: Rgb) -> npt.NDArray[np.uint8]:
    """Return the coarse luma of a picture."""
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
    return sample_planes(frame, 0).y


def coded(picture: Rgb, quality: int) -> Rgb:
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def noisy(picture: Rgb, level: float) -> Rgb:
    noise = np.random.default_rng(1).normal(0, level, (*picture.shape[:2], 1))
    return np.asarray(np.clip(picture + noise, 0, 255), np.uint8)


@pytest.mark.parametrize("form", ["yuv420p", "yuvj420p", "yuv422p10le", "yuv444p", "rgb24", "gray"])
def test_the_form_of_the_samples_changes_little(form: str) -> None:
    plain, other = measures(scene()), measures(scene(), form)
    for name in ("edge_width", "luma_10", "luma_50", "luma_90"):
        assert other[name] == pytest.approx(plain[name], rel=0.05, abs=2), name


def test_blur_widens_the_steepest_edges() -> None:
    widths = [
        measures(np.asarray(cv2.GaussianBlur(scene(), (0, 0), sigma), np.uint8))["edge_width"]
        for sigma in (0.5, 5, 10, 20)
    ]
    assert widths == sorted(widths)
    assert widths[0] < 2.5 < 4 < widths[2]


def test_blocks_are_seen_at_any_place_of_their_grid() -> None:
    picture = scene()
    assert measures(picture)["block_step"] < 0.6
    blocky = coded(picture, 5)
    for shift in (0, 3):
        assert measures(np.roll(blocky, shift, axis=(0, 1)))["block_step"] > 1


@pytest.mark.parametrize("level", [5.0, 10.0, 20.0])
def test_noise_is_measured_in_levels(level: float) -> None:
    assert measures(scene())["noise"] < 3
    assert measures(noisy(scene(), level))["noise"] == pytest.approx(level, rel=0.2)


def test_two_fields_make_a_comb_and_fine_lines_do_not() -> None:
    picture = scene()
    woven = picture.copy()
    woven[1::2] = np.roll(picture, 12, axis=1)[1::2]
    lines = picture.copy()
    lines[::4] = 255 - lines[::4]
    assert measures(picture)["comb"] < 0.002
    assert measures(woven)["comb"] > 0.01
    assert measures(lines)["comb"] < measures(woven)["comb"]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_bars_lie_where_they_are_displayed(rotation: int) -> None:
    picture = scene()
    picture[:72] = 0
    found = measures(picture, rotation=rotation)
    sides = ("top", "right", "bottom", "left")
    bars = {name: round(found[name], 2) for name in sides}
    assert bars == {name: 0.1 if name == sides[rotation // 90] else 0.0 for name in sides}


def test_a_black_picture_has_no_bars() -> None:
    found = measures(np.zeros((360, 640, 3), np.uint8))
    assert [found[name] for name in ("left", "top", "right", "bottom")] == [0, 0, 0, 0]


def test_exposure_is_measured_inside_of_bars() -> None:
    picture = np.full((360, 640, 3), 255, np.uint8)
    picture[:50] = picture[-50:] = 0
    found = measures(picture)
    assert found["clipped"] > 0.95
    assert found["luma_10"] > 250


def test_small_pictures_are_not_measured() -> None:
    assert measures(scene()[:40, :60]) == {}


@pytest.mark.parametrize(("x", "y"), [(0, 0), (6, 0), (-11, 0), (0, -9), (25, 14)])
def test_motion_of_the_whole_picture_is_known_to_a_pixel(x: int, y: int) -> None:
    wide = scene(1_480, 860)
    found = []
    for left, top in ((100, 70), (100 - x, 70 - y)):
        piece = np.ascontiguousarray(wide[top : top + 720, left : left + 1_280])
        found.append(projections(coarse(piece)))
    across, down = shifts(np.stack(found))
    assert float(across[1]) * 1_280 == pytest.approx(x, abs=3)
    assert float(down[1]) * 720 == pytest.approx(y, abs=3)


def test_what_moves_in_one_half_only_is_no_motion_of_the_camera() -> None:
    before = scene()
    after = before.copy()
    after[:360] = np.roll(before[:360], 14, axis=1)
    across, _ = shifts(np.stack([projections(coarse(one)) for one in (before, after)]))
    assert across.tolist() == [0, 0]


def test_a_cut_is_no_motion() -> None:
    profiles = np.stack([projections(coarse(room(seed))) for seed in (1, 2)])
    for axis in (*shifts(profiles), *shifts(profiles[:1])):
        assert not axis.any()
