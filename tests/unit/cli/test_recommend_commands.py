"""`videre recommend …`: what is sent, what is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from arro3.io import read_parquet
from doubles.world import Fault, World

from videre.v1 import recommendation_pb2 as pb

Run = Callable[..., Any]


def test_what_is_recommended_is_shown_with_its_reasons(videre: Run, world: World) -> None:
    shown = videre(
        "recommend", "to", "ada", "--limit", "5", "--in", "en", "--candidate", "m1",
        "--exclude", "m7", "--seen", "--diversity", "0.5", "--exploration", "0.2", "--seed", "-3",
        "--time", "2026-01-02T03:04:05Z", "--language", "zh-Hans",
    ).out  # fmt: skip
    for words in (
        "2 of 12 media; the user's taste counts 50 %", "A [film]", "0.732", "0.81",
        "tag: Dog (animal.dog) 60 % as they said  0:08.0 – 0:09.5", "keyword: [walk] 40 %",
        "like m9 42 %", "12 users like it and m8", "0.66", "drawn",
    ):  # fmt: skip
        assert words in shown, words
    (request,) = world.calls("Recommend")
    assert (request.user_id, request.max_items, request.seed) == ("ada", 5, -3)
    assert (request.include_seen, request.diversity, request.exploration) == (True, 0.5, 0.2)
    assert [*request.language_codes, *request.candidate_media_ids, *request.exclude_media_ids] == [
        "en", "m1", "m7",
    ]  # fmt: skip
    assert request.time.ToJsonString() == "2026-01-02T03:04:05Z"
    assert len(videre("recommend", "to", "--json").json()["items"]) == 2
    assert not world.calls("Recommend")[1].HasField("diversity")


def test_events_are_sent_a_thousand_at_a_time(videre: Run, world: World, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"userId": "ada", "mediaId": "m1", "act": "USER_ACT_LIKE"}\n\n' * 1_001)
    shown = videre("recommend", "record", str(path)).out
    assert shown.splitlines() == [
        "999 recorded, 1 known before, 0 too old", "no media gone",
        "0 recorded, 1 known before, 0 too old", "no media gone",
    ]  # fmt: skip
    assert [len(request.events) for request in world.calls("RecordEvents")] == [1_000, 1]
    assert '"recordedCount": 999' in videre("recommend", "record", str(path), "--json").out
    path.write_text('{"userId": "ada"}\nno json\n')
    ran = videre("recommend", "record", str(path))
    assert (ran.code, "line 2" in ran.err) == (2, True)


def test_what_a_user_says_is_sent(videre: Run, world: World) -> None:
    shown = videre(
        "recommend", "interests", "ada", "--like", "tag:animal.dog", "--like", "keyword:a=b=0.5",
        "--dislike", "topic:music=0.3", "--in", "en",
    ).out  # fmt: skip
    assert "topic: Music (music)" in shown
    (request,) = world.calls("SetUserInterests")
    assert [(one.kind, one.value, round(one.weight, 3)) for one in request.interests] == [
        (pb.TRAIT_KIND_TAG, "animal.dog", 1), (pb.TRAIT_KIND_KEYWORD, "a=b", 0.5),
        (pb.TRAIT_KIND_TOPIC, "music", -0.3),
    ]  # fmt: skip
    for wrong in ("dog", "kind:dog", "tag:dog=much"):
        assert videre("recommend", "interests", "ada", "--like", wrong).code == 2


def test_a_profile_is_shown_and_forgotten(videre: Run, world: World) -> None:
    shown = videre("recommend", "profile", "ada", "--time", "2026-01-02T03:04:05Z").out
    for words in (
        "ada: 2 events, 1 ads shown in en, zh",
        "They said", "-0.50", "It follows", "tag: Dog (animal.dog)",
        "+1.00", "2026-01-02T03:04:05Z", "12.5 s", "like",
    ):  # fmt: skip
        assert words in shown, words
    assert videre("recommend", "profile", "ada", "--json").json()["events"][1]["mediaId"] == "m8"
    assert videre("recommend", "forget", "ada", "--yes").out == "erased\n"
    assert videre("recommend", "forget", "eve", "--yes", "--json").json() == {"erased": False}
    assert [one.user_id for one in world.calls("DeleteUser")] == ["ada", "eve"]


def test_a_key_is_rotated_until_nothing_is_left(videre: Run, world: World) -> None:
    assert videre("recommend", "rotate-key").out.splitlines() == [
        "key 2: 200 sealed, 5 left", "key 2: 5 sealed, 0 left",
    ]  # fmt: skip
    assert [one.page_token for one in world.calls("RotateProfileKey")] == ["", "2"]
    assert '"remainingCount": 5' in videre("recommend", "rotate-key", "--json").out


def test_segments_are_put_shown_counted_and_cut(videre: Run, world: World, tmp_path: Path) -> None:
    path = tmp_path / "segments.jsonl"
    path.write_text('{"segmentId": "dog-people", "name": "[Dogs]"}\n')
    assert videre("segments", "put", str(path)).out == "dog-people  [Dogs]\n"
    assert world.calls("SetSegment")[0].segment.segment_id == "dog-people"
    shown = videre("segments", "list").out
    for words in ("likes tag:animal.dog ≥ 0.5", "anything ≥ 2 × in 30 days", "wants zh",
                  "skip ≥ 1 × in 7 days"):  # fmt: skip
        assert words in shown, words
    assert videre("segments", "list", "--json").json()[0]["name"] == "[Dogs]"
    assert videre("segments", "count", "dog-people").out == "6 of 1,000 users\n"
    assert [one.page_token for one in world.calls("CountSegmentUsers")] == ["", "2"]
    assert videre("segments", "delete", "dog-people").out == "deleted dog-people\n"
    assert "in dog-people" in videre("recommend", "profile", "ada").out


def test_rows_are_the_same_in_both_forms(videre: Run, world: World, tmp_path: Path) -> None:
    lines, table = tmp_path / "items.jsonl", tmp_path / "items.parquet"
    shown = videre("recommend", "export", "items", "-o", str(lines)).out
    assert shown == f"wrote {lines}: 2 rows\n"
    first, second = map(json.loads, lines.read_text().splitlines())
    assert first == {
        "media_id": "m1", "number": 3, "deleted": False, "language_code": "en",
        "create_time": "2026-01-02T03:04:05.000000006Z", "duration_s": 12.5,
        "traits": [{"kind": "TRAIT_KIND_TAG", "value": "animal.dog", "weight": 0.5}],
        "look_engine": "eye@1", "look": [0.6, 0.8],
    }  # fmt: skip
    assert (second["media_id"], second["deleted"], second["create_time"]) == ("m2", True, None)
    videre("recommend", "export", "items", "-o", str(table))
    found = read(table)
    assert found["media_id"] == ["m1", "m2"]
    assert found["traits"][0] == first["traits"]
    assert found["create_time"][0] == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert [round(one, 6) for one in found["look"][0]] == [0.6, 0.8]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["items.jsonl", "items.parquet"]
    shown = videre("recommend", "export", "traits").out
    assert json.loads(shown)["value"] == "狗"
    videre("recommend", "export", "traits", "-o", str(table))
    assert read(table)["media_count"] == [2]


def test_what_is_new_comes_since_the_last_token(videre: Run, world: World, tmp_path: Path) -> None:
    events, token = tmp_path / "events.parquet", tmp_path / "token"
    told = videre("recommend", "export", "events", "-o", str(events), "--since", str(token),
                  "--json").json()  # fmt: skip
    assert told == {"path": str(events), "rows": 2, "nextToken": "two"}
    assert token.read_text() == "two\n"
    assert read(events) == {
        "user": ["c0ffee", "facade"], "number": [7, 8], "erased": [False, True],
        "event_key": ["e1", ""], "media_id": ["m1", ""], "act": ["USER_ACT_WATCH", ""],
        "event_time": [datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), None], "watched_s": [1.5, None],
    }  # fmt: skip
    world.faults["ExportUserEvents"] = [Fault("INVALID_ARGUMENT")]
    events.unlink()
    ran = videre("recommend", "export", "events", "-o", str(events), "--since", str(token))
    assert ran.code != 0
    assert world.calls("ExportUserEvents")[-1].after_token == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["token"], "nothing that is half written"
    for wrong in (["traits", "--since", str(token)], ["items", "--format", "parquet"]):
        assert videre("recommend", "export", *wrong).code == 2


def test_a_broken_export_goes_on_where_it_broke(videre: Run, world: World, tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    world.faults["ExportItems"] = [Fault("UNAVAILABLE"), None, Fault("UNAVAILABLE")]
    videre("recommend", "export", "items", "-o", str(path))
    assert [json.loads(one)["media_id"] for one in path.read_text().splitlines()] == ["m1", "m2"]
    assert [one.after_token for one in world.calls("ExportItems")] == ["", "", "", "one"]


def read(path: Path) -> dict[str, list[Any]]:
    table = read_parquet(path).read_all()
    return {name: table[name].to_pylist() for name in table.column_names}
