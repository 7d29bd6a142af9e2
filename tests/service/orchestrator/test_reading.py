"""Reading jobs and media: waits with a bound, views, pages that stay, filters that hold."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, Refusal, refused, text_request

from videre.v1 import analysis_pb2, job_pb2, media_pb2, template_pb2

FULL = analysis_pb2.ANALYSIS_VIEW_FULL
LINES = [f"This is line number {index}." for index in range(7)]


@pytest.fixture(scope="module")
def job(api: Api) -> job_pb2.Job:
    """A text that was analysed: one segment per line."""
    job = api.ended(text_request("\n".join(LINES), tags={"reading": "one"}))
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
    return job


@pytest.fixture(scope="module")
def tagged(api: Api) -> list[str]:
    """Ids of five ended jobs with the tag page=here, in the order of their making."""
    ids = []
    for index in range(5):
        tags = {"page": "here", "parity": "even" if index % 2 == 0 else "odd"}
        ids.append(api.ended(text_request(f"Job {index}.", tags=tags)).job_id)
    return ids


@pytest.fixture(scope="module")
def noted(api: Api) -> list[str]:
    """Ids of four media with the tag shelf=here, in the order of their making."""
    tags = {"shelf": "here", 'qu"ote': "a'b"}
    return [api.uploaded(b"note %d" % i, tags=tags).media_id for i in range(4)]


def query(api: Api, job: job_pb2.Job, **fields: Any) -> job_pb2.QueryJobResponse:
    request = job_pb2.QueryJobRequest(job_id=job.job_id, **fields)
    return api.jobs.QueryJob(request, timeout=TIMEOUT_S)


def pages(
    ask: Callable[[str], tuple[list[str], str]], token: str = "", bound: int = 20
) -> Iterable[list[str]]:
    """Yield pages until there is no token; fail when there is no end."""
    for _ in range(bound):
        found, token = ask(token)
        yield found
        if not token:
            return
    raise AssertionError(f"more than {bound} pages")


def listed(api: Api, **fields: Any) -> Callable[[str], tuple[list[str], str]]:
    def ask(token: str) -> tuple[list[str], str]:
        request = job_pb2.ListJobsRequest(page_token=token, **fields)
        answer = api.jobs.ListJobs(request, timeout=TIMEOUT_S)
        return [job.job_id for job in answer.jobs], answer.next_page_token

    return ask


def shelved(api: Api, **fields: Any) -> Callable[[str], tuple[list[str], str]]:
    def ask(token: str) -> tuple[list[str], str]:
        request = media_pb2.ListMediaRequest(page_token=token, **fields)
        answer = api.media.ListMedia(request, timeout=TIMEOUT_S)
        return [media.media_id for media in answer.media], answer.next_page_token

    return ask


# --- QueryJob --------------------------------------------------------------------------------


def test_a_wait_ends_with_the_job_not_with_the_time(api: Api) -> None:
    started = time.monotonic()
    answer = query(api, api.submit(text_request()).job, wait={"seconds": 60})
    assert answer.job.state == job_pb2.JOB_STATE_SUCCEEDED
    assert time.monotonic() - started < 30


def test_the_longest_wait_is_a_minute(api: Api, job: job_pb2.Job) -> None:
    assert query(api, job, wait={"seconds": 60}).job.job_id == job.job_id
    refusal = refused(lambda: query(api, job, wait={"seconds": 60, "nanos": 1}))
    assert refusal.metadata == {"field": "wait", "limit": "0..60", "actual": "60.000000001"}


def test_the_read_mask_leaves_the_rest_away(api: Api, job: job_pb2.Job) -> None:
    everything = query(api, job)
    assert everything.HasField("job")
    assert everything.HasField("analysis")
    only_job = query(api, job, read_mask={"paths": ["job"]})
    assert (only_job.HasField("job"), only_job.HasField("analysis")) == (True, False)
    only_analysis = query(api, job, read_mask={"paths": ["analysis"]})
    assert (only_analysis.HasField("job"), only_analysis.HasField("analysis")) == (False, True)


def test_the_basic_view_has_no_segments_and_the_full_one_has(api: Api, job: job_pb2.Job) -> None:
    basic, full = query(api, job).analysis, query(api, job, view=FULL).analysis
    assert not basic.text_lines
    assert [line.text for line in full.text_lines] == LINES
    assert basic.verdict == full.verdict
    assert basic.result_digest == full.result_digest == job.result_digest
    assert (full.media_id, full.revision) == (job.media_id, job.analysis_revision)


def test_pages_of_segments_are_the_whole_once(api: Api, job: job_pb2.Job) -> None:
    def ask(token: str) -> tuple[list[str], str]:
        answer = query(api, job, view=FULL, page_size=3, page_token=token)
        return [line.text for line in answer.analysis.text_lines], answer.next_page_token

    found = list(pages(ask))
    assert [len(page) for page in found] == [3, 3, 1]
    assert list(chain.from_iterable(found)) == LINES


def test_a_stored_analysis_reads_like_the_job_s(api: Api, job: job_pb2.Job) -> None:
    request = media_pb2.GetAnalysisRequest(media_id=job.media_id, view=FULL, page_size=4)
    first = api.media.GetAnalysis(request, timeout=TIMEOUT_S)
    request.page_token = first.next_page_token
    second = api.media.GetAnalysis(request, timeout=TIMEOUT_S)
    lines = [*first.analysis.text_lines, *second.analysis.text_lines]
    assert [line.text for line in lines] == LINES
    assert not second.next_page_token
    request.revision = 2
    refusal = refused(lambda: api.media.GetAnalysis(request, timeout=TIMEOUT_S))
    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "ANALYSIS_NOT_FOUND")


# --- tokens ----------------------------------------------------------------------------------


def encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


@pytest.mark.parametrize(
    "token",
    ["x", "????", "字", encoded(b"{}"), encoded(b"[]"), encoded(b'{"p":1,"f":""}'),
     encoded(b"[" * 100_000), encoded(b'{"p":null,"f":null}')],
    ids=lambda token: token[:20],
)  # fmt: skip
def test_a_token_nobody_gave_is_refused_by_every_list(
    api: Api, job: job_pb2.Job, token: str
) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: query(api, job, page_token=token),
        lambda: listed(api)(token),
        lambda: shelved(api)(token),
        lambda: api.templates.ListTemplates(
            template_pb2.ListTemplatesRequest(page_token=token), timeout=TIMEOUT_S
        ),
        lambda: api.media.GetAnalysis(
            media_pb2.GetAnalysisRequest(media_id=job.media_id, page_token=token),
            timeout=TIMEOUT_S,
        ),
    ]
    for call in calls:
        refusal = refused(call)
        assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID")


def test_a_token_holds_for_its_question_only(
    api: Api, job: job_pb2.Job, tagged: list[str], noted: list[str]
) -> None:
    _, of_jobs = listed(api, page_size=2, tags={"page": "here"})("")
    _, of_media = shelved(api, page_size=2, tags={"shelf": "here"})("")
    of_lines = query(api, job, view=FULL, page_size=2).next_page_token
    assert of_jobs
    assert of_media
    assert of_lines
    other = api.ended(text_request("Other words.\nTwo lines."))
    calls: list[Callable[[], Any]] = [
        lambda: listed(api, page_size=2)(of_jobs),
        lambda: listed(api, page_size=2, tags={"page": "there"})(of_jobs),
        lambda: listed(api, tags={"page": "here"}, states=[job_pb2.JOB_STATE_FAILED])(of_jobs),
        lambda: listed(api, tags={"page": "here"}, media_id=job.media_id)(of_jobs),
        lambda: listed(api, tags={"page": "here"}, min_create_time={"seconds": 1})(of_jobs),
        lambda: listed(api, tags={"page": "here"}, max_create_time={"seconds": 1})(of_jobs),
        lambda: listed(api)(of_media),
        lambda: shelved(api)(of_media),
        lambda: shelved(api, tags={"shelf": "here"}, digest="0" * 64)(of_media),
        lambda: shelved(api, tags={"page": "here"})(of_jobs),
        lambda: query(api, job, page_token=of_lines),
        lambda: query(api, job, view=FULL, filter={"kinds": ["shots"]}, page_token=of_lines),
        lambda: query(api, other, view=FULL, page_token=of_lines),
        lambda: query(api, job, view=FULL, page_token=of_jobs),
    ]
    for index, call in enumerate(calls):
        refusal = refused(call)
        assert refusal.reason == "PAGE_TOKEN_INVALID", index
    assert listed(api, page_size=1, tags={"page": "here"})(of_jobs)[0], "its size may change"


# --- ListJobs and ListMedia ------------------------------------------------------------------


def test_jobs_come_newest_first_in_pages(api: Api, tagged: list[str]) -> None:
    for size, lengths in ((2, [2, 2, 1]), (5, [5, 0]), (50, [5])):
        found = list(pages(listed(api, page_size=size, tags={"page": "here"})))
        assert [len(page) for page in found] == lengths
        assert list(chain.from_iterable(found)) == tagged[::-1]


def test_pages_stay_while_jobs_are_added(api: Api, tagged: list[str]) -> None:
    ask = listed(api, page_size=2, tags={"page": "here"})
    first, token = ask("")
    added = api.ended(text_request("Late.", tags={"page": "here"})).job_id
    try:
        rest = list(chain.from_iterable(pages(ask, token)))
        assert added not in rest
        assert [*first, *rest] == tagged[::-1]
    finally:
        api.jobs.DeleteJob(job_pb2.DeleteJobRequest(job_id=added), timeout=TIMEOUT_S)


def test_every_filter_of_jobs_holds(api: Api, job: job_pb2.Job, tagged: list[str]) -> None:
    def found(**fields: Any) -> list[str]:
        return listed(api, page_size=1_000, **fields)("")[0]

    even = {"page": "here", "parity": "even"}
    assert found(tags=even) == [tagged[4], tagged[2], tagged[0]]
    assert found(tags={"page": "there"}) == []
    assert found(tags={"page": "her%"}) == [], "no pattern"
    assert found(media_id=job.media_id) == [job.job_id]
    ended = [job_pb2.JOB_STATE_SUCCEEDED, job_pb2.JOB_STATE_FAILED]
    assert found(tags=even, states=ended) == found(tags=even)
    assert found(tags=even, states=[job_pb2.JOB_STATE_RUNNING]) == []
    third = api.job(tagged[2]).create_time
    assert found(tags={"page": "here"}, min_create_time=third) == tagged[:1:-1]
    assert found(tags={"page": "here"}, max_create_time=third) == tagged[1::-1]
    assert found(min_create_time={"seconds": 250_000_000_000}) == []
    assert found(max_create_time={"seconds": -62_000_000_000}) == []


def test_media_come_newest_first_and_every_filter_holds(api: Api, noted: list[str]) -> None:
    found = list(pages(shelved(api, page_size=3, tags={"shelf": "here"})))
    assert [len(page) for page in found] == [3, 1]
    assert list(chain.from_iterable(found)) == noted[::-1]
    assert shelved(api, tags={'qu"ote': "a'b"})("")[0] == noted[::-1]
    assert shelved(api, tags={'qu"ote': "a"})("")[0] == []
    request = media_pb2.GetMediaRequest(media_id=noted[1])
    digest = api.media.GetMedia(request, timeout=TIMEOUT_S).media.digest
    assert shelved(api, digest=digest)("")[0] == [noted[1]]
    assert shelved(api, digest="0" * 64)("")[0] == []


def test_a_list_describes_its_media_as_reading_one_does(
    api: Api, job: job_pb2.Job, noted: list[str]
) -> None:
    request = media_pb2.GetMediaRequest(media_id=job.media_id)
    probed = api.media.GetMedia(request, timeout=TIMEOUT_S).media
    assert probed.media_info.kind == analysis_pb2.MEDIA_KIND_TEXT
    assert probed.media_info.digest == probed.digest
    found = api.media.ListMedia(media_pb2.ListMediaRequest(), timeout=TIMEOUT_S).media
    listed = {media.media_id: media for media in found}
    assert listed[job.media_id] == probed
    assert not listed[noted[0]].HasField("media_info"), "nobody has looked at it"


# --- media -----------------------------------------------------------------------------------


def change(api: Api, media_id: str, **fields: Any) -> media_pb2.Media:
    request = media_pb2.UpdateMediaRequest(media_id=media_id, **fields)
    return api.media.UpdateMedia(request, timeout=TIMEOUT_S).media


def test_a_change_of_media_changes_what_was_named_only(api: Api) -> None:
    media = api.uploaded(b"to change", title="Old", description="Words", tags={"a": "b"})
    changed = change(api, media.media_id, title="New")
    assert (changed.title, changed.description) == ("New", "Words")
    assert dict(changed.tags) == {"a": "b"}
    assert changed.etag != media.etag
    assert change(api, media.media_id, title="").title == ""
    assert dict(change(api, media.media_id, tags={"c": "d"}).tags) == {"c": "d"}
    assert shelved(api, tags={"c": "d"})("")[0] == [media.media_id]
    assert dict(change(api, media.media_id, clear_tags=True).tags) == {}
    assert shelved(api, tags={"c": "d"})("")[0] == []


def test_a_change_meets_its_etag_or_nothing_changes(api: Api) -> None:
    media = api.uploaded(b"to change by etag", title="Old")
    change(api, media.media_id, etag=media.etag, title="Mine")
    refusal = refused(lambda: change(api, media.media_id, etag=media.etag, title="Theirs"))
    assert (refusal.code, refusal.reason) == ("ABORTED", "ETAG_MISMATCH")
    request = media_pb2.GetMediaRequest(media_id=media.media_id)
    assert api.media.GetMedia(request, timeout=TIMEOUT_S).media.title == "Mine"


@pytest.mark.parametrize("name", ["GetMedia", "UpdateMedia", "DeleteMedia", "GetAnalysis"])
@pytest.mark.parametrize("media_id", ["", "nobody"])
def test_a_media_that_is_not_there(api: Api, name: str, media_id: str) -> None:
    request = getattr(media_pb2, f"{name}Request")(media_id=media_id)
    refusal: Refusal = refused(lambda: getattr(api.media, name)(request, timeout=TIMEOUT_S))
    expected = (
        ("NOT_FOUND", "MEDIA_NOT_FOUND") if media_id else ("INVALID_ARGUMENT", "FIELD_INVALID")
    )
    assert (refusal.code, refusal.reason) == expected


def test_a_media_without_an_analysis_says_so(api: Api, noted: list[str]) -> None:
    request = media_pb2.GetAnalysisRequest(media_id=noted[0])
    refusal = refused(lambda: api.media.GetAnalysis(request, timeout=TIMEOUT_S))
    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "ANALYSIS_NOT_FOUND")


# --- artifacts over gRPC ---------------------------------------------------------------------


def read(api: Api, digest: str, **fields: Any) -> tuple[bytes, int, str]:
    request = media_pb2.ReadArtifactRequest(digest=digest, **fields)
    pieces = list(api.media.ReadArtifact(request, timeout=TIMEOUT_S))
    assert all(not piece.total_size and not piece.media_type for piece in pieces[1:])
    return b"".join(piece.data for piece in pieces), pieces[0].total_size, pieces[0].media_type


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, b"0123456789"),
        ({"offset": 3}, b"3456789"),
        ({"offset": 3, "length": 4}, b"3456"),
        ({"length": 100}, b"0123456789"),
        ({"offset": 10}, b""),
        ({"offset": 11, "length": 5}, b""),
    ],
)
def test_any_stretch_of_an_artifact_can_be_read(
    api: Api, fields: dict[str, int], expected: bytes
) -> None:
    media = api.uploaded(b"0123456789", name="digits.bin")
    assert read(api, media.digest, **fields) == (expected, 10, "application/octet-stream")


def test_an_artifact_the_project_does_not_own_is_not_found(api: Api) -> None:
    refusal = refused(lambda: read(api, "0" * 64))
    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "ARTIFACT_NOT_FOUND")
