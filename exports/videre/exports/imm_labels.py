"""A vendor's view: the answer of Alibaba IMM's GetVideoLabelClassificationResult. Pure.

A view translates, it claims nothing of its own: a job of which a part failed is "Failed" there, as
that answer has no word for "in part", and its labels are what the other parts found.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final

from google.protobuf import timestamp_pb2

from videre.exports.subject import Subject, score
from videre.v1 import analysis_pb2, job_pb2

TASK_TYPE: Final = "VideoLabelClassification"
#: Language of names where the caller asked for none.
LANGUAGE: Final = "zh-Hans"
_STATUS: Final = {
    job_pb2.JOB_STATE_QUEUED: "Running",
    job_pb2.JOB_STATE_RUNNING: "Running",
    job_pb2.JOB_STATE_SUCCEEDED: "Succeeded",
}


def imm_labels(subject: Subject) -> dict[str, Any]:
    """Return the answer; names must be in `subject.language`.

    Left out: EventId and Clips, which the documented answer does not have; UserData, Code, Message
    and times where there are none; ParentLabelName where a filter left the parent out.
    """
    job, analysis = subject.job, subject.analysis
    answer: dict[str, Any] = {"ProjectName": job.project_id, "RequestId": subject.request_id}
    if job.HasField("start_time"):
        answer["StartTime"] = _iso(job.start_time)
    if job.HasField("end_time"):
        answer["EndTime"] = _iso(job.end_time)
    answer["TaskType"] = TASK_TYPE
    answer["TaskId"] = f"{TASK_TYPE}-{job.job_id}"
    answer["Status"] = _STATUS.get(job.state, "Failed")
    if job.user_data:
        answer["UserData"] = job.user_data
    if answer["Status"] == "Failed":
        answer |= _why(job)
    names = {label.node_id: label.name for label in analysis.labels}
    answer["Labels"] = [_label(item, names, subject.language) for item in analysis.labels]
    return answer


def _label(item: analysis_pb2.Label, names: dict[str, str], language: str) -> dict[str, Any]:
    label: dict[str, Any] = {
        "Language": language,
        "LabelName": item.name,
        "LabelConfidence": score(item.confidence),
        "CentricScore": score(item.centric_score),
        "LabelLevel": item.level,
    }
    if not item.parent_node_id or item.parent_node_id in names:
        label["ParentLabelName"] = names.get(item.parent_node_id, "")
    return label


def _why(job: job_pb2.Job) -> dict[str, str]:
    if job.state == job_pb2.JOB_STATE_PARTIAL:
        failed = [s.name for s in job.stages if s.state == analysis_pb2.STAGE_STATE_FAILED]
        return {"Code": "PartialFailure", "Message": f"failed in part: {', '.join(failed)}"}
    return {"Code": job.error.reason, "Message": job.error.message}


def _iso(time: timestamp_pb2.Timestamp) -> str:
    moment = time.ToDatetime(tzinfo=UTC).isoformat(timespec="milliseconds")
    return moment.removesuffix("+00:00") + "Z"
