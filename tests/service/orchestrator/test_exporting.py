"""ExportJob over the wire: the files, the pieces, and who is refused."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, refused, text_request
from google.protobuf import json_format

from videre.v1 import job_pb2

LINES = ["The car stands at the beach.", "Noch eine Zeile – 海滩"]
NEEDS_PICTURES = ("COCO", "LABEL_STUDIO", "LABEL_STUDIO_CONFIG", "EDL", "OTIO", "FCP_XML")


@pytest.fixture(scope="module")
def job(api: Api) -> job_pb2.Job:
    """A text that was analysed."""
    request = text_request("\n".join(LINES), user_data="mine")
    request.context.title = "海滩 / a day"
    return api.ended(request)


def pieces(api: Api, job: job_pb2.Job, name: str, **fields: Any) -> list[job_pb2.ExportJobResponse]:
    request = job_pb2.ExportJobRequest(
        job_id=job.job_id, format=job_pb2.ExportFormat.Value(f"EXPORT_FORMAT_{name}"), **fields
    )
    return list(api.jobs.ExportJob(request, timeout=TIMEOUT_S))


def exported(api: Api, job: job_pb2.Job, name: str, **fields: Any) -> bytes:
    return b"".join(piece.data for piece in pieces(api, job, name, **fields))


def test_the_first_piece_tells_what_comes(api: Api, job: job_pb2.Job) -> None:
    first, *rest = pieces(api, job, "CSV")
    data = b"".join(piece.data for piece in (first, *rest))
    assert first.total_size == len(data)
    assert first.sha256 == hashlib.sha256(data).hexdigest()
    assert first.media_type == "text/csv"
    assert first.file_name.endswith(".csv")
    assert "/" not in first.file_name
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["name"] for row in rows if row["kind"] == "text"] == LINES


def test_json_is_what_query_job_answers(api: Api, job: job_pb2.Job) -> None:
    read = json_format.Parse(exported(api, job, "JSON"), job_pb2.QueryJobResponse())
    asked = job_pb2.QueryJobRequest(job_id=job.job_id, view=2)
    answer = api.jobs.QueryJob(asked, timeout=TIMEOUT_S)
    assert read.analysis == answer.analysis
    assert read.job.job_id == job.job_id


def test_the_filter_restricts_and_names_the_language(api: Api, job: job_pb2.Job) -> None:
    found = json.loads(exported(api, job, "JSON", filter={"kinds": ["labels"]}))["analysis"]
    assert "textLines" not in found
    english = {label["nodeId"]: label["name"] for label in found["labels"]}
    vendor = json.loads(exported(api, job, "IMM_LABELS"))["Labels"]
    assert {label["Language"] for label in vendor} == {"zh-Hans"}
    assert len(vendor) == len(english) > 0
    assert not {label["LabelName"] for label in vendor} & set(english.values())


def test_vendors_answers_name_the_job(api: Api, job: job_pb2.Job) -> None:
    imm = json.loads(exported(api, job, "IMM_LABELS"))
    assert imm["TaskId"] == f"VideoLabelClassification-{job.job_id}"
    assert (imm["Status"], imm["UserData"]) == ("Succeeded", "mine")
    mps = json.loads(exported(api, job, "MPS_SMART_TAG"))
    assert mps["JobStatus"] == "Success"
    assert "TextLabel" in [item["Type"] for item in mps["Results"]["Result"]]


def test_vendors_answers_tell_the_verdict(api: Api) -> None:
    request = text_request("Buy cocaine here.", templates={"moderation": "vendor"})
    request.context.title = "weed for sale"
    judged = api.ended(request)
    task = json.loads(exported(api, judged, "TENCENT_REVIEW"))["WorkflowTask"]
    read = {one["Type"]: one for one in task["AiContentReviewResultSet"]}["Prohibited.Ocr"]
    output = read["ProhibitedOcrTask"]["Output"]
    assert read["ProhibitedOcrTask"]["Input"] == {"Definition": 10}
    assert (output["Confidence"], output["Suggestion"]) == (100, "block")
    assert output["SegmentSet"][0]["KeywordSet"] == ["buy cocaine", "cocaine"]
    request.templates.moderation = "strict"
    detail = json.loads(exported(api, api.ended(request), "ALIBABA_CENSOR"))["MediaCensorJobDetail"]
    assert (detail["Suggestion"], detail["TitleCensorResult"]["Label"]) == ("block", "contraband")


@pytest.mark.parametrize("name", [*NEEDS_PICTURES, "REKOGNITION_MODERATION"])
def test_text_has_no_place_where_pictures_are_needed(api: Api, job: job_pb2.Job, name: str) -> None:
    refusal = refused(lambda: pieces(api, job, name))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "EXPORT_NOT_CARRIED")
    assert refusal.metadata == {"format": f"EXPORT_FORMAT_{name}"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"format": 0}, "format"),
        ({"format": 99}, "format"),
        ({"job_id": ""}, "job_id"),
        ({"filter": {"kinds": ["wishes"]}}, "filter.kinds[0]"),
        ({"filter": {"min_confidence": 1.5}}, "filter.min_confidence"),
        ({"media_uri": "x" * 4_097}, "media_uri"),
        ({"media_uri": "a\nb"}, "media_uri"),
        ({"pictures_uri": "a\nb"}, "pictures_uri"),
    ],
)
def test_what_is_wrong_is_named(
    api: Api, job: job_pb2.Job, fields: dict[str, Any], field: str
) -> None:
    given = {"job_id": job.job_id, "format": job_pb2.EXPORT_FORMAT_CSV} | fields
    refusal = refused(
        lambda: list(api.jobs.ExportJob(job_pb2.ExportJobRequest(**given), timeout=TIMEOUT_S))
    )
    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "FIELD_INVALID")
    assert refusal.fields == (field,)


@pytest.mark.parametrize("name", ["FCPX_XML", "CVAT", "EBUCORE"])
def test_a_format_that_is_not_written_is_refused_by_name(
    api: Api, job: job_pb2.Job, name: str
) -> None:
    refusal = refused(lambda: pieces(api, job, name))
    assert (refusal.code, refusal.reason) == ("UNIMPLEMENTED", "OPTION_UNIMPLEMENTED")
    assert refusal.metadata == {"field": "format", "actual": f"EXPORT_FORMAT_{name}"}


def test_a_job_of_nobody_is_not_found(api: Api) -> None:
    refusal = refused(lambda: pieces(api, job_pb2.Job(job_id="nothing"), "CSV"))
    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "JOB_NOT_FOUND")


def test_a_job_that_found_nothing_has_no_export(api: Api, files: Any) -> None:
    (files / "noise.bin").write_bytes(b"This is no film.\x00" * 50)
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(uri=f"file://{files}/noise.bin")
    failed = api.ended(request)
    assert failed.state == job_pb2.JOB_STATE_FAILED
    refusal = refused(lambda: pieces(api, failed, "JSON"))
    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "ANALYSIS_NOT_FOUND")
    assert refusal.metadata["state"] == "FAILED"
