"""SubmitFeedback and ListFeedback over the wire: stored once, listed in pages, shown with media."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, refused, text_request

from videre.v1 import analysis_pb2, feedback_pb2, job_pb2, media_pb2

WRONG, COMMENT = feedback_pb2.CORRECTION_KIND_WRONG, feedback_pb2.CORRECTION_KIND_COMMENT


@pytest.fixture
def job(api: Api) -> job_pb2.Job:
    """A text that was analysed."""
    return api.ended(text_request("The car stands at the beach."))


def submit(api: Api, *corrections: feedback_pb2.Correction, **fields: Any) -> Any:
    request = feedback_pb2.SubmitFeedbackRequest(corrections=corrections, **fields)
    return api.jobs.SubmitFeedback(request, timeout=TIMEOUT_S)


def wrong(node_id: str = "vehicle.car") -> feedback_pb2.Correction:
    return feedback_pb2.Correction(kind=WRONG, node_id=node_id)


def listed(api: Api, **fields: Any) -> feedback_pb2.ListFeedbackResponse:
    request = feedback_pb2.ListFeedbackRequest(**fields)
    return api.jobs.ListFeedback(request, timeout=TIMEOUT_S)


def test_feedback_is_stored_with_the_media_and_told_by_whom(api: Api, job: job_pb2.Job) -> None:
    answer = submit(api, wrong(), job_id=job.job_id, author="Ann", source="test", request_id="r1")
    assert (answer.media_id, answer.revision, answer.reused) == (job.media_id, 1, False)
    (item,) = listed(api, media_id=job.media_id).feedback
    assert item.feedback_id == answer.feedback_ids[0]
    assert (item.job_id, item.revision, item.author, item.source) == (job.job_id, 1, "Ann", "test")
    assert item.created_by
    assert item.create_time.seconds > 0
    assert (item.correction.list, item.correction.node_id) == ("labels", "vehicle.car")
    api.jobs.DeleteJob(job_pb2.DeleteJobRequest(job_id=job.job_id), timeout=TIMEOUT_S)
    assert len(listed(api, media_id=job.media_id).feedback) == 1


def test_a_request_id_stores_once(api: Api, job: job_pb2.Job) -> None:
    first = submit(api, wrong(), wrong("vehicle"), media_id=job.media_id, request_id="once")
    again = submit(api, wrong(), wrong("vehicle"), media_id=job.media_id, request_id="once")
    assert (list(again.feedback_ids), again.reused) == (list(first.feedback_ids), True)
    refusal = refused(lambda: submit(api, wrong(), media_id=job.media_id, request_id="once"))
    assert (refusal.code, refusal.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")
    checked = submit(api, wrong(), media_id=job.media_id, validate_only=True)
    assert (list(checked.feedback_ids), checked.media_id) == ([], job.media_id)
    assert len(listed(api, media_id=job.media_id).feedback) == 2


def test_feedback_comes_in_pages_in_the_order_of_its_storing(api: Api, job: job_pb2.Job) -> None:
    said = [feedback_pb2.Correction(kind=COMMENT, comment=str(number)) for number in range(5)]
    submit(api, *said, wrong(), media_id=job.media_id)
    seen, token = [], ""
    while token or not seen:
        kinds = [COMMENT]
        page = listed(api, media_id=job.media_id, kinds=kinds, page_size=2, page_token=token)
        seen += [item.correction.comment for item in page.feedback]
        token = page.next_page_token
    assert seen == ["0", "1", "2", "3", "4"]
    assert len(listed(api, job_id=job.job_id).feedback) == 6


def test_feedback_stands_in_the_analysis_and_its_exports(api: Api, job: job_pb2.Job) -> None:
    submit(api, wrong(), media_id=job.media_id)
    full = media_pb2.GetAnalysisRequest(media_id=job.media_id, view=analysis_pb2.ANALYSIS_VIEW_FULL)
    analysis = api.media.GetAnalysis(full, timeout=TIMEOUT_S).analysis
    assert [item.correction.name for item in analysis.feedback] == ["Car"]
    assert analysis.result_digest == job.result_digest
    request = job_pb2.ExportJobRequest(job_id=job.job_id, format=job_pb2.EXPORT_FORMAT_CSV)
    data = b"".join(piece.data for piece in api.jobs.ExportJob(request, timeout=TIMEOUT_S))
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["name"] for row in rows if row["kind"] == "feedback"] == ["wrong: Car"]


@pytest.mark.parametrize(
    ("fields", "code", "reason"),
    [
        ({"job_id": "nothing"}, "NOT_FOUND", "JOB_NOT_FOUND"),
        ({"media_id": "nothing"}, "NOT_FOUND", "MEDIA_NOT_FOUND"),
        ({"media_id": "{media}", "revision": 9}, "NOT_FOUND", "ANALYSIS_NOT_FOUND"),
    ],
)
def test_feedback_needs_an_analysis(
    api: Api, job: job_pb2.Job, fields: dict[str, Any], code: str, reason: str
) -> None:
    given = {name: job.media_id if value == "{media}" else value for name, value in fields.items()}
    refusal = refused(lambda: submit(api, wrong(), **given))
    assert (refusal.code, refusal.reason) == (code, reason)
