"""Raw scores become calibrated ones, and detections are judged on those."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import TimeSpan
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.calibration import CalibrationTable, Judge

TABLE = CalibrationTable("1", ((1_000, 0), (5_000, 2_000), (10_000, 9_000)))


@given(st.integers(0, 10_000))
def test_without_a_table_scores_stay(raw: int) -> None:
    assert CalibrationTable().apply(raw) == raw


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_table_keeps_the_order(a: int, b: int) -> None:
    low, high = sorted((a, b))
    assert TABLE.apply(low) <= TABLE.apply(high)


@pytest.mark.parametrize(
    ("raw", "calibrated"),
    [(0, 0), (1_000, 0), (3_000, 1_000), (5_000, 2_000), (5_001, 2_001), (10_000, 9_000)],
)
def test_a_table_is_linear_between_its_points_and_rounds_half_up(raw: int, calibrated: int) -> None:
    assert TABLE.apply(raw) == calibrated


def test_points_must_rise() -> None:
    with pytest.raises(ValueError, match="rise"):
        CalibrationTable("1", ((5_000, 2_000), (6_000, 1_000)))


def test_the_detection_threshold_is_the_classes_own(seen, engine) -> None:  # type: ignore[no-untyped-def]
    judge = Judge([engine("nsfw", {"porn": 8_000})])
    assert judge.detects(seen("nsfw", "porn", 0, score=8_000))
    assert not judge.detects(seen("nsfw", "porn", 0, score=7_999))
    assert judge.detects(seen("nsfw", "other", 0, score=5_000))


def test_an_engine_whose_positives_were_never_measured_is_capped(seen, engine) -> None:  # type: ignore[no-untyped-def]
    judge = Judge(
        [engine("nsfw", cap=8_900)], {"engine@1": CalibrationTable("1", ((0, 0), (1, 9_999)))}
    )
    assert judge.score(seen("nsfw", "porn", 0, score=10_000)) == 8_900


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 10_000)), max_size=20),
    st.sampled_from([{}, {"one@1": TABLE}]),
    st.integers(0, 10_000),
    st.integers(1, 10),
)
def test_many_records_are_judged_as_each_of_them(
    shown: list[tuple[str, int]], tables: dict[str, CalibrationTable], cap: int, tenths: int
) -> None:
    facts = EngineFacts(
        "any", "nsfw", "one", "1", "bundled", True, class_thresholds={"a": 3_333}, score_cap=cap
    )
    records = [
        Evidence("nsfw", engine, TimeSpan(0, 1), name, score)
        for engine in ("one@1", "other@1")
        for name, score in shown
    ]
    judge = Judge([facts], tables)
    assert judge.scores(records) == [judge.score(record) for record in records]
    assert list(judge.reaching(records, tenths)) == [
        record for record in records if 10 * judge.score(record) >= tenths * judge.threshold(record)
    ]
