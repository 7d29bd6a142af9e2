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


def test_a_library_is_put_shown_and_cut(videre: Run, world: World, tmp_path: Path) -> None:
    path = tmp_path / "ads.jsonl"
    path.write_text('{"creative": {"creativeId": "car", "title": "A [car]"}}\n')
    assert videre("ads", "put", str(path)).out == "car  A [car]\n"
    assert world.calls("SetAd")[0].ad.creative.creative_id == "car"
    shown = videre("ads", "list").out
    for words in ("A [car] (paused)", "IAB2, vehicle.car", "10", "30.0 %", "1.25"):
        assert words in shown, words
    assert videre("ads", "list", "--json").json()[0]["spentMicros"] == "1250000"
    assert videre("ads", "delete", "car").out == "deleted car\n"
    assert world.calls("DeleteAd")[0].ad_id == "car"
    path.write_text("no json\n")
    ran = videre("ads", "put", str(path))
    assert (ran.code, "line 1" in ran.err) == (2, True)


def test_matches_are_shown_with_their_reasons(videre: Run, world: World) -> None:
    shown = videre(
        "ads", "match", "m1", "--user", "ada", "--ads", "3", "--time", "2026-01-02T03:04:05Z",
        "--count", "2",
    ).out  # fmt: skip
    for words in (
        "2 slots; the film is IAB2, IAB17", "0.800", "0.55", "0.50",
        "here tag: Car (vehicle.car) 75 %", "liked keyword: [race] 100 %", "–", "category IAB17",
    ):  # fmt: skip
        assert words in shown, words
    (request,) = world.calls("MatchAds")
    assert (request.slots.media_id, request.slots.max_mid_rolls) == ("m1", 2)
    assert (request.user_id, request.max_ads) == ("ada", 3)
    assert request.time.ToJsonString() == "2026-01-02T03:04:05Z"
    assert len(videre("ads", "match", "m1", "--json").json()["slots"]) == 2


def test_what_came_is_sent_and_reported(videre: Run, world: World, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"eventId": "e1", "act": "AD_ACT_CLICK", "adId": "car"}\n')
    assert videre("ads", "record", str(path)).out == "1 recorded, 2 known before\n"
    assert '"recordedCount": 1' in videre("ads", "record", str(path), "--json").out
    shown = videre("ads", "report", "--since", "2026-01-02", "--until", "2026-01-03").out
    for words in ("(slots)", "mid", "50.0 %", "30.0 %", "all"):
        assert words in shown, words
    (request,) = world.calls("GetAdReport")
    assert request.start_time.ToJsonString() == "2026-01-02T00:00:00Z"
    assert request.end_time.ToJsonString() == "2026-01-03T00:00:00Z"
    assert videre("ads", "report", "--json").json()["total"]["clicks"] == "3"
