"""How fast work is done, and what is left of it, as values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS
from videre.orchestrator.capacity import OWN_WORK, EndedJob, Load, busiest_first, cpu_left, pace


def ended(start_s: float, end_s: float, media_s: float) -> EndedJob:
    return EndedJob(round(start_s * NS), round(end_s * NS), round(media_s * NS))


def test_jobs_side_by_side_share_the_time() -> None:
    assert pace([ended(0, 10, 40)], 0) == pytest.approx(4)
    assert pace([ended(0, 10, 40), ended(0, 10, 40)], 0) == pytest.approx(8)
    assert pace([ended(0, 10, 40), ended(5, 15, 20)], 0) == pytest.approx(4)


def test_time_without_work_does_not_count() -> None:
    assert pace([ended(0, 10, 40), ended(1_000, 1_010, 40)], 0) == pytest.approx(4)


def test_of_a_job_that_began_before_its_share_counts() -> None:
    assert pace([ended(0, 20, 40)], 10 * NS) == pytest.approx(2)
    assert pace([ended(0, 10, 40)], 10 * NS) is None
    assert pace([], 0) is None
    assert pace([ended(0, 10, 0)], 0) is None


jobs = st.builds(
    lambda start, length, media: ended(start, start + length, media),
    st.integers(0, 100), st.integers(1, 50), st.integers(1, 500),
)  # fmt: skip


@given(st.lists(jobs, min_size=1, max_size=8), st.randoms())
def test_the_order_of_jobs_does_not_matter_and_all_their_media_is_done(
    found: list[EndedJob], shuffled: object
) -> None:
    told = pace(found, 0)
    other = list(found)
    shuffled.shuffle(other)  # type: ignore[attr-defined]
    assert told == pytest.approx(pace(other, 0))
    busy = {second for job in found for second in range(job.start_ns // NS, job.end_ns // NS)}
    assert told is not None
    assert told * len(busy) == pytest.approx(sum(job.media_ns for job in found) / NS)


def test_what_is_left_costs_what_engines_cost_so_far() -> None:
    costs = {
        ("text", "a@1"): (10_000, 1_000, 0), ("text", "b@1"): (10_000, 3_000, 0),
        ("loudness", ""): (1_000, 10, 0), ("sound", "c@1"): (0, 0, 0),
    }  # fmt: skip
    left = {"text": 100 * NS, "loudness": 100 * NS, "sound": NS, "ingest": NS}
    assert cpu_left(left, costs) == pytest.approx({"ocr": 20.0, OWN_WORK: 1.0})


def test_the_service_with_the_most_work_per_slot_holds_up() -> None:
    loads = [Load("ocr", 4, 0, 8.0), Load("visual", 1, 0, 3.0), Load("asr", 0, 0, 9.0)]
    assert [one.service for one in busiest_first(loads)] == ["asr", "visual", "ocr"]
