"""Vendors' views have the keys, types and nesting of the vendors' documents, nothing invented."""

from __future__ import annotations

import json
from typing import Any

import pytest
from doubles.drop_frame_film import TITLE, drop_frame_subject, rich_analysis

from videre.exports.imm_labels import imm_labels
from videre.exports.mps_smarttag import mps_smarttag
from videre.v1 import analysis_pb2, job_pb2


def shape(value: Any) -> Any:
    """Return keys, types and nesting: lists by the shape of their entries, numbers as one type."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        shapes = [shape(item) for item in value]
        return [one for at, one in enumerate(shapes) if one not in shapes[:at]]
    return "number" if isinstance(value, int | float) else type(value).__name__


LABEL = {
    "Language": "str", "LabelName": "str", "LabelConfidence": "number", "CentricScore": "number",
    "LabelLevel": "number", "ParentLabelName": "str",
}  # fmt: skip
HEAD = (
    "ProjectName", "RequestId", "StartTime", "EndTime", "TaskType", "TaskId", "Status", "UserData"
)  # fmt: skip


def test_imm_has_the_documented_shape() -> None:
    answer = imm_labels(drop_frame_subject())
    assert shape(answer) == dict.fromkeys(HEAD, "str") | {"Labels": [LABEL]}
    assert list(answer["Labels"][0]) == list(LABEL)


def test_imm_names_the_parent_in_the_same_language() -> None:
    answer = imm_labels(drop_frame_subject())
    assert answer["StartTime"] == "2022-08-22T05:01:17.572Z"
    assert answer["EndTime"] == "2022-08-22T05:01:20.490Z"
    assert (answer["TaskType"], answer["TaskId"]) == (
        "VideoLabelClassification", "VideoLabelClassification-j1"
    )  # fmt: skip
    assert (answer["ProjectName"], answer["Status"]) == ("films", "Succeeded")
    assert answer["Labels"][:3] == [
        {"Language": "zh-Hans", "LabelName": name, "LabelConfidence": 0.999, "CentricScore": 0.77,
         "LabelLevel": level, "ParentLabelName": parent}
        for name, level, parent in (
            ("交通工具", 1, ""), ("道路车辆", 2, "交通工具"), ("汽车", 3, "道路车辆")
        )
    ]  # fmt: skip


def test_imm_leaves_out_the_name_of_a_parent_that_was_filtered_away() -> None:
    analysis = drop_frame_subject().analysis
    del analysis.labels[0]
    labels = imm_labels(drop_frame_subject(analysis=analysis))["Labels"]
    assert "ParentLabelName" not in labels[0]
    assert labels[1]["ParentLabelName"] == "道路车辆"


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        (job_pb2.JOB_STATE_QUEUED, "Running", None),
        (job_pb2.JOB_STATE_RUNNING, "Running", None),
        (job_pb2.JOB_STATE_PARTIAL, "Failed", "PartialFailure"),
        (job_pb2.JOB_STATE_FAILED, "Failed", "MEDIA_EMPTY"),
        (job_pb2.JOB_STATE_CANCELLED, "Failed", "MEDIA_EMPTY"),
    ],
)
def test_imm_never_says_success_of_what_failed(
    state: job_pb2.JobState.ValueType, status: str, code: str | None
) -> None:
    job = drop_frame_subject().job
    job.state = state
    job.error.reason, job.error.message = "MEDIA_EMPTY", "no bytes"
    job.stages.add(name="text", state=analysis_pb2.STAGE_STATE_FAILED)
    answer = imm_labels(drop_frame_subject(job=job))
    assert (answer["Status"], answer.get("Code")) == (status, code)
    assert ("Message" in answer) == (code is not None)


OCCURRENCE = {"score": "number", "from": "number", "to": "number"}
TAG = {"mainTagName": "str", "subTagName": "str", "ratio": "number", "occurrences": [OCCURRENCE]}
TRACK = {"score": "number", "bbox": ["number"], "timestamp": "number"}
DETAIL = {"score": "number", "startTime": "number", "endTime": "number"}
ENTITY = {
    "labelLevel1": "str", "labelLevel2": "str", "label": "str", "appearanceProbability": "number",
    "detailInfo": [DETAIL],
}  # fmt: skip
CORNERS = {"leftTop": ["number"], "rightBottom": ["number"]}
DATA = {
    "VideoLabel": {"tags": [TAG]},
    "TextLabel": {"tags": [{"name": "str", "value": "str"}]},
    "CPVLabel": {
        "type": "str",
        "entities": [
            ENTITY | {"detailInfo": [DETAIL | {"trackData": [TRACK]}, DETAIL]}, ENTITY
        ],
    },
    "ASR": {"details": [{"from": "number", "to": "number", "content": "str"}]},
    "OCR": {
        "details": [
            {
                "timestamp": "number",
                "info": [
                    {"score": "number", "content": "str", "position": CORNERS, "textType": "number"}
                ],
            }
        ]
    },
    "Meta": {"title": "str"},
    "Process": {"url": "str"},
}  # fmt: skip


PERSON = {
    "name": "str", "category": "str", "ratio": "number",
    "occurrences": [
        OCCURRENCE | {"timestamp": "number", "position": CORNERS, "scene": "str"}
    ],
}  # fmt: skip
CATE = ENTITY
RICH = DATA | {
    "VideoLabel": {
        "persons": [PERSON],
        "tags": [TAG],
        "classifications": [{"score": "number", "category1": "str", "category2": "str"}],
    },
    "CPVLabel": DATA["CPVLabel"] | {"cates": [CATE]},
}


def data_of(answer: dict[str, Any]) -> dict[str, Any]:
    return {item["Type"]: json.loads(item["Data"]) for item in answer["Results"]["Result"]}


def test_mps_has_the_documented_shape() -> None:
    answer = mps_smarttag(drop_frame_subject(), process="https://x/raw.json")
    assert shape(answer) == {
        "RequestId": "str", "JobStatus": "str", "UserData": "str",
        "Results": {"Result": [{"Type": "str", "Data": "str"}]},
    }  # fmt: skip
    assert shape(data_of(answer)) == DATA


def test_mps_says_when_and_where() -> None:
    data = data_of(mps_smarttag(drop_frame_subject()))
    road, car = data["VideoLabel"]["tags"]
    assert (road["subTagName"], car["mainTagName"], car["subTagName"]) == (
        "道路车辆", "交通工具", "汽车"
    )  # fmt: skip
    assert car["occurrences"][1] == {"score": 0.999, "from": 599.9994, "to": 600.6}
    assert data["TextLabel"]["tags"] == [{"name": "美食", "value": "茶"}]
    entity = data["CPVLabel"]["entities"][0]
    assert entity["detailInfo"][0]["trackData"][0]["bbox"] == [480, 540, 720, 810]
    assert [line["content"] for line in data["ASR"]["details"]] == ["喝茶吗"]
    (line,) = data["OCR"]["details"][0]["info"]
    assert line["position"] == {"leftTop": [480, 540], "rightBottom": [720, 810]}
    assert line["textType"] == 2
    assert data["Meta"] == {"title": TITLE}


def test_mps_has_people_topics_and_names_in_the_documented_shape() -> None:
    answer = mps_smarttag(
        drop_frame_subject(analysis=rich_analysis()), process="https://x/raw.json"
    )
    data = data_of(answer)
    assert shape(data) == RICH
    (person,) = data["VideoLabel"]["persons"]
    assert (person["name"], person["category"], person["ratio"]) == (
        "00112233445566ff", "unknown", 0.1
    )  # fmt: skip
    (shown,) = person["occurrences"]
    assert (shown["from"], shown["timestamp"]) == (60.393666666, 61.728333333)
    assert shown["position"] == {"leftTop": [480, 540], "rightBottom": [720, 810]}
    assert (shown["score"], shown["scene"]) == (0.9, "medium")
    assert data["VideoLabel"]["classifications"] == [
        {"score": 0.8, "category1": "汽车", "category2": ""}
    ]
    (cate,) = data["CPVLabel"]["cates"]
    assert (cate["labelLevel1"], cate["label"]) == ("汽车", "汽车")
    assert cate["appearanceProbability"] == round((90 + 18) / 20_000, 4)
    named = {item["label"]: item["labelLevel1"] for item in data["CPVLabel"]["entities"][-3:]}
    assert named == {"李雷": "人物", "北京": "地点", "Tesla": "品牌"}
    assert data["TextLabel"]["tags"][1:] == [
        {"name": "name", "value": "李雷"},
        {"name": "location", "value": "北京"},
        {"name": "other", "value": "Tesla,电动车,=title"},
    ]


def test_mps_names_whom_a_library_knows() -> None:
    analysis = rich_analysis()
    analysis.people[0].name, analysis.people[0].library_id = "李雷", "staff"
    data = data_of(mps_smarttag(drop_frame_subject(analysis=analysis)))
    (person,) = data["VideoLabel"]["persons"]
    assert (person["name"], person["category"]) == ("李雷", "staff")


@pytest.mark.parametrize(
    ("height", "scene"),
    [(0.51, "closeUp"), (0.5, "medium-closeUp"), (0.26, "medium-closeUp"), (0.25, "medium"),
     (0.13, "medium"), (0.125, "medium-long"), (0.01, "medium-long")],
)  # fmt: skip
def test_mps_tells_shot_sizes_by_the_height_of_the_face(height: float, scene: str) -> None:
    analysis = rich_analysis()
    for box in analysis.people[0].tracks[0].boxes:
        box.box.height = height
    data = data_of(mps_smarttag(drop_frame_subject(analysis=analysis)))
    assert data["VideoLabel"]["persons"][0]["occurrences"][0]["scene"] == scene


def test_mps_names_in_english_where_the_labels_are() -> None:
    subject = drop_frame_subject(analysis=rich_analysis(), language="en")
    kinds = [item["labelLevel1"] for item in data_of(mps_smarttag(subject))["CPVLabel"]["entities"]]
    assert kinds[-3:] == ["Person", "Place", "Brand"]


def test_mps_leaves_out_what_was_not_asked_for_or_is_not_founded() -> None:
    data = data_of(mps_smarttag(drop_frame_subject(), asr=False, ocr=False, meta=False))
    assert list(data) == ["VideoLabel", "TextLabel", "CPVLabel"]
    assert "persons" not in data["VideoLabel"]


def test_mps_shows_a_picture_without_times() -> None:
    analysis = drop_frame_subject().analysis
    analysis.media_info.kind = analysis_pb2.MEDIA_KIND_IMAGE
    data = data_of(mps_smarttag(drop_frame_subject(analysis=analysis)))
    assert shape(data["ImageLabel"]) == {
        "tags": [{"mainTagName": "str", "subTagName": "str", "score": "number"}]
    }
    analysis = rich_analysis()
    analysis.media_info.kind = analysis_pb2.MEDIA_KIND_IMAGE
    data = data_of(mps_smarttag(drop_frame_subject(analysis=analysis)))
    assert shape(data["ImageLabel"]["persons"]) == [
        {"name": "str", "category": "str", "score": "number", "position": CORNERS, "scene": "str"}
    ]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (job_pb2.JOB_STATE_QUEUED, "Submitted"),
        (job_pb2.JOB_STATE_RUNNING, "Processing"),
        (job_pb2.JOB_STATE_PARTIAL, "Success"),
        (job_pb2.JOB_STATE_FAILED, "Fail"),
    ],
)
def test_mps_states(state: job_pb2.JobState.ValueType, status: str) -> None:
    job = drop_frame_subject().job
    job.state = state
    job.stages.add(name="text", state=analysis_pb2.STAGE_STATE_FAILED)
    answer = mps_smarttag(drop_frame_subject(job=job))
    assert answer["JobStatus"] == status
    assert (answer.get("Message") == "failed in part: text") == (status == "Success")
