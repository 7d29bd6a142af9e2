"""What annotators change in Label Studio comes back as corrections; hostile files are refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from doubles.drop_frame_film import drop_frame_subject, rich_analysis
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from videre.exports.label_studio import to_label_studio
from videre.exports.label_studio_feedback import changes, request_id
from videre.exports.label_studio_read import NotAnExportError, read_annotations
from videre.exports.label_studio_regions import regions_of
from videre.v1 import analysis_pb2, feedback_pb2

Results = list[dict[str, Any]]
ANALYSIS = rich_analysis()


def task(change: Callable[[Results], Any] = lambda results: None, **fields: Any) -> dict[str, Any]:
    """Return a task as Label Studio exports it: annotations, predictions by number only."""
    (sent,) = json.loads(to_label_studio(drop_frame_subject(analysis=ANALYSIS)))
    results: Results = copy.deepcopy(sent["predictions"][0]["result"])
    for result in results:
        result["origin"] = "prediction"
    change(results)
    annotation = {
        "id": 7, "completed_by": {"id": 1, "email": "ann@example.com"}, "result": results,
        "was_cancelled": False, "updated_at": "2026-11-22T00:00:00Z", "parent_prediction": 12,
    } | fields  # fmt: skip
    return {"id": 1, "data": sent["data"], "annotations": [annotation], "predictions": [12]}


def said(change: Callable[[Results], Any], **fields: Any) -> list[dict[str, Any]]:
    """Return the corrections of a task in which an annotator changed something."""
    (annotation,) = read_annotations(json.dumps([task(change, **fields)]).encode())
    found = changes(annotation, ANALYSIS).corrections
    return [json_format.MessageToDict(one) for one in found]


def find(results: Results, label: str, kind: str = "timelinelabels") -> dict[str, Any]:
    def labels(result: dict[str, Any]) -> list[str]:
        value = result["value"]
        return list(value.get("timelinelabels") or value["labels"])

    return next(one for one in results if one["type"] == kind and label in labels(one))


def test_what_comes_back_unchanged_corrects_nothing() -> None:
    (annotation,) = read_annotations(json.dumps([task()]).encode())
    found = changes(annotation, ANALYSIS)
    assert (found.corrections, found.removals_known) == ((), True)
    assert found.kept == len(regions_of(ANALYSIS)) > 20
    assert (annotation.author, annotation.media_id) == ("ann@example.com", "m1")
    assert (annotation.revision, annotation.language) == (2, "zh-Hans")


def test_a_region_that_is_gone_is_wrong() -> None:
    def change(results: Results) -> None:
        results.remove(find(results, "驾驶"))
        results.remove(find(results, "汽车", "videorectangle"))

    assert said(change) == [
        {"kind": "CORRECTION_KIND_WRONG", "list": "events", "nodeId": "event.driving",
         "name": "驾驶", "span": {"startFrame": "1810", "endFrame": "1900"}},
        {"kind": "CORRECTION_KIND_WRONG", "list": "objects", "nodeId": "vehicle.road.car",
         "name": "car", "span": {"startFrame": "1810", "endFrame": "1811"},
         "boxes": [{"frame": "1810",
                    "box": {"x": 0.25, "y": 0.5, "width": 0.125, "height": 0.25}}]},
    ]  # fmt: skip


def test_a_new_stretch_and_a_new_box_are_missing() -> None:
    def change(results: Results) -> None:
        results.append(
            {"id": "n1", "type": "timelinelabels", "origin": "manual", "from_name": "timeline",
             "value": {"ranges": [{"start": 1, "end": 30}], "timelinelabels": ["汽车"]}}
        )  # fmt: skip
        box = {"frame": 61, "enabled": True, "x": 10, "y": 20, "width": 95, "height": 30}
        results.append(
            {"id": "n2", "type": "videorectangle", "origin": "manual", "from_name": "boxes",
             "value": {"sequence": [box], "labels": ["Whale"]}}
        )  # fmt: skip
        # Label Studio writes boxes once more where the interface has a timeline, too.
        results.append(
            {"id": "n2", "type": "timelinelabels", "from_name": "timeline",
             "value": {"sequence": [box], "labels": ["Whale"]}}
        )  # fmt: skip

    assert said(change) == [
        {"kind": "CORRECTION_KIND_MISSING", "list": "labels", "nodeId": "vehicle.road.car",
         "name": "汽车", "span": {"startFrame": "0", "endFrame": "30"}},
        {"kind": "CORRECTION_KIND_MISSING", "list": "objects", "name": "Whale",
         "span": {"startFrame": "60", "endFrame": "61"},
         "boxes": [{"frame": "60", "box": {"x": 0.1, "y": 0.2, "width": 0.9, "height": 0.3}}]},
    ]  # fmt: skip


def test_a_stretch_that_was_moved_lost_some_and_gained_some() -> None:
    def change(results: Results) -> None:
        find(results, "驾驶")["value"]["ranges"] = [{"start": 1_851, "end": 2_000}]

    wrong, missing = said(change)
    assert (wrong["kind"], wrong["span"]) == (
        "CORRECTION_KIND_WRONG", {"startFrame": "1810", "endFrame": "1850"}
    )  # fmt: skip
    assert (missing["kind"], missing["span"]) == (
        "CORRECTION_KIND_MISSING", {"startFrame": "1900", "endFrame": "2000"}
    )  # fmt: skip
    assert {wrong["nodeId"], missing["nodeId"]} == {"event.driving"}


def test_another_label_is_a_wrong_and_a_missing_one() -> None:
    def change(results: Results) -> None:
        find(results, "驾驶")["value"]["timelinelabels"] = ["茶"]

    wrong, missing = said(change)
    assert (wrong["list"], wrong["nodeId"]) == ("events", "event.driving")
    assert (missing["kind"], missing["nodeId"]) == ("CORRECTION_KIND_MISSING", "food.tea")


@pytest.mark.parametrize("textarea", [False, True])
def test_words_are_corrected_beside_their_region(textarea: bool) -> None:
    def change(results: Results) -> None:
        line = find(results, "Speech")
        if textarea:
            value = {"text": ["喝咖啡吗"]}
            results.append({"id": line["id"], "type": "textarea", "value": value})
        else:
            line["meta"]["text"] = ["喝咖啡吗"]

    assert said(change) == [
        {"kind": "CORRECTION_KIND_TEXT", "list": "utterances", "text": "喝茶吗",
         "correctedText": "喝咖啡吗", "span": {"startFrame": "200", "endFrame": "260"}}
    ]  # fmt: skip


def test_words_that_are_gone_were_not_there() -> None:
    (correction,) = said(lambda results: results.remove(find(results, "Text")))
    assert correction["kind"] == "CORRECTION_KIND_TEXT"
    assert "correctedText" not in correction


def test_somebody_is_somebody_else() -> None:
    def change(results: Results) -> None:
        find(results, "Person 1")["value"]["timelinelabels"] = ["Li Lei"]

    (correction,) = said(change)
    assert (correction["kind"], correction["personId"], correction["name"]) == (
        "CORRECTION_KIND_PERSON", "00112233445566ff", "Li Lei"
    )  # fmt: skip


def test_a_box_that_was_rounded_is_the_same_but_not_one_that_was_moved() -> None:
    def shift(by: float) -> Callable[[Results], None]:
        def change(results: Results) -> None:
            find(results, "汽车", "videorectangle")["value"]["sequence"][0]["x"] += by

        return change

    assert said(shift(0.1)) == []
    assert [one["kind"] for one in said(shift(5))] == [
        "CORRECTION_KIND_WRONG", "CORRECTION_KIND_MISSING"
    ]  # fmt: skip


def test_words_beside_no_region_are_a_comment() -> None:
    note = {"id": "c", "type": "textarea", "value": {"text": ["dark", "film"]}}
    (correction,) = said(lambda results: results.append(note))
    assert correction == {"kind": "CORRECTION_KIND_COMMENT", "comment": "dark\nfilm"}


def test_an_empty_page_denies_nothing() -> None:
    def change(results: Results) -> None:
        results[:] = [
            {"id": "n1", "type": "timelinelabels", "origin": "manual",
             "value": {"ranges": [{"start": 1, "end": 30}], "timelinelabels": ["汽车"]}}
        ]  # fmt: skip

    assert [one["kind"] for one in said(change, parent_prediction=None)] == [
        "CORRECTION_KIND_MISSING"
    ]


def test_a_part_of_the_regions_denies_nothing_of_the_rest() -> None:
    part = analysis_pb2.Analysis()
    part.CopyFrom(ANALYSIS)
    del part.labels[:]
    (sent,) = json.loads(to_label_studio(drop_frame_subject(analysis=part)))
    annotation = {"id": 7, "result": sent["predictions"][0]["result"], "parent_prediction": 1}
    task = {"data": sent["data"], "annotations": [annotation]}
    (read,) = read_annotations(json.dumps([task]).encode())
    found = changes(read, ANALYSIS)
    assert (found.corrections, found.removals_known) == ((), False)


def test_what_was_cancelled_says_nothing_and_what_is_not_understood_is_counted() -> None:
    assert read_annotations(json.dumps([task(was_cancelled=True)]).encode()) == []
    odd: Results = [
        {"id": "x", "type": "choices", "value": {"choices": ["a"]}},
        {"id": "y", "type": "timelinelabels", "value": {"ranges": [{"start": 9, "end": 1}]}},
        {"id": "z", "type": "videorectangle", "value": {"sequence": [{"frame": 1, "x": 10**400}]}},
    ]
    (read,) = read_annotations(json.dumps([task(lambda results: results.extend(odd))]).encode())
    assert read.unread == {"choices": 1, "timelinelabels": 1, "videorectangle": 1}
    assert changes(read, ANALYSIS).corrections == ()


@pytest.mark.parametrize(
    "data",
    [b"", b"[", b"\xff\xfe", b"{}", b"[" * 200_000, b"[]", b"[1, null]",
     b'[{"data": {"media_id": "", "revision": 1}, "annotations": []}]',
     b'[{"data": {"media_id": "m", "revision": -1}}]', b"[" + b"9" * 5_000 + b"]"],
    ids=lambda data: data[:20].decode(errors="replace"),
)  # fmt: skip
def test_what_is_no_export_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(NotAnExportError):
        read_annotations(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["ranges", "start", "end", "sequence", "frame", "x", "y", "width",
                         "height", "labels", "timelinelabels", "text", "meta"]), inner, max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip
RESULT = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", *(region.id for region in regions_of(ANALYSIS)[:5])]),
        "type": st.sampled_from(["timelinelabels", "videorectangle", "labels", "textarea", "x"]),
        "value": JSON,
    },
    optional={"meta": JSON, "origin": st.text(max_size=3)},
)


@given(st.lists(RESULT | JSON, max_size=6), JSON)
def test_whatever_stands_in_a_file_becomes_corrections_that_can_be_sent(
    results: list[Any], author: Any
) -> None:
    given = task(lambda old: old.__setitem__(slice(None), results), completed_by=author)
    for annotation in read_annotations(json.dumps([given]).encode()):
        request = feedback_pb2.SubmitFeedbackRequest(
            corrections=changes(annotation, ANALYSIS).corrections,
            author=annotation.author,
            request_id=request_id(annotation, 0),
        )
        for correction in request.corrections:
            span = correction.span
            assert 0 <= span.start_frame < span.end_frame or not correction.HasField("span")
            assert all(0 <= box.box.x + box.box.width <= 1.001 for box in correction.boxes)
        assert len(request.request_id) <= 64
