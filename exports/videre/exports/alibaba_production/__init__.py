"""A vendor's production jobs: FunctionName and JobParams → our tasks, and our results back. Pure.

SubmitIProductionJob and QueryIProductionJob of Alibaba MPS (2014-06-18) and of its successor IMS
(2020-11-09). One module a family; `FUNCTIONS` lists what can be asked for, `NAMES` every name that
the vendor has had. Names that are not mapped are refused by name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from videre.common.errors import Reason, VidereError
from videre.exports.alibaba_production import pictures, sounds, speech
from videre.exports.alibaba_production.base import Answer, Mapped, Params, Read, refused
from videre.exports.verdicts import iso_seconds
from videre.v1 import job_pb2
from videre.v1 import production_pb2 as pb

#: What can be asked for, by FunctionName.
FUNCTIONS: Final[Mapping[str, Mapped]] = {
    one.name: one for one in (*pictures.FUNCTIONS, *sounds.FUNCTIONS, *speech.FUNCTIONS)
}
#: Every FunctionName that the vendor has had, 2021 to now.
NAMES: Final = (
    *("Cover", "VideoClip", "VideoDelogo", "VideoDetext", "CaptionExtraction"),
    *("VideoGreenScreenMatting", "VideoH2V", "VideoSplit", "ImageMatting", "ImageH2V"),
    *("ImageDelogo", "ImageCartoonize", "FaceBeauty", "MusicSegmentDetect", "AudioBeatDetection"),
    *("AudioMixing", "AudioQualityAssessment", "SpeechDenoise", "MusicDemix", "ASR"),
    *("TextToSpeech", "AsyncTextToSpeech"),
)
_MAIN: Final = "main"
_USER_DATA: Final = 1_024
#: Placeholders of file names, theirs → ours.
_PLACES: Final = {"{sequenceId}": "{sequence}", "{resultType}": "{type}"}
_STATES: Final = {
    job_pb2.JOB_STATE_QUEUED: "Queuing",
    job_pb2.JOB_STATE_RUNNING: "Analysing",
    job_pb2.JOB_STATE_SUCCEEDED: "Success",
}
#: 1..10 there, 0..9 here; of both the smaller one is the more urgent.
_PRIORITIES: Final = (1, 10)
_DEFAULT_PRIORITY: Final = 6


def submit_request(call: Mapping[str, Any]) -> job_pb2.SubmitJobRequest:
    """Return the job that a SubmitIProductionJob asks for.

    Args:
        call: the call's parameters, as MPS (Input and Output texts) or IMS (objects) has them.

    Raises:
        VidereError: FUNCTION_UNIMPLEMENTED, OPTION_UNIMPLEMENTED, FIELD_INVALID, FIELD_REQUIRED.
    """
    function = _function(call.get("FunctionName"))
    if call.get("ModelId"):
        raise _wrong(Reason.OPTION_UNIMPLEMENTED, "ModelId", "there is one model only", "")
    pattern = _address(call.get("Output"), "Output")
    params = Params(_object(call.get("JobParams"), "JobParams"))
    wanted = function.wanted(params, "{sequenceId}" in pattern)
    params.finish()
    request = job_pb2.SubmitJobRequest(
        features=wanted.features,
        production_tasks=wanted.tasks,
        skip_analysis=not wanted.features,
        priority=_priority(call),
        user_data=str(call.get("UserData") or "")[:_USER_DATA],
        inputs=[_input(call)],
    )
    for name, address in wanted.inputs.items():
        request.inputs.add(name=name, uri=address)
    _deliver(request, pattern)
    return request


def query_result(
    call: Mapping[str, Any],
    job: job_pb2.Job,
    url: Callable[[pb.OutputArtifact], str],
    read: Read,
) -> dict[str, Any]:
    """Return what QueryIProductionJob answers of a job.

    Args:
        call: what was asked for.
        job: the job.
        url: where a reader finds a file.
        read: gives a file's bytes.

    Raises:
        VidereError: FUNCTION_UNIMPLEMENTED.
    """
    function = _function(call.get("FunctionName"))
    status = _STATES.get(job.state, "Fail")
    answer = Answer(call.get("Input"), list(job.outputs), url, read)
    result: dict[str, Any] = {}
    if status == "Success":
        data = json.dumps(function.result(answer), ensure_ascii=False)
        result = {"Code": "Success", "Message": "", "Data": data}
    elif status == "Fail":
        code, message = _failure(job)
        result = {"Code": code, "Message": message, "Data": ""}
    return {
        "JobId": job.job_id,
        "FunctionName": function.name,
        "Input": call.get("Input"),
        "Output": call.get("Output"),
        "JobParams": call.get("JobParams"),
        "Status": status,
        "Result": json.dumps(result, ensure_ascii=False) if result else "",
        "OutputFiles": [one.name for one in answer.outputs],
        "OutputUrls": [url(one) for one in answer.outputs],
        "CreateTime": iso_seconds(job.create_time) if job.HasField("create_time") else "",
        "FinishTime": iso_seconds(job.end_time) if job.HasField("end_time") else "",
        "UserData": job.user_data,
    }


def _function(name: Any) -> Mapped:
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    words = "is a function of the vendor's that this release has not"
    if name not in NAMES:
        words = "is no function of the vendor's"
    raise VidereError(
        Reason.FUNCTION_UNIMPLEMENTED,
        f"FunctionName: {name!r} {words}",
        metadata={"field": "FunctionName", "limit": ", ".join(FUNCTIONS), "actual": str(name)},
    )


def _object(value: Any, field: str) -> Mapping[str, Any]:
    """Return an object that comes as JSON text or as itself; nothing is an empty one."""
    if value is None or value == "":
        return {}
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _wrong(Reason.FIELD_INVALID, field, "must be a JSON object", "object")
    return found


def _address(value: Any, field: str) -> str:
    """Return the address of a text (MPS) or an object (IMS); "" where there is none."""
    if isinstance(value, str) and not value.startswith('{"'):
        return value
    found = _object(value, field)
    return str(found.get("OutputUrl") or found.get("Media") or "")


def _input(call: Mapping[str, Any]) -> job_pb2.JobInput:
    value = call.get("Input")
    given = _object(value, "Input") if not isinstance(value, str) or value[:1] == "{" else {}
    address = _address(value, "Input")
    if not address:
        raise _wrong(Reason.FIELD_REQUIRED, "Input", "is missing", "an address")
    if given.get("Type") == "Media":
        return job_pb2.JobInput(name=_MAIN, media_id=address)
    return job_pb2.JobInput(name=_MAIN, uri=address)


def _deliver(request: job_pb2.SubmitJobRequest, pattern: str) -> None:
    """Say where files are delivered: what stands before the last slash, and the name behind it."""
    folder, slash, name = pattern.rpartition("/")
    if not slash:
        return
    for theirs, ours in _PLACES.items():
        name = name.replace(theirs, ours)
    request.output.uri_prefix = folder + slash
    request.output.name_pattern = name


def _priority(call: Mapping[str, Any]) -> int:
    config = _object(call.get("ScheduleConfig") or call.get("ScheduleParams"), "ScheduleConfig")
    value = Params(config).number("Priority", _DEFAULT_PRIORITY, _PRIORITIES)
    if value != int(value):
        raise refused("Priority", "must be whole", "1..10", value)
    return int(value) - 1


def _failure(job: job_pb2.Job) -> tuple[str, str]:
    if job.error.reason:
        return job.error.reason, job.error.message
    failed = next((one for one in job.stages if one.reason), None)
    return (failed.reason, failed.message) if failed is not None else ("Fail", "")


def _wrong(reason: Reason, field: str, words: str, limit: str) -> VidereError:
    return VidereError(
        reason, f"{field}: {words}", metadata={"field": field, "limit": limit, "actual": ""}
    )
