"""`videre search`: what is sent, what is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from doubles.world import World

from videre.v1 import analysis_pb2, search_pb2

Run = Callable[..., Any]


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
