"""Tencent's WorkflowTask: keys, types and nesting of its document, nothing that is not known."""

from __future__ import annotations

import json
from typing import Any

import pytest
from doubles.judged_film import (
    BLOCK,
    COS,
    FAILED,
    NOT_CHECKED,
    REVIEW,
    group,
    judged_analysis,
    judged_job,
    judged_subject,
    seen,
    worded,
)

from videre.exports.subject import NotCarriedError, PictureLinks
from videre.exports.tencent_review import TYPES, tencent_review
from videre.v1 import analysis_pb2, job_pb2, types_pb2


def _image(start: float, end: float, confidence: int, suggestion: str, url: str) -> str:
    return (
        f'{{"StartTimeOffset":{start},"EndTimeOffset":{end},"Confidence":{confidence},'
        f'"Suggestion":"{suggestion}","Label":"sexy",'
        f'"Url":"https://videre.example/artifacts/{url}",'
        '"PicUrlExpireTime":"2019-07-23T06:21:46Z"}'
    )


def _passed(name: str) -> str:
    return (
        f'{{"Type":"{name}","{name}Task":{{"Status":"SUCCESS","ErrCode":0,"Message":"",'
        '"Input":{"Definition":10},"Output":{"Confidence":0,"Suggestion":"pass","SegmentSet":[]}}}'
    )


#: The document's example, character by character but for names: keys in order, whole numbers
#: without a fraction, what is null left out.
GOLDEN = f"""{{"TaskType":"WorkflowTask","Status":"FINISH","CreateTime":"2019-07-16T06:21:27Z",
"BeginProcessTime":"2019-07-16T06:21:28Z","FinishTime":"2019-07-16T06:21:46Z",
"WorkflowTask":{{"TaskId":"films-WorkflowTask-j1","Status":"FINISH",
"InputInfo":{{"Type":"COS","CosInputInfo":{{"Bucket":"films-1250000000","Region":"ap-beijing",
"Object":"/input/animals.mp4"}}}},
"MetaData":{{"AudioDuration":60,"AudioStreamSet":[{{"Bitrate":383854,"Codec":"aac",
"SamplingRate":48000}}],"Bitrate":1021028,"Container":"mov,mp4,m4a,3gp,3g2,mj2","Duration":60,
"Height":480,"Rotate":0,"Size":7700180,"VideoDuration":60,"VideoStreamSet":[{{"Bitrate":637174,
"Codec":"h264","Fps":23,"Height":480,"Width":640}}],"Width":640}},
"MediaProcessResultSet":[],
"AiContentReviewResultSet":[{{"Type":"Porn","PornTask":{{"Status":"SUCCESS","ErrCode":0,"Message":"",
"Input":{{"Definition":10}},"Output":{{"Confidence":98,"Suggestion":"block","Label":"sexy",
"SegmentSet":[{_image(9.5, 14, 98, "block", "1")},{_image(16.5, 18, 80, "review", "2")},
{_image(41, 49, 97, "block", "3")}]}}}}}},
{_passed("Terrorism")},{_passed("Political")}],
"AiAnalysisResultSet":[],"AiRecognitionResultSet":[]}},
"TasksPriority":0,"SessionId":"","SessionContext":"","RequestId":"req-1"}}""".replace("\n", "")


def results(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the results by type, with the one task each has."""
    found = {}
    for item in answer["WorkflowTask"]["AiContentReviewResultSet"]:
        name = item["Type"]
        assert list(item) == ["Type", f"{name.replace('.', '')}Task"]
        found[name] = item[f"{name.replace('.', '')}Task"]
    return found


def test_it_is_the_document_s_example() -> None:
    written = json.dumps(tencent_review(judged_subject()), separators=(",", ":"))
    assert written == GOLDEN


ASR = ["StartTimeOffset", "EndTimeOffset", "Confidence", "Suggestion", "KeywordSet"]
BOX = types_pb2.BoundingBox(x=0.25, y=0.5, width=0.125, height=0.25)


def test_every_type_of_the_document_has_its_fields() -> None:
    """Words have KeywordSet and no label; text has its place, political pictures too."""
    groups = [
        group(category, medium, seen(1, 2, "military", 0.9, REVIEW))
        if medium == "image"
        else group(category, medium, worded(1, 2.5, "x", "赌博", "e/2", box=BOX))
        for category, medium in TYPES
    ]
    found = results(tencent_review(judged_subject(*reversed(groups))))
    assert list(found) == [
        "Porn", "Terrorism", "Political", "Porn.Asr", "Porn.Ocr", "Political.Asr",
        "Political.Ocr", "Terrorism.Ocr", "Prohibited.Asr", "Prohibited.Ocr",
    ]  # fmt: skip
    for name, task in found.items():
        output = task["Output"]
        (segment,) = output["SegmentSet"]
        if name.endswith((".Asr", ".Ocr")):
            assert list(output) == ["Confidence", "Suggestion", "SegmentSet"]
            assert segment["KeywordSet"] == ["赌博"]
            assert list(segment) == ASR + ["AreaCoordSet"] * name.endswith(".Ocr")
        else:
            assert list(output) == ["Confidence", "Suggestion", "Label", "SegmentSet"]
            assert ("AreaCoordSet" in segment) == (name == "Political")
        assert segment.get("AreaCoordSet", [160, 240, 240, 360]) == [160, 240, 240, 360]
        assert (segment["StartTimeOffset"], segment["Suggestion"]) == (1, "review")


def test_what_nobody_looked_at_is_said_and_a_failure_is_no_success() -> None:
    porn = group("porn", "image")
    porn.coverage.add(label="vulgar", state=NOT_CHECKED, reason="NO_ENGINE")
    said = group("porn", "speech", suggestion=REVIEW, reason="INCOMPLETE")
    said.coverage.add(state=FAILED, reason="SERVICE_DOWN")
    found = results(tencent_review(judged_subject(porn, said)))
    assert found["Porn"]["Message"] == "not looked at: vulgar (NO_ENGINE)"
    assert (found["Porn"]["Status"], found["Porn"]["ErrCode"]) == ("SUCCESS", 0)
    speech = found["Porn.Asr"]
    assert (speech["Status"], speech["ErrCodeExt"]) == ("FAIL", "SERVICE_DOWN")
    assert speech["ErrCode"] == 70_000
    assert speech["Output"]["Suggestion"] == "review"
    assert speech["Message"] == "not looked at: words (SERVICE_DOWN)"


def test_what_has_no_type_is_named_where_it_does_not_pass() -> None:
    given = group("prohibited", "metadata", worded(0, 60, "drugs", "cocaine", "metadata/title"))
    answer = tencent_review(judged_subject(given, group("terrorism", "sound"), group("ad", "text")))
    task = answer["WorkflowTask"]
    assert task["Message"] == "not carried by this format: prohibited/metadata review"
    assert task["AiContentReviewResultSet"] == []
    assert "Message" not in tencent_review(judged_subject())["WorkflowTask"]


@pytest.mark.parametrize(
    ("state", "status", "inner"),
    [
        (job_pb2.JOB_STATE_QUEUED, "WAITING", "PROCESSING"),
        (job_pb2.JOB_STATE_RUNNING, "PROCESSING", "PROCESSING"),
        (job_pb2.JOB_STATE_PARTIAL, "FINISH", "FINISH"),
        (job_pb2.JOB_STATE_CANCELLED, "FINISH", "FINISH"),
    ],
)
def test_states(state: job_pb2.JobState.ValueType, status: str, inner: str) -> None:
    job = judged_job()
    job.state = state
    answer = tencent_review(judged_subject(job=job))
    assert (answer["Status"], answer["WorkflowTask"]["Status"]) == (status, inner)


def test_what_is_null_is_left_out() -> None:
    job = judged_job()
    for name in ("create_time", "start_time", "end_time"):
        job.ClearField(name)
    job.error.message, job.priority, job.request_id = "gone", 0, "mine"
    analysis = judged_analysis()
    analysis.media_info.ClearField("video")
    analysis.media_info.audio.bit_rate = 0
    answer = tencent_review(
        judged_subject(
            job=job, analysis=analysis, template_number=0, pictures=PictureLinks(), media_uri="a"
        )
    )
    assert not {"CreateTime", "BeginProcessTime", "FinishTime"} & answer.keys()
    assert (answer["TasksPriority"], answer["SessionId"]) == (5, "mine")
    task = answer["WorkflowTask"]
    assert (task["ErrCode"], task["Message"]) == (70_000, "gone")
    assert task["InputInfo"] == {"Type": "URL", "UrlInputInfo": {"Url": "a"}}
    meta = task["MetaData"]
    assert not {"VideoDuration", "Height", "Width"} & meta.keys()
    assert meta["AudioStreamSet"] == [{"Codec": "aac", "SamplingRate": 48_000}]
    assert meta["VideoStreamSet"] == []
    assert meta["Bitrate"] == round(7_700_180 * 8 / 60)
    found = results(answer)["Porn"]
    assert found["Input"] == {}
    assert not {"Url", "PicUrlExpireTime"} & found["Output"]["SegmentSet"][0].keys()


def test_without_a_verdict_there_is_none() -> None:
    with pytest.raises(NotCarriedError, match="not moderated"):
        tencent_review(judged_subject(analysis=analysis_pb2.Analysis()))


def test_only_the_vendor_s_store_is_named_as_such() -> None:
    for uri in (COS.replace("myqcloud", "example"), "file:///films/a.mp4"):
        task = tencent_review(judged_subject(media_uri=uri))["WorkflowTask"]
        assert task["InputInfo"]["UrlInputInfo"] == {"Url": uri}


def test_the_worst_suggestion_stands_for_the_group() -> None:
    found = results(tencent_review(judged_subject()))["Porn"]["Output"]
    assert found["Suggestion"] == "block"
    assert judged_analysis().verdict.suggestion == BLOCK
