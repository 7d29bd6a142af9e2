"""Rekognition's and Alibaba's views of a verdict: shapes of their documents, and what is lost."""

from __future__ import annotations

from typing import Any

import pytest
from doubles.judged_film import (
    BLOCK,
    CHECKED,
    FAILED,
    NOT_CHECKED,
    PASS,
    REVIEW,
    group,
    judged_analysis,
    judged_job,
    judged_subject,
    porn_segments,
    seen,
    worded,
)

from videre.exports.alibaba_censor import alibaba_censor
from videre.exports.rekognition_moderation import rekognition_moderation
from videre.exports.rekognition_names import NAMES, PARENTS, lineage
from videre.exports.stores import StoredObject, oss_object, s3_object
from videre.exports.subject import NotCarriedError
from videre.v1 import analysis_pb2, job_pb2


def shape(value: Any) -> Any:
    """Return keys, types and nesting: lists by the shape of their entries."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        shapes = [shape(item) for item in value]
        return [one for at, one in enumerate(shapes) if one not in shapes[:at]]
    return type(value).__name__


LABEL = {"Confidence": "float", "Name": "str", "ParentName": "str", "TaxonomyLevel": "int"}
GET_CONTENT_MODERATION = {
    "JobStatus": "str",
    "VideoMetadata": {
        "Codec": "str", "DurationMillis": "int", "Format": "str", "FrameRate": "float",
        "FrameHeight": "int", "FrameWidth": "int",
    },
    "ModerationLabels": [
        {
            "Timestamp": "int", "ModerationLabel": LABEL, "StartTimestampMillis": "int",
            "EndTimestampMillis": "int", "DurationMillis": "int", "ContentTypes": [],
        }
    ],
    "ModerationModelVersion": "str",
    "JobId": "str",
    "Video": {"S3Object": {"Bucket": "str", "Name": "str"}},
    "GetRequestMetadata": {"SortBy": "str", "AggregateBy": "str"},
}  # fmt: skip


def test_labels_in_levels_are_told_as_they_are() -> None:
    segment = seen(1, 2, "x.y", 0.9, REVIEW)
    for level, (label, name, parent) in enumerate([("x", "Ex", ""), ("x.y", "Why", "x")], start=1):
        segment.label_levels.add(label=label, name=name, parent=parent, level=level)
    subject = judged_subject(group("porn", "image", segment))
    found = rekognition_moderation(subject)["ModerationLabels"]
    assert [
        (one["ModerationLabel"]["Name"], one["ModerationLabel"]["ParentName"]) for one in found
    ] == [("Ex", ""), ("Why", "Ex")]


def test_rekognition_has_the_documented_shape() -> None:
    answer = rekognition_moderation(judged_subject(media_uri="s3://films/a.mp4"))
    assert shape(answer) == GET_CONTENT_MODERATION
    assert list(answer) == list(GET_CONTENT_MODERATION)
    assert answer["Video"]["S3Object"] == {"Bucket": "films", "Name": "a.mp4"}
    assert answer["VideoMetadata"]["DurationMillis"] == 60_000


def test_rekognition_lists_a_label_and_those_above_it_in_order_of_time() -> None:
    guns = group("terrorism", "image", seen(9.5, 12, "explosion", 0.85, REVIEW))
    answer = rekognition_moderation(judged_subject(group("porn", "image", *porn_segments()), guns))
    found = [
        (one["Timestamp"], label["Name"], label["ParentName"], label["TaxonomyLevel"])
        for one in answer["ModerationLabels"]
        for label in [one["ModerationLabel"]]
    ]
    intimate = "Non-Explicit Nudity of Intimate parts and Kissing"
    assert found == [
        (9_500, intimate, "", 1),
        (9_500, "Violence", "", 1),
        (9_500, "Graphic Violence", "Violence", 2),
        (9_500, "Explosions and Blasts", "Graphic Violence", 3),
        (16_500, intimate, "", 1),
        (41_000, intimate, "", 1),
    ]
    first = answer["ModerationLabels"][0]
    assert first["ModerationLabel"]["Confidence"] == 98.0
    assert (first["EndTimestampMillis"], first["DurationMillis"]) == (14_000, 4_500)


def test_rekognition_names_what_it_has_no_label_for() -> None:
    crowd = group("terrorism", "image", seen(1, 2, "crowd", 0.9, REVIEW))
    crowd.coverage.add(label="police", state=NOT_CHECKED, reason="NO_ENGINE")
    said = group("porn", "speech", worded(1, 2, "porn", "色情", "e/1"))
    answer = rekognition_moderation(judged_subject(crowd, said, group("ad", "text")))
    assert answer["ModerationLabels"] == []
    assert answer["StatusMessage"] == (
        "not carried by this format: terrorism/image review, porn/speech review; "
        "not looked at: terrorism/image: police (NO_ENGINE)"
    )


def test_rekognition_never_says_success_of_what_failed() -> None:
    job = judged_job()
    job.state = job_pb2.JOB_STATE_PARTIAL
    job.stages.add(name="nsfw", state=analysis_pb2.STAGE_STATE_FAILED)
    job.user_data = "tag"
    answer = rekognition_moderation(judged_subject(job=job))
    assert (answer["JobStatus"], answer["JobTag"]) == ("FAILED", "tag")
    assert answer["StatusMessage"] == "failed in part: nsfw"
    assert "Video" not in answer


def test_rekognition_of_a_still_picture_is_the_answer_for_pictures() -> None:
    analysis = judged_analysis()
    analysis.media_info.kind = analysis_pb2.MEDIA_KIND_IMAGE
    answer = rekognition_moderation(judged_subject(analysis=analysis))
    assert shape(answer) == {
        "ModerationLabels": [LABEL], "ModerationModelVersion": "str", "ContentTypes": [],
    }  # fmt: skip
    (label,) = answer["ModerationLabels"]
    assert label["Confidence"] == 98.0


def test_rekognition_wants_a_picture() -> None:
    analysis = judged_analysis()
    analysis.media_info.ClearField("video")
    with pytest.raises(NotCarriedError, match="no picture"):
        rekognition_moderation(judged_subject(analysis=analysis))


def test_rekognition_s_tree_has_three_levels() -> None:
    assert {len(lineage(name)) for name in PARENTS} == {1, 2, 3}
    assert set(NAMES.values()) <= PARENTS.keys()


RESULT = {"Suggestion": "str", "Label": "str"}
RATED = RESULT | {"Rate": "str"}
SCENED = RATED | {"Scene": "str"}
CENSOR = {
    "JobId": "str",
    "PipelineId": "str",
    "State": "str",
    "CreationTime": "str",
    "FinishTime": "str",
    "UserData": "str",
    "Suggestion": "str",
    "Input": {"Object": "str", "Location": "str", "Bucket": "str"},
    "VideoCensorConfig": {"VideoCensor": "str", "BizType": "str"},
    "TitleCensorResult": SCENED,
    "DescCensorResult": RESULT | {"Scene": "str"},
    "BarrageCensorResult": SCENED,
    "AudioCensorResult": RESULT | {
        "AudioDetailResultList": {
            "AudioDetailResult": [
                {"StartTime": "int", "EndTime": "int", "Text": "str", "Label": "str"}
            ]
        }
    },
    "VensorCensorResult": {
        "VideoTimelines": {
            "VideoTimeline": [
                {
                    "Timestamp": "str", "Object": "str",
                    "CensorResults": {"CensorResult": [SCENED]},
                }
            ]
        },
        "CensorResults": {"CensorResult": [SCENED, RESULT | {"Scene": "str"}]},
    },
}  # fmt: skip
OSS = "https://films.oss-cn-shanghai.aliyuncs.com/test/a%20b.mp4"


def censored(*groups: Any, **changes: Any) -> dict[str, Any]:
    answer = alibaba_censor(judged_subject(*groups, **changes))
    assert list(answer) == ["RequestId", "MediaCensorJobDetail"]
    detail: dict[str, Any] = answer["MediaCensorJobDetail"]
    return detail


def with_given(*groups: Any) -> analysis_pb2.Analysis:
    """Return an analysis of which title and comments are advertising, the description is not."""
    analysis = judged_analysis(*groups)
    verdict = analysis.verdict
    advert = group("ad", "metadata", worded(0, 60, "contact", "加微信", "metadata/title"))
    for kind, found in (
        (analysis_pb2.GIVEN_KIND_TITLE, [advert]),
        (analysis_pb2.GIVEN_KIND_DESCRIPTION, []),
        (analysis_pb2.GIVEN_KIND_COMMENT, []),
        (analysis_pb2.GIVEN_KIND_COMMENT, [advert]),
        (analysis_pb2.GIVEN_KIND_TAG, [advert]),
    ):
        suggestion = REVIEW if found else PASS
        verdict.given.add(kind=kind, suggestion=suggestion, groups=found)
    for kind in {one.kind for one in verdict.given}:
        verdict.given_coverage.add(kind=kind, count=1, state=CHECKED)
    return analysis


def test_alibaba_has_the_documented_shape() -> None:
    job = judged_job()
    job.user_data = "mine"
    said = group("prohibited", "speech", worded(20.2, 21, "gambling", "赌博网站", "e/3"))
    detail = censored(
        job=job, media_uri=OSS, analysis=with_given(
            group("porn", "image", *porn_segments()), group("terrorism", "image"), said
        ),
    )  # fmt: skip
    assert shape(detail) == CENSOR
    assert list(detail) == list(CENSOR)
    assert detail["Input"] == {
        "Object": "test/a b.mp4", "Location": "oss-cn-shanghai", "Bucket": "films",
    }  # fmt: skip
    title = {"Suggestion": "review", "Label": "ad", "Rate": "80", "Scene": "antispam"}
    assert detail["TitleCensorResult"] == title == detail["BarrageCensorResult"]
    assert detail["DescCensorResult"] == {
        "Suggestion": "pass", "Label": "normal", "Scene": "antispam",
    }  # fmt: skip


def test_alibaba_has_a_result_for_every_cover() -> None:
    analysis = judged_analysis()
    verdict = analysis.verdict
    groups = [group("porn", "image", *porn_segments()[:1]), group("terrorism", "image")]
    verdict.given.add(kind=analysis_pb2.GIVEN_KIND_COVER, given_id="0", suggestion=PASS)
    verdict.given.add(
        kind=analysis_pb2.GIVEN_KIND_COVER, given_id="1", suggestion=BLOCK, groups=groups
    )
    verdict.given_coverage.add(kind=analysis_pb2.GIVEN_KIND_COVER, count=2, state=CHECKED)
    covers = censored(analysis=analysis)["CoverImageCensorResults"]["CoverImageCensorResult"]
    assert [one["Object"] for one in covers] == ["0", "1"]
    assert covers[0]["Results"] == {"Result": []}
    porn, terrorism = covers[1]["Results"]["Result"]
    assert (porn["Scene"], terrorism["Scene"]) == ("porn", "terrorism")
    assert shape(porn) == dict.fromkeys(("Suggestion", "Label", "Rate", "Scene"), "str")
    assert terrorism == {"Suggestion": "pass", "Label": "normal", "Scene": "terrorism"}


def test_alibaba_says_that_nobody_looked_at_covers() -> None:
    analysis = judged_analysis()
    analysis.verdict.given_coverage.add(
        kind=analysis_pb2.GIVEN_KIND_COVER, count=2, state=NOT_CHECKED, reason="NO_ENGINE"
    )
    detail = censored(analysis=analysis)
    assert "not looked at: 2 covers (NO_ENGINE)" in detail["Message"]
    assert "CoverImageCensorResults" not in detail


def test_alibaba_has_points_in_time_and_a_result_per_scene() -> None:
    read = group("prohibited", "text", worded(9.5, 12, "abuse", "杂种", "e/4"))
    read.segments[0].evidence[0].span.start_offset.FromNanoseconds(10_500_000_000)
    pictures = censored(group("porn", "image", *porn_segments()), read)["VensorCensorResult"]
    line = pictures["VideoTimelines"]["VideoTimeline"]
    assert [one["Timestamp"] for one in line] == ["00:00:10.500", "00:00:17.500", "00:00:42.000"]
    assert line[0]["Object"].endswith("/1")
    assert [one["Scene"] for one in line[0]["CensorResults"]["CensorResult"]] == ["porn", "ad"]
    assert pictures["CensorResults"]["CensorResult"] == [
        {"Suggestion": "review", "Label": "abuse", "Rate": "80", "Scene": "ad"},
        {"Suggestion": "block", "Label": "sexy", "Rate": "98", "Scene": "porn"},
    ]


def test_alibaba_labels_the_sentences_that_have_a_word() -> None:
    said = group("prohibited", "speech", worded(20.2, 21, "gambling", "赌博网站", "e/3"))
    sounds = group("terrorism", "sound", seen(40, 41, "guns", 0.9, REVIEW))
    audio = censored(said, sounds)["AudioCensorResult"]
    assert (audio["Suggestion"], audio["Label"]) == ("review", "contraband,terrorism")
    assert audio["AudioDetailResultList"]["AudioDetailResult"] == [
        {"StartTime": 20, "EndTime": 22, "Text": "赌博网站", "Label": "contraband"},
        {"StartTime": 30, "EndTime": 32, "Text": "a walk in the park", "Label": "normal"},
    ]


def test_alibaba_says_what_nobody_looked_at_and_what_failed() -> None:
    porn = group("porn", "image")
    porn.coverage.add(label="vulgar", state=FAILED)
    job = judged_job()
    job.state = job_pb2.JOB_STATE_FAILED
    job.error.reason, job.error.message = "MEDIA_EMPTY", "no bytes"
    detail = censored(porn, job=job, media_uri="file:///a.mp4")
    assert (detail["State"], detail["Code"]) == ("Fail", "MEDIA_EMPTY")
    assert detail["Message"] == "no bytes; not looked at: porn/image: vulgar (failed)"
    assert detail["Input"] == {"Object": "file:///a.mp4"}
    assert not {"TitleCensorResult", "AudioCensorResult"} & detail.keys()


@pytest.mark.parametrize(
    ("category", "label", "wanted", "scene"),
    [
        ("porn", "vulgar", "sexy", "porn"), ("terrorism", "guns", "weapon", "terrorism"),
        ("terrorism", "banners", "others", "terrorism"), ("custom", "x", "others", "terrorism"),
        ("political", "politician", "politics", "terrorism"), ("ad", "qr_code", "qrcode", "ad"),
        ("prohibited", "drugs", "others", "terrorism"), ("porn", "kiss", "porn", "porn"),
    ],
)  # fmt: skip
def test_alibaba_s_names(category: str, label: str, wanted: str, scene: str) -> None:
    detail = censored(group(category, "image", seen(1, 2, label, 0.9, BLOCK)))
    (result,) = detail["VensorCensorResult"]["CensorResults"]["CensorResult"]
    assert (result["Label"], result["Scene"]) == (wanted, scene)


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("oss://b/k/v.mp4", StoredObject("b", "k/v.mp4")),
        ("https://b.oss-cn-beijing.aliyuncs.com/k", StoredObject("b", "k", "oss-cn-beijing")),
        ("https://b.example.com/k", None),
        ("", None),
    ],
)
def test_objects_of_a_store(uri: str, found: StoredObject | None) -> None:
    assert oss_object(uri) == found


def test_an_object_of_s3() -> None:
    uri = "https://b.s3.eu-west-1.amazonaws.com/a/b%2Fc.mp4?x=1"
    assert s3_object(uri) == StoredObject("b", "a/b/c.mp4", "eu-west-1")
