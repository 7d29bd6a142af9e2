"""Every format is read back by a reader that is not ours: drop-frame times and Chinese stay."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import opentimelineio as otio
import pytest
import webvtt
from doubles.drop_frame_film import (
    CUTS,
    FRAMES,
    RATE,
    TITLE,
    URI,
    drop_frame_subject,
    rich_analysis,
)
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st
from pycocotools.coco import COCO
from rdflib import DCTERMS, Graph, URIRef

from videre.exports.editing import COLORS
from videre.exports.formats import FORMATS, NOT_WRITTEN
from videre.exports.json_ld import iso_duration
from videre.exports.segments import LIST_OF, LISTS, WITHOUT_STATEMENTS, statements_of
from videre.exports.statements import KINDS
from videre.exports.subject import NotCarriedError
from videre.v1 import analysis_pb2, job_pb2

DROP = ["00:00:00;00", "00:01:00;02", "00:10:00;00", "00:11:07;10"]


def written(name: str, **changes: object) -> bytes:
    form = FORMATS[job_pb2.ExportFormat.Value(f"EXPORT_FORMAT_{name}")]
    return form.write(drop_frame_subject(**changes))


def test_every_format_of_the_contract_is_written() -> None:
    assert FORMATS.keys() | NOT_WRITTEN.keys() == set(job_pb2.ExportFormat.values()) - {0}
    assert not FORMATS.keys() & NOT_WRITTEN.keys()
    for form in FORMATS.values():
        subject, same = (drop_frame_subject(analysis=rich_analysis()) for _ in range(2))
        assert form.write(subject) == form.write(same)


def test_json_is_the_answer_itself() -> None:
    read = json_format.Parse(written("JSON"), job_pb2.QueryJobResponse())
    subject = drop_frame_subject()
    assert (read.job, read.analysis) == (subject.job, subject.analysis)


def test_csv_has_a_row_per_statement_and_stretch() -> None:
    rows = list(csv.DictReader(io.StringIO(written("CSV").decode("utf-8-sig"), newline="")))
    kinds = [row["kind"] for row in rows]
    assert kinds == [
        "stage", *["shot"] * 3, *["label"] * 10, "object", "face", "text", *["speech"] * 2, "sound"
    ]  # fmt: skip
    shots = rows[1:4]
    assert [row["start_timecode"] for row in shots] == DROP[:3]
    assert [row["end_timecode"] for row in shots] == DROP[1:]
    assert [row["start_s"] for row in shots] == ["0.000000000", "60.060000000", "599.999400000"]
    car = next(row for row in rows if row["name"] == "汽车")
    assert (car["start_frame"], car["level"], car["confidence"]) == ("1810", "3", "0.999")
    assert rows[0]["detail"] == "speech: not checked (SPEECH_NOT_UNDERSTOOD)"


def test_csv_holds_no_formula_and_names_its_encoding() -> None:
    data = written("CSV")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["name"] for row in rows if row["kind"] == "text"] == ['\'=出口 --> "Exit", & <b>']


def test_csv_has_rows_for_everything_that_is_known() -> None:
    data = written("CSV", analysis=rich_analysis())
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    by_kind: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    assert set(by_kind) == {*KINDS, "stage", "rule"}
    (event,), (chapter,), (scene,) = by_kind["event"], by_kind["chapter"], by_kind["scene"]
    assert (event["name"], event["id"], event["start_timecode"]) == (
        "驾驶", "driving", "00:01:00;12"
    )  # fmt: skip
    assert (chapter["name"], chapter["detail"]) == ("第一章", "heading")
    assert (scene["name"], scene["shot_index"], scene["count"]) == ("Scene 1", "0", "2")
    assert [row["id"] for row in by_kind["person"]] == ["00112233445566ff"] * 2
    assert by_kind["person"][0]["detail"] == "medium"
    assert [row["start_frame"] for row in by_kind["keyword"]] == ["1810", "17982", ""]
    assert by_kind["keyword"][2]["name"] == "'=title"
    assert [row["detail"] for row in by_kind["entity"]] == ["person", "place", "brand"]
    assert by_kind["entity"][1]["id"] == "geonames:1816670"
    assert [row["id"] for row in by_kind["topic"]] == ["automobile"] * 2
    (fault,) = by_kind["quality"]
    assert (fault["name"], fault["detail"]) == ("channel missing", "value=96.5 channels=1")
    (mood,) = by_kind["mood"]
    assert (mood["name"], mood["detail"]) == ("excitement", "valence +0.50 arousal +0.25")
    assert by_kind["rule"][0]["detail"] == "not evaluated (diarization: NO_ENGINE)"
    (said,) = by_kind["feedback"]
    assert (said["name"], said["detail"], said["confidence"]) == ("missing: 船", "missing", "")


def test_every_list_of_an_analysis_makes_statements_or_has_a_reason_why_not() -> None:
    lists = {field.name for field in analysis_pb2.Analysis.DESCRIPTOR.fields if field.is_repeated}
    assert lists == LISTS.keys() | WITHOUT_STATEMENTS.keys()
    assert not LISTS.keys() & WITHOUT_STATEMENTS.keys()
    analysis = rich_analysis()
    for name in LISTS:
        only = analysis_pb2.Analysis()
        getattr(only, name).extend(getattr(analysis, name))
        said = list(statements_of(only))
        assert said, f"{name}: rich_analysis has none, or it makes no statement"
        assert {LIST_OF[one.kind] for one in said} == {name}


def test_every_kind_of_statement_has_a_list_and_a_colour() -> None:
    assert LIST_OF.keys() == set(KINDS)
    assert COLORS.keys() == set(KINDS) - {"shot"}
    assert set(COLORS.values()) <= set(vars(otio.schema.MarkerColor))
    read = clips(written("OTIO", analysis=rich_analysis()), "otio_json")
    kinds = {marker.metadata["videre"]["kind"] for clip in read for marker in clip.markers}
    assert kinds == set(KINDS) - {"shot"}


def test_editors_and_captions_read_everything_back() -> None:
    rich = rich_analysis()
    assert [
        frames(clip) for clip in clips(written("FCP_XML", analysis=rich), "fcp_xml")
    ] == EXPECTED
    edl = written("EDL", analysis=rich).decode()
    assert [frames(clip) for clip in clips(edl.encode(), "cmx_3600", rate=float(RATE))] == EXPECTED
    assert "* LOC: 00:00:00;00 PURPLE  CHAPTER: 第一章" in edl.splitlines()
    cues = [
        json.loads(cue.text)
        for cue in webvtt.from_string(written("WEBVTT", analysis=rich).decode())
    ]
    assert {cue["kind"] for cue in cues} == set(KINDS)
    names = [cue["name"] for cue in cues if cue["kind"] == "entity"]
    assert names == ["李雷", "北京", "Tesla"]


def test_coco_is_read_by_pycocotools(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "film.json"
    path.write_bytes(written("COCO"))
    read = COCO(str(path))
    names = [item["name"] for item in read.loadCats(read.getCatIds())]
    assert names == ["face", "汽车"]
    (cars,) = (read.getCatIds(catNms=["汽车"]),)
    boxes = read.loadAnns(read.getAnnIds(catIds=cars))
    assert [box["bbox"] for box in boxes] == [[480, 540, 240, 270]] * 2
    images = read.loadImgs([box["image_id"] for box in boxes])
    assert [image["frame"] for image in images] == [1_810, 1_899]
    detections = read.loadRes(boxes)
    assert len(detections.getAnnIds()) == 2


def test_webvtt_is_read_by_its_library() -> None:
    cues = list(webvtt.from_string(written("WEBVTT").decode()))
    payloads = [json.loads(cue.text) for cue in cues]
    assert len(payloads) == 3 + 10 + 1 + 1 + 1 + 2 + 1
    text = next(payload for payload in payloads if payload["kind"] == "text")
    assert text["name"] == '=出口 --> "Exit", & <b>'
    assert text["start_ns"] == 3_336_666_666
    second = next(payload for payload in payloads if payload["name"] == "Shot 2")
    assert (second["start_frame"], second["start_timecode"]) == (1_800, DROP[1])
    assert all(cue.start < cue.end for cue in cues)


def clips(data: bytes, adapter: str, **options: Any) -> list[Any]:
    timeline = otio.adapters.read_from_string(data.decode(), adapter, **options)
    return list(timeline.find_clips())


def frames(clip: Any) -> tuple[float, float]:
    held = clip.source_range
    return held.start_time.value, held.end_time_exclusive().value


EXPECTED = [(CUTS[index], CUTS[index + 1]) for index in range(3)]


def test_otio_has_a_clip_per_shot_with_its_markers() -> None:
    read = clips(written("OTIO"), "otio_json")
    assert [frames(clip) for clip in read] == EXPECTED
    assert {clip.source_range.start_time.rate for clip in read} == {float(RATE)}
    assert [clip.media_reference.target_url for clip in read] == [URI] * 3
    marker = next(item for item in read[1].markers if item.name == "label: 汽车")
    assert marker.marked_range.start_time.value == 1_810
    assert marker.metadata["videre"]["start_timecode"] == "00:01:00;12"
    assert [len(clip.markers) for clip in read] == [4, 6, 6]


def test_edl_counts_drop_frame_and_is_read_back() -> None:
    text = written("EDL").decode()
    assert text.splitlines()[:2] == [f"TITLE: {TITLE}", "FCM: DROP FRAME"]
    events = [line.split() for line in text.splitlines() if line[:3].isdigit()]
    assert [event[4] for event in events] == DROP[:3]
    assert [event[5] for event in events] == DROP[1:]
    assert "* LOC: 00:01:00;12 GREEN   LABEL: 汽车" in text.splitlines()
    read = clips(text.encode(), "cmx_3600", rate=float(RATE))
    assert [frames(clip) for clip in read] == EXPECTED


def test_fcp_xml_is_read_back() -> None:
    read = clips(written("FCP_XML"), "fcp_xml")
    assert [frames(clip) for clip in read] == EXPECTED
    assert "label: 汽车" in [marker.name for marker in read[1].markers]


def test_an_editor_gets_the_whole_film_where_no_shots_are_known() -> None:
    analysis = drop_frame_subject().analysis
    del analysis.shots[:]
    read = clips(written("OTIO", analysis=analysis), "otio_json")
    assert [frames(clip) for clip in read] == [(0, FRAMES)]
    assert len(read[0].markers) == 16


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_json_ld_is_read_as_linked_data() -> None:
    document = json.loads(written("JSON_LD"))
    assert document["@context"] == "https://schema.org"
    # The published context is on the network; what matters of it here is the vocabulary.
    document["@context"] = {"@vocab": "https://schema.org/"}
    graph = Graph().parse(data=json.dumps(document), format="json-ld")

    def values(name: str) -> set[str]:
        return {str(value) for value in graph.objects(None, URIRef(f"https://schema.org/{name}"))}

    assert values("name") == {TITLE, "Shot 1", "Shot 2", "Shot 3"}
    assert values("transcript") == {"喝茶吗"}
    assert values("duration") == {"PT11M7.333333333S"}
    assert "汽车" in values("keywords")
    assert len(document["hasPart"]) == 3


def test_dublin_core_is_read_as_linked_data() -> None:
    analysis = rich_analysis()
    analysis.people[0].name = "韩梅梅"
    job = drop_frame_subject().job
    job.create_time.FromJsonString("2022-08-22T05:01:16Z")
    data = written("DUBLIN_CORE", analysis=analysis, job=job, description="一天 &\nmore\x01")
    graph = Graph().parse(data=data, format="xml")
    found = {(term, value) for _, term, value in graph}
    assert {str(one) for one in graph.subjects()} == {"urn:uuid:m1"}
    # Its reader's list of terms is closed: a misspelt one is an error.
    terms = {str(term).rpartition("/")[2] for term, _ in found}
    assert all(DCTERMS[term] for term in terms)

    def values(name: str) -> set[str]:
        return {str(value) for term, value in found if term == DCTERMS[name]}

    assert values("title") == {TITLE}
    assert values("description") == {"一天 &\nmore"}
    assert values("identifier") == {"m1", f"sha256:{'cd' * 32}", URI}
    assert values("type") == {"http://purl.org/dc/dcmitype/MovingImage"}
    assert values("language") == {"zh-Hans"}
    assert values("coverage") == {"北京"}
    assert values("contributor") == {"韩梅梅"}
    assert values("dateSubmitted") == {"2022-08-22T05:01:16Z"}
    assert values("extent") == {
        "PT11M7.333333333S", "12345 bytes", "1920 x 1080 pixels",
        "20000 frames, 30000/1001 per second",
    }  # fmt: skip
    subjects = {(str(value), value.language) for term, value in found if term == DCTERMS.subject}
    assert subjects == {
        ("汽车", "zh-Hans"), ("电动车", "zh"), ("=title", "en"), ("李雷", None), ("Tesla", None),
        ("交通工具", "zh-Hans"), ("道路车辆", "zh-Hans"), ("美食", "zh-Hans"), ("茶", "zh-Hans"),
    }  # fmt: skip


@given(st.text(min_size=1, max_size=40))
def test_dublin_core_is_xml_whatever_a_film_is_called(title: str) -> None:
    record = ElementTree.fromstring(written("DUBLIN_CORE", title=f"A{title}Z"))[0]
    (read,) = record.findall(f"{{{DCTERMS}}}title")
    assert (read.text or "")[0] + (read.text or "")[-1] == "AZ"


@pytest.mark.parametrize(
    ("ns", "text"),
    [(0, "PT0S"), (3_723_040_000_000, "PT1H2M3.04S"), (60_000_000_000, "PT1M0S")],
)
def test_iso_durations(ns: int, text: str) -> None:
    assert iso_duration(ns) == text


def test_label_studio_predicts_only_what_its_interface_has() -> None:
    (task,) = json.loads(written("LABEL_STUDIO"))
    config = ElementTree.fromstring(written("LABEL_STUDIO_CONFIG"))
    offered = {
        tag.get("name"): {label.get("value") for label in tag.findall("Label")} for tag in config
    }
    assert task["data"]["video"] == URI
    (prediction,) = task["predictions"]
    for item in prediction["result"]:
        labels = item["value"].get("timelinelabels") or item["value"]["labels"]
        control = item["from_name"]
        assert set(labels) <= offered["box_labels" if control == "boxes" else control]
        assert item["to_name"] == "video"
    first = prediction["result"][0]
    assert first["value"]["ranges"] == [{"start": 1, "end": 1_800}]
    boxes = [item for item in prediction["result"] if item["type"] == "videorectangle"]
    assert [item["value"]["sequence"][0]["frame"] for item in boxes] == [1_811, 1_900, 17_991]
    assert len({item["id"] for item in prediction["result"]}) == len(prediction["result"])


#: What a Python with Label Studio's own reader runs: interface, then tasks; prints what is wrong.
READER = """
import json, pathlib, sys
from label_studio_sdk.label_interface import LabelInterface
interface, tasks = (pathlib.Path(name).read_text(encoding="utf-8") for name in sys.argv[1:])
config = LabelInterface(interface)
print(json.dumps([config.validate_prediction(item, True)
                  for task in json.loads(tasks) for item in task["predictions"]]))
"""


def test_label_studio_s_own_reader_accepts_it(tmp_path: Path) -> None:
    """`VIDERE_LABEL_STUDIO_PYTHON` names a Python that has it: it is none of our dependencies."""
    python = os.environ.get("VIDERE_LABEL_STUDIO_PYTHON")
    if not python:
        pytest.skip("VIDERE_LABEL_STUDIO_PYTHON names no Python with label-studio-sdk")
    interface, tasks = tmp_path / "interface.xml", tmp_path / "tasks.json"
    interface.write_bytes(written("LABEL_STUDIO_CONFIG"))
    tasks.write_bytes(written("LABEL_STUDIO"))
    read = subprocess.run(
        [python, "-W", "ignore", "-c", READER, interface, tasks],
        check=True, stdout=subprocess.PIPE, timeout=120,
    )  # fmt: skip
    assert json.loads(read.stdout) == [[]]


@pytest.mark.parametrize(
    "name", ["COCO", "LABEL_STUDIO", "LABEL_STUDIO_CONFIG", "EDL", "OTIO", "FCP_XML"]
)
def test_sound_alone_has_no_place_in_what_counts_frames(name: str) -> None:
    analysis = drop_frame_subject().analysis
    analysis.media_info.kind = analysis_pb2.MEDIA_KIND_AUDIO
    analysis.media_info.ClearField("video")
    with pytest.raises(NotCarriedError):
        written(name, analysis=analysis)


def test_a_rate_that_edit_lists_do_not_have_is_refused() -> None:
    analysis = drop_frame_subject().analysis
    video = analysis.media_info.video
    video.frame_rate_numerator, video.frame_rate_denominator = 15, 1
    with pytest.raises(NotCarriedError, match="15 frames"):
        written("EDL", analysis=analysis)
    assert clips(written("OTIO", analysis=analysis), "otio_json")
