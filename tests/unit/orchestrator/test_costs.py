"""What a feature costs: as measured here, else as shipped."""

from __future__ import annotations

from videre.common.values import NS
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.costs import (
    DEFAULT_SAMPLE_INTERVAL_NS,
    cpu_ms,
    measured_costs,
    share_of_frames,
)


def test_fewer_frames_cost_less_but_every_shot_has_one() -> None:
    assert share_of_frames("objects", DEFAULT_SAMPLE_INTERVAL_NS) == 1
    assert share_of_frames("speech", 60 * NS) == 1
    assert 0.4 < share_of_frames("objects", 60 * NS) < share_of_frames("objects", 6 * NS) < 1


def test_a_measured_cost_goes_before_a_shipped_one() -> None:
    dear = EngineFacts(
        "ocr", "text", "dear", "1", "standard", available=True, cpu_seconds_per_item=2.0
    )
    assert cpu_ms("text", dear, 10 * NS, {}) == (20_000, False)
    assert cpu_ms("text", dear, 10 * NS, {("text", dear.id): 0.5}) == (5_000, True)
    assert cpu_ms("text", dear, 10 * NS, {("text", "other@1"): 0.5}) == (20_000, False)
    assert cpu_ms("loudness", None, 10 * NS, {}) == (30, False)


def test_a_minute_of_media_tells_what_the_next_film_costs() -> None:
    recorded = {("text", "a@1"): (60_000, 30_000, 9), ("text", "b@1"): (59_999, 30_000, 9)}
    assert measured_costs(recorded) == {("text", "a@1"): 0.5}
