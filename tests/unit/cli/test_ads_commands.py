"""`videre ads …`: what is sent, what is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from doubles.world import World

Run = Callable[..., Any]


def test_slots_are_shown_with_their_reasons(videre: Run, world: World) -> None:
    shown = videre(
        "ads", "slots", "m1", "--count", "2", "--spacing", "10", "--min", "0.4", "--guard", "5",
        "--no-pre",
    ).out  # fmt: skip
    for words in (
        "3 slots in 1 min 40 s, chosen from 9 breaks  pass", "▼─", "─▼", "0:50.0", "mid", "81 %",
        "scene", "7", "boundary 80 %, silence 50 %", "post",
    ):  # fmt: skip
        assert words in shown, words
    request = world.calls("FindAdSlots")[0]
    assert (request.media_id, request.max_mid_rolls, request.min_score) == ("m1", 2, 0.4)
    assert (request.spacing.ToSeconds(), request.guard.ToSeconds()) == (10, 5)
    assert (request.no_pre_roll, request.no_post_roll) == (True, False)
    assert len(videre("ads", "slots", "m1", "--json").json()["slots"]) == 3
    assert not world.calls("FindAdSlots")[1].HasField("max_mid_rolls")


def test_a_schedule_is_written(videre: Run, world: World, tmp_path: Path) -> None:
    path = tmp_path / "schedule.xml"
    shown = videre("ads", "vmap", "m1", "--tag", "https://a/vast", "-o", str(path)).out
    assert "3 slots, 7 bytes" in shown
    assert path.read_bytes() == b"<vmap/>"
    request = world.calls("ExportAdSchedule")[0]
    assert (request.slots.media_id, request.ad_tag_uri) == ("m1", "https://a/vast")
