"""Time, place, scores and digests: the laws that everything else stands on."""

import json
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from videre.common.values import (
    NS,
    SCORE_ONE,
    Box,
    TimeSpan,
    canonical_json,
    nominal_rate,
    rounded,
    score_e4,
    sha256_hex,
    timecode,
    to_ns,
)

NTSC = Fraction(30_000, 1001)


@pytest.mark.parametrize(
    ("score", "e4"),
    [(0, 0), (1, 10_000), (0.9, 9_000), (0.00005, 1), (0.00004, 0), (-3, 0), (7, 10_000)],
)
def test_scores_round_half_up_and_are_cut(score: float, e4: int) -> None:
    assert score_e4(score) == e4


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        score_e4(float("nan"))


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 10**9))
def test_rounding_is_that_of_exact_fractions(value: float, scale: int) -> None:
    exact = Fraction(value) * scale + Fraction(1, 2)
    assert rounded(value, scale) == exact.numerator // exact.denominator


@given(st.floats(0, 1), st.floats(0, 1))
def test_scores_keep_their_order(a: float, b: float) -> None:
    assert a > b or score_e4(a) <= score_e4(b)
    assert abs(score_e4(a) - a * SCORE_ONE) <= 0.5 + 1e-6


@given(
    st.integers(-(2**40), 2**40),
    st.fractions(Fraction(1, 100_000), 1),
    st.fractions(-100, 100, max_denominator=90_000),
)
def test_an_instant_is_the_floor_of_the_exact_time(
    pts: int, base: Fraction, origin: Fraction
) -> None:
    exact = (pts * base - origin) * NS
    assert 0 <= exact - to_ns(pts, base, origin) < 1


@pytest.mark.parametrize(
    ("frame", "rate", "text"),
    [
        (0, Fraction(25), "00:00:00:00"),
        (90_000, Fraction(25), "01:00:00:00"),
        (1_799, NTSC, "00:00:59;29"),
        (1_800, NTSC, "00:01:00;02"),
        (17_982, NTSC, "00:10:00;00"),
        (107_892, NTSC, "01:00:00;00"),
        (3_600, Fraction(60_000, 1001), "00:01:00;04"),
        (24, Fraction(24_000, 1001), "00:00:01:00"),
        (119, Fraction(120), "00:00:00:119"),
    ],
)
def test_timecodes(frame: int, rate: Fraction, text: str) -> None:
    assert timecode(frame, rate) == text


@given(st.integers(0, 2_589_407), st.sampled_from([NTSC, Fraction(25), Fraction(60_000, 1001)]))
def test_timecodes_rise_with_the_frame(frame: int, rate: Fraction) -> None:
    assert timecode(frame, rate) < timecode(frame + 1, rate)


@pytest.mark.parametrize(("frame", "rate"), [(-1, Fraction(25)), (0, Fraction(0))])
def test_no_timecode_for_what_is_no_frame(frame: int, rate: Fraction) -> None:
    with pytest.raises(ValueError, match="no timecode"):
        timecode(frame, rate)


def test_the_nominal_rate_is_the_nearest_standard_one() -> None:
    assert nominal_rate(Fraction(2997, 100)) == NTSC
    assert nominal_rate(Fraction(2501, 100)) == 25


SPANS = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda p: TimeSpan(*sorted(p)))


@given(SPANS, SPANS)
def test_overlap_is_mutual_and_the_hull_holds_both(a: TimeSpan, b: TimeSpan) -> None:
    assert a.overlaps(b) == b.overlaps(a)
    instants = set(range(a.start_ns, a.end_ns)) & set(range(b.start_ns, b.end_ns))
    assert not instants or a.overlaps(b)
    hull = a.hull(b)
    assert hull.start_ns == min(a.start_ns, b.start_ns)
    assert hull.duration_ns >= max(a.duration_ns, b.duration_ns)


def test_a_hull_has_frames_when_both_have() -> None:
    assert TimeSpan(0, 10, 0, 1).hull(TimeSpan(20, 30, 2, 3)) == TimeSpan(0, 30, 0, 3)
    assert TimeSpan(0, 10, 0, 1).hull(TimeSpan(20, 30)) == TimeSpan(0, 30)


@pytest.mark.parametrize("span", [(-1, 0), (2, 1), (0, 1, 0, None), (0, 1, None, 1)])
def test_what_is_no_span_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="span"):
        TimeSpan(*span)


UNIT = st.floats(0, 1)
BOXES = st.builds(Box, UNIT, UNIT, UNIT, UNIT)


@given(BOXES, BOXES)
@example(Box(0, 1, 1, 1e-10), Box(0, 1, 1, 1e-10))
def test_iou_is_a_mutual_share(a: Box, b: Box) -> None:
    assert a.iou(b) == b.iou(a)
    assert 0 <= a.iou(b) <= 1


def test_iou_of_known_boxes() -> None:
    box = Box(0, 0, 0.5, 0.5)
    assert box.iou(box) == 1
    assert box.iou(Box(0.25, 0, 0.5, 0.5)) == pytest.approx(1 / 3)
    assert box.iou(Box(0.5, 0.5, 0.5, 0.5)) == 0
    assert Box(0, 0, 0, 0).iou(Box(0, 0, 0, 0)) == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON))
def test_canonical_json_does_not_depend_on_order(value: dict[str, object]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical_json(value) == canonical_json(turned)
    assert json.loads(canonical_json(value)) == value


@pytest.mark.parametrize("value", [0.5, [1, 2.0], {"a": {"b": (1.0,)}}])
def test_canonical_json_has_no_floats(value: object) -> None:
    with pytest.raises(TypeError, match="float"):
        canonical_json(value)


def test_sha256_of_the_empty_text() -> None:
    assert sha256_hex(b"").startswith("e3b0c44298fc1c14")
