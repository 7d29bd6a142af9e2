"""`videre search`: what is sent, what is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from doubles.world import World

from videre.v1 import analysis_pb2, search_pb2

Run = Callable[..., Any]
MEDIA = "01936f6e-7a10-7c3e-9b51-5d0c3a5e1f10"


def test_what_is_found_is_shown_with_its_reasons(videre: Run, world: World) -> None:
    shown = videre("search", "red", '"the car"', "tag:vehicle").out
    for words in (
        "40 moments of 12 media", "A [film]  review  4 moments", "0:08.0 – 0:09.5",
        "said: the red [car] stops 90 %", "tag: Car (vehicle.car) 80 %", "title: A [film]",
        "whole", "characters 10 – 90", "more: --page 2", "30",
    ):  # fmt: skip
        assert words in shown, words
    assert world.calls("SearchMoments")[0].query == 'red "the car" tag:vehicle'


def test_all_that_may_be_asked_is_sent(videre: Run, world: World) -> None:
    found = videre(
        "search", "car", "--media", "m1", "--advice", "none", "--advice", "review",
        "--since", "2026-01-02", "--until", "2026-01-03", "--from", "1.5", "--to", "9",
        "--facet", "tag", "--facet", "mood", "--moments", "5", "--limit", "7", "--page", "x",
        "--language", "zh-Hans", "--json",
    ).json()  # fmt: skip
    assert found["media"][0]["moments"][0]["reasons"][1]["value"] == "vehicle.car"
    request = world.calls("SearchMoments")[0]
    wanted = request.filter
    assert list(wanted.suggestions) == [0, analysis_pb2.SUGGESTION_REVIEW]
    assert list(wanted.media_ids) == ["m1"]
    assert wanted.min_create_time.ToJsonString() == "2026-01-02T00:00:00Z"
    assert wanted.max_create_time.ToJsonString() == "2026-01-03T00:00:00Z"
    assert wanted.start_offset.ToMilliseconds() == 1_500
    assert wanted.end_offset.ToSeconds() == 9
    assert list(request.facets) == [search_pb2.SEARCH_FIELD_TAG, search_pb2.SEARCH_FIELD_MOOD]
    assert (request.moments_per_media, request.page_size) == (5, 7)
    assert (request.page_token, request.language_code) == ("x", "zh-Hans")


def test_indexing_goes_on_until_all_was_looked_at(videre: Run, world: World) -> None:
    lines = videre("reindex", "--all").out.splitlines()
    assert lines == ["3 media, 70 moments; 5 wait", "3 media, 70 moments; 0 wait"]
    first, second = world.calls("RebuildSearchIndex")
    assert first.all
    assert second.page_token == "2"
    assert '"waitingCount": "5"' in videre("reindex", "--json").out


def test_what_looks_like_a_moment_or_a_picture(videre: Run, world: World, tmp_path: Path) -> None:
    shown = videre("similar", "m1", "--at", "8.5", "--query", "car", "--min", "0.5").out
    assert "by mobilenet-v2@1" in shown
    assert "0:08.0 – 0:09.5" in shown
    picture = tmp_path / "picture.jpg"
    picture.write_bytes(b"jpeg")
    by = ("--engine", "open-clip")
    found = videre("similar", "--picture", str(picture), *by, "--limit", "3", "--json").json()
    assert found["engine"] == "mobilenet-v2@1"
    assert videre("similar", "--text", "a red car").code == 0
    first, second, third = world.calls("FindSimilarMoments")
    assert (first.moment.media_id, first.moment.offset.ToMilliseconds()) == ("m1", 8_500)
    assert (first.query, first.min_likeness, first.max_moments) == ("car", 0.5, 20)
    assert (second.picture, second.max_moments, second.engine) == (b"jpeg", 3, "open-clip")
    assert third.text == "a red car"
    assert videre("similar").code == 2
    assert videre("similar", "m1", "--picture", str(picture)).code == 2
    assert videre("similar", "m1", "--text", "a red car").code == 2


def test_what_shows_the_same_pictures(videre: Run, world: World) -> None:
    shown = videre("duplicates", "m1", "--share", "0.2").out
    pictures = ("75 %", "12", "0:08.0 – 0:20.0", "0:00.0 – 0:12.0")
    sound = ("50 %", "44", "0:07.0 – 0:21.0", "0:01.0 – 0:15.0")
    for words in ("The [copy]", "the same", "pictures", *pictures, "sound", *sound):
        assert words in shown, words
    request = world.calls("FindDuplicateMedia")[0]
    assert (request.media_id, request.min_share) == ("m1", 0.2)
    assert videre("duplicates", "m1", "--json").json()["media"][0]["frameCount"] == 12


def test_what_is_found_becomes_an_edit_and_a_film(
    videre: Run, world: World, tmp_path: Path
) -> None:
    edit, cuts = tmp_path / "red.otio", tmp_path / "red.edl"
    ran = videre("search", "red", "--edit", edit)
    assert "1 clips, 1.5 s" in ran.err
    videre("search", "red", "--edit", cuts, "--rate", "30000/1001", "--json").json()
    assert "00:00:08;00" in cuts.read_text()
    assert videre("similar", "m1", "--edit", tmp_path / "alike.otio").code == 0
    for wrong in (("--edit", tmp_path / "red.mp4"), ("--edit", cuts, "--rate", "7")):
        assert videre("search", "red", *wrong).code == 2
    videre("produce", "assemble", edit, "-o", tmp_path)
    (job,) = world.calls("SubmitJob")
    assert [(one.name, one.media_id) for one in job.inputs] == [("main", MEDIA)]
    assert dict(job.production_tasks[0].assemble.inputs) == {MEDIA: "main"}
    assert videre("produce", "assemble", edit, "--map", f"{MEDIA}=main", "-o", tmp_path).code == 2
