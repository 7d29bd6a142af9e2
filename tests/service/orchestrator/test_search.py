"""Search over a real orchestrator: text documents, which need no service to be understood."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, refused, text_request

from videre.v1 import job_pb2, media_pb2, search_pb2

HARBOUR = "Ships load containers in the harbour of Hamburg. The crane lifts a red container."
VOLCANO = "火山爆發後，熔岩流向那不勒斯。The volcano near Naples erupts at night."


@pytest.fixture(scope="module")
def media(api: Api) -> dict[str, str]:
    """Return the media of two documents by name."""
    found = {}
    for name, text in (("harbour", HARBOUR), ("volcano", VOLCANO)):
        request = text_request(text)
        request.context.title = f"About a {name}"
        found[name] = api.ended(request).media_id
    return found


def search(api: Api, query: str, **fields: Any) -> search_pb2.SearchMomentsResponse:
    request = search_pb2.SearchMomentsRequest(query=query, **fields)
    return api.search.SearchMoments(request, timeout=TIMEOUT_S)


def rebuilt(
    api: Api, request: search_pb2.RebuildSearchIndexRequest
) -> search_pb2.RebuildSearchIndexResponse:
    """Call until no page is left: other modules may have stored more media than one page holds."""
    while True:
        state = api.search.RebuildSearchIndex(request, timeout=TIMEOUT_S)
        request.page_token = state.next_page_token
        if not request.page_token:
            return state


def names(answer: search_pb2.SearchMomentsResponse, media: dict[str, str]) -> list[str]:
    by_id = {media_id: name for name, media_id in media.items()}
    return [by_id.get(one.media_id, "?") for one in answer.media]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("container", ["harbour"]),
        ("containers crane", ["harbour"]),
        ('"red container"', ["harbour"]),
        ('"container red"', []),
        ("crane OR lava", ["harbour"]),
        ("crane AND lava", []),
        ("火山", ["volcano"]),
        ("火山爆发", ["volcano"]),
        ("熔岩 volcano", ["volcano"]),
        ("shown:naples", ["volcano"]),
        ("said:naples", []),
        ("place:naples", ["volcano"]),
        ("place:Hamburg", ["harbour"]),
        ("title:volcano", ["volcano"]),
        ("about", ["harbour", "volcano"]),
        ("about -crane", ["volcano"]),
        ("about crane", ["harbour"]),
        ("harbour' AND 1=1; DROP TABLE media --", []),
        ('"; DELETE FROM search_term; --"', []),
        ("NEAR(crane red) OR container*", ["harbour"]),
    ],
)
def test_what_is_found(api: Api, media: dict[str, str], query: str, expected: list[str]) -> None:
    wanted = search_pb2.SearchFilter(media_ids=media.values())
    found = search(api, query, filter=wanted)
    assert sorted(names(found, media)) == expected
    assert (found.media_count, found.index_version) == (len(expected), 1)


def test_what_is_found_says_why(api: Api, media: dict[str, str]) -> None:
    found = search(api, '"red container" harbour', language_code="zh-Hans").media[0]
    assert (found.title, found.revision, found.moment_count) == ("About a harbour", 1, 1)
    (moment,) = found.moments
    assert (moment.whole, moment.span.start_char, moment.span.end_char) == (False, 0, len(HARBOUR))
    told = [
        [reason.text[one.start : one.end] for one in reason.highlights]
        for reason in moment.reasons
        if reason.field == search_pb2.SEARCH_FIELD_SHOWN
    ]
    assert ["harbour", "red container"] in told
    assert all(reason.evidence_ids for reason in moment.reasons)
    assert 0 < moment.score == found.score


def test_pages_are_told_apart_by_their_token(api: Api, media: dict[str, str]) -> None:
    wanted = search_pb2.SearchFilter(media_ids=media.values())
    whole = search(api, "about", filter=wanted)
    first = search(api, "about", filter=wanted, page_size=1)
    second = search(api, "about", filter=wanted, page_size=1, page_token=first.next_page_token)
    assert [first.media[0], second.media[0]] == list(whole.media)
    assert not second.next_page_token
    other = refused(lambda: search(api, "harbour", page_token=first.next_page_token))
    assert other.reason == "PAGE_TOKEN_INVALID"


def test_labels_are_counted(api: Api, media: dict[str, str]) -> None:
    facets = [search_pb2.SEARCH_FIELD_TAG, search_pb2.SEARCH_FIELD_TOPIC]
    answer = search(api, "crane OR volcano", facets=facets, language_code="zh-Hans")
    tags = {one.value: one for one in answer.facets[0].values}
    assert tags
    assert all(one.name and one.media_count >= 1 for one in tags.values())


def test_a_query_that_cannot_be_read_is_refused_with_its_place(api: Api) -> None:
    refusal = refused(lambda: search(api, "harbour AND (crane"))
    assert (refusal.code, refusal.reason, refusal.fields) == (
        "INVALID_ARGUMENT", "FIELD_INVALID", ("query",),
    )  # fmt: skip
    assert "character 12: a bracket is not closed" in refusal.message


def test_a_title_is_found_once_it_is_changed(api: Api, media: dict[str, str]) -> None:
    request = media_pb2.UpdateMediaRequest(media_id=media["harbour"], title="Zeppelins of Bremen")
    api.media.UpdateMedia(request, timeout=TIMEOUT_S)
    assert names(search(api, "zeppelin bremen"), media) == ["harbour"]
    assert names(search(api, 'title:"about a harbour"'), media) == []


def test_it_answers_without_the_job_and_not_without_the_media(api: Api) -> None:
    job = api.ended(text_request("An ornithopter flaps."))
    api.jobs.DeleteJob(job_pb2.DeleteJobRequest(job_id=job.job_id), timeout=TIMEOUT_S)
    assert search(api, "ornithopter").media[0].media_id == job.media_id
    state = rebuilt(api, search_pb2.RebuildSearchIndexRequest(all=True))
    assert (state.waiting_count, state.index_version) == (0, 1)
    assert state.moment_count > state.media_count > 0
    assert search(api, "ornithopter").media_count == 1
    gone = media_pb2.DeleteMediaRequest(media_id=job.media_id)
    api.media.DeleteMedia(gone, timeout=TIMEOUT_S)
    assert search(api, "ornithopter").media_count == 0


def test_media_that_wait_are_indexed(api: Api, data: Path) -> None:
    """As after an update from a release without search."""
    job = api.ended(text_request("A gyrocopter hovers."))
    with closing(sqlite3.connect(data / "videre.db")) as connection, connection:
        connection.execute("UPDATE search_media SET version = 0")
    assert rebuilt(api, search_pb2.RebuildSearchIndexRequest()).waiting_count == 0
    assert search(api, "gyrocopter").media[0].media_id == job.media_id
