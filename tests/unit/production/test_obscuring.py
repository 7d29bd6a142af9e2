"""What is hidden: unrecognisable, followed between its keys, nothing else touched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.production.known import Followed, SeenAt
from videre.production.rendering.canvas import Canvas
from videre.production.retouching.edits import Edits, Hidden
from videre.production.retouching.hiding import REACH_NS, faces_followed, hidden_of, plates
from videre.production.retouching.messages import obscured_messages
from videre.production.retouching.obscuring import box_at, obscure
from videre.production.retouching.planes import Planes, planes_of_frame
from videre.production.retouching.retoucher import Retoucher
from videre.production.retouching.timetable import Timetable
from videre.v1 import production_pb2 as pb

EVER = 1 << 60


def noise(width: int, height: int, bits: int = 8) -> Planes:
    rng = np.random.default_rng(1)
    depth = np.uint8 if bits == 8 else np.uint16
    half = (-(-height // 2), -(-width // 2))
    arrays = [
        rng.integers(16 << bits - 8, 236 << bits - 8, shape).astype(depth)
        for shape in ((height, width), half, half)
    ]
    return planes_of_frame(arrays, Canvas(width, height, "yuv420p"), bits)


def hidden(mode: str, *box: float) -> Hidden:
    x, y, width, height = box
    return Hidden("region", mode, ((0, x, y, width, height),), 0, EVER)


@pytest.mark.parametrize("mode", ["blur", "mosaic", "fill"])
@pytest.mark.parametrize("bits", [8, 10])
def test_a_box_is_unrecognisable_and_nothing_else_changes(mode: str, bits: int) -> None:
    planes = noise(80, 60, bits)
    before = [array.copy() for array in planes.arrays]
    obscure(planes, hidden(mode, 0.25, 0.2, 0.5, 0.5), 0)
    luma, old = planes.arrays[0], before[0]
    inside = np.zeros(luma.shape, bool)
    inside[12:42, 20:60] = True
    assert np.array_equal(luma[~inside], old[~inside])
    apart = luma[12:42, 20:60].astype(np.float64).std() / (1 << bits - 8)
    assert apart < 15  # of noise with a deviation of 63
    chroma = planes.arrays[1]
    assert np.array_equal(chroma[:6], before[1][:6])
    assert not np.array_equal(chroma[6:21, 10:30], before[1][6:21, 10:30])
    if mode == "fill":
        assert (luma[12:42, 20:60] == 16 << bits - 8).all()
        assert (chroma[6:21, 10:30] == 128 << bits - 8).all()
    if mode == "mosaic":
        assert len(np.unique(luma[12:42, 20:60])) <= 7 * 5


@settings(max_examples=50)
@given(
    st.integers(1, 50), st.integers(1, 50), st.sampled_from(["blur", "mosaic", "fill"]),
    st.floats(-1, 1), st.floats(-1, 1), st.floats(0.001, 2), st.floats(0.001, 2),
)  # fmt: skip
def test_boxes_of_any_place_and_size(
    width: int, height: int, mode: str, x: float, y: float, wide: float, high: float
) -> None:
    obscure(noise(width, height), hidden(mode, x, y, wide, high), None)


def test_sides_move_evenly_between_keys() -> None:
    keys = ((0, 0.0, 0.0, 0.2, 0.2), (100, 0.4, 0.2, 0.4, 0.2))
    one = Hidden("face", "blur", keys, 0, 200)
    assert box_at(one, 50) == pytest.approx((0.2, 0.1, 0.3, 0.2))
    assert box_at(one, -10) == pytest.approx((0.0, 0.0, 0.2, 0.2))
    assert box_at(one, 150) == pytest.approx((0.4, 0.2, 0.4, 0.2))
    assert box_at(one, None) == (0.0, 0.0, 0.2, 0.2)


def seen(ns: int, x: float, y: float = 0.3) -> SeenAt:
    return SeenAt(ns, x, y, 0.1, 0.1)


def test_things_are_hidden_a_little_longer_and_wider() -> None:
    way = Followed("face", (seen(10**9, 0.2), seen(2 * 10**9, 0.4)))
    (one,) = hidden_of("face", [way], "mosaic", 0.5)
    assert (one.start_ns, one.end_ns) == (10**9 - REACH_NS, 2 * 10**9 + REACH_NS)
    assert one.keys[0] == pytest.approx((10**9, 0.15, 0.25, 0.2, 0.2))


def test_unfollowed_boxes_become_ways() -> None:
    boxes = [seen(n * 10**8, x + n * 0.01) for n in range(5) for x in (0.1, 0.6)]
    ways = faces_followed(boxes)
    assert sorted(len(one.boxes) for one in ways) == [5, 5]


def test_plates_are_texts_on_vehicles() -> None:
    car = Followed("vehicle", (SeenAt(10**9, 0.1, 0.1, 0.4, 0.4),))
    on, beside, later = (
        Followed("text", (seen(10**9, 0.2),)),
        Followed("text", (seen(10**9, 0.7),)),
        Followed("text", (seen(3 * 10**9, 0.2),)),
    )
    assert plates([on, beside, later], [car]) == [on]


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), max_size=20), st.integers(0, 110)
)
def test_a_timetable_finds_what_is_there(spans: list[tuple[int, int]], ns: int) -> None:
    things = [Hidden("face", "blur", (), start, start + length) for start, length in spans]
    table = Timetable(things)
    there = [one for one in table.all() if one.start_ns <= ns < one.end_ns]
    assert list(table.at(ns)) == there


def test_a_picture_has_all_of_it_hidden() -> None:
    planes = noise(40, 40)
    edits = Edits(hidden=(Hidden("face", "fill", ((0, 0.0, 0.0, 1.0, 1.0),), 0, 0),))
    Retoucher(edits, (40, 40)).apply(planes, None)
    assert (planes.arrays[0] == 16).all()
    (part,) = obscured_messages(edits.hidden)
    assert part.target == pb.OBSCURE_TARGET_FACES
    assert not part.HasField("start_offset")
