"""No field without a decision: each field of each public request is refused out of range by some
row, or stands in `FREE` with the reason why nothing it can hold is out of range.

A new field in the protos fails here until it has a row.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import google_crc32c
import pytest
from calling import TIMEOUT_S, Api, nothing_left, refused
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from refusals import FIELDS, SOURCES, TASKS

from videre.orchestrator.api.segment_messages import MAKERS
from videre.v1 import (
    engine_pb2,
    feedback_pb2,
    job_pb2,
    library_pb2,
    media_pb2,
    taxonomy_pb2,
    template_pb2,
)

MODULES = {
    "JobService": job_pb2,
    "MediaService": media_pb2,
    "LibraryService": library_pb2,
    "TemplateService": template_pb2,
    "EngineService": engine_pb2,
    "TaxonomyService": taxonomy_pb2,
}
HEX = "[0-9a-f]{64}"
REQUEST_ID = "[A-Za-z0-9\\-_.:]{1,64}"
VIEWS = (
    "ANALYSIS_VIEW_BASIC, ANALYSIS_VIEW_FULL, ANALYSIS_VIEW_LABELS, ANALYSIS_VIEW_PERSONS, "
    "ANALYSIS_VIEW_TIMELINE"
)
LISTS = ", ".join(MAKERS)
MAX_MEDIA = 2_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """A call with one field out of range, and what it is refused with."""

    call: str
    field: str
    given: dict[str, Any]
    limit: str
    actual: str
    reason: str = "FIELD_INVALID"
    beside: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.call}.{self.field}={self.actual[:20]}"


def tag_rows(call: str, **beside: Any) -> list[Row]:
    return [
        Row(call, "tags", {"tags": {f"k{i}": "v" for i in range(65)}}, "64", "65", beside=beside),
        Row(call, "tags", {"tags": {"": "v"}}, "1..128 bytes", "", beside=beside),
        Row(call, f"tags[{'k' * 32}] key", {"tags": {"k" * 129: "v"}}, "128 bytes", "129",
            beside=beside),
        Row(call, "tags[k]", {"tags": {"k": "v" * 257}}, "256 bytes", "257", beside=beside),
    ]  # fmt: skip


def text_rows(call: str, **beside: Any) -> list[Row]:
    return [
        Row(call, "title", {"title": "字" * 86}, "256 bytes", "258", beside=beside),
        Row(call, "description", {"description": "d" * 1_025}, "1024 bytes", "1025",
            beside=beside),
    ]  # fmt: skip


def page_rows(call: str, **beside: Any) -> list[Row]:
    bad = {"page_token": "x"}
    return [
        Row(call, "page_size", {"page_size": -1}, "0..1000", "-1", beside=beside),
        Row(call, "page_size", {"page_size": 1_001}, "0..1000", "1001", beside=beside),
        Row(call, "page_token", bad, "a token of this call", "x", "PAGE_TOKEN_INVALID", beside),
    ]


def filter_rows(call: str, **beside: Any) -> list[Row]:
    return [
        Row(call, "filter.kinds[1]", {"filter": {"kinds": ["shots", "x"]}}, LISTS, "x",
            beside=beside),
        Row(call, "filter.min_confidence", {"filter": {"min_confidence": 1.5}}, "0..1", "1.5",
            beside=beside),
        Row(call, "filter.min_confidence", {"filter": {"min_confidence": float("nan")}}, "0..1",
            "nan", beside=beside),
    ]  # fmt: skip


def question_rows(call: str, **beside: Any) -> list[Row]:
    view = Row(call, "view", {"view": 6}, VIEWS, "6", beside=beside)
    return [view, *filter_rows(call, **beside)]


def id_rows(name: str, limit: str, *calls: str) -> list[Row]:
    return [Row(call, name, {name: ""}, limit, "") for call in calls]


def named_rows(call: str, **beside: Any) -> list[Row]:
    """Return rows for a name and a description of 256 and 1,024 bytes."""
    return [
        Row(call, "name", {"name": "字" * 86}, "256 bytes", "258", beside=beside),
        Row(call, "name", {"name": "a\0"}, "no zero character", "a\0", beside=beside),
        Row(call, "description", {"description": "d" * 1_025}, "1024 bytes", "1025",
            beside=beside),
    ]  # fmt: skip


def entry_row(field: str, limit: str, actual: str, **given: Any) -> Row:
    """Return a row for one field of an entry to be added."""
    entry = {"name": "Ada", "samples": [{"picture": b"x"}]} | given
    return Row("AddLibraryEntries", f"entries[0].{field}", {"entries": [entry]}, limit, actual,
               beside=IN_LIBRARY)  # fmt: skip


LIBRARY_KINDS = "LIBRARY_KIND_PERSONS, "
LIBRARY_USAGES = "LIBRARY_USAGE_RECOGNITION, "
MAX_PICTURE = 3 << 20
IN_LIBRARY = {"library_id": "{library}"}
THIS_ENTRY = {"library_id": "x", "entry_id": "x"}
LIBRARY_ROWS = [
    Row("CreateLibrary", "library_id", {"library_id": "A b"}, "[a-z0-9][a-z0-9_-]{0,62}", "A b",
        beside={"kind": 1}),
    *(Row("CreateLibrary", "kind", {"kind": kind}, LIBRARY_KINDS, str(kind)) for kind in (0, 9)),
    *named_rows("CreateLibrary", kind=1),
    Row("CreateLibrary", "usages[1]", {"usages": [1, 0]}, LIBRARY_USAGES, "0", beside={"kind": 1}),
    *tag_rows("CreateLibrary", kind=1),
    Row("CreateLibrary", "threshold", {"threshold": 1.5}, "0..1", "1.5", beside={"kind": 1}),
    *id_rows("library_id", "an id", "GetLibrary", "UpdateLibrary", "DeleteLibrary",
             "ListLibraryEntries"),
    *page_rows("ListLibraries"),
    Row("ListLibraries", "kind", {"kind": 9}, LIBRARY_KINDS, "9"),
    *named_rows("UpdateLibrary", library_id="x"),
    Row("UpdateLibrary", "usages[0]", {"usages": [7]}, LIBRARY_USAGES, "7",
        beside={"library_id": "x"}),
    *tag_rows("UpdateLibrary", library_id="x"),
    Row("UpdateLibrary", "threshold", {"threshold": -0.5}, "0..1", "-0.5",
        beside={"library_id": "x"}),
    Row("UpdateLibrary", "clear_tags", {"clear_tags": True}, "one of the two", "both",
        beside={"library_id": "x", "tags": {"a": "b"}}),
    Row("UpdateLibrary", "clear_threshold", {"clear_threshold": True}, "one of the two", "both",
        beside={"library_id": "x", "threshold": 0.5}),
    Row("AddLibraryEntries", "library_id", {"library_id": ""}, "an id", "",
        beside={"entries": [{}]}),
    Row("AddLibraryEntries", "entries", {"entries": []}, "1..1000", "0", beside=IN_LIBRARY),
    Row("AddLibraryEntries", "entries", {"entries": [{}] * 1_001}, "1..1000", "1001",
        beside=IN_LIBRARY),
    entry_row("entry_id", "[A-Za-z0-9_.-]{1,64}", "a/b", entry_id="a/b"),
    entry_row("name", "1..256 bytes", "", name=" "),
    entry_row("name", "256 bytes", "257", name="n" * 257),
    entry_row("description", "1024 bytes", "1025", description="d" * 1_025),
    entry_row("category", "64 bytes", "65", category="c" * 65),
    entry_row("tags", "64", "65", tags={f"k{i}": "v" for i in range(65)}),
    entry_row("samples", "20", "21", samples=[{"picture": b"x"}] * 21),
    entry_row("samples", "1..20", "1", samples=[{"picture": b"x", "negative": True}]),
    entry_row("samples[0]", "picture, artifact_digest …", "none", samples=[{}]),
    entry_row("samples[0].picture", f"1..{MAX_PICTURE} bytes", "0", samples=[{"picture": b""}]),
    entry_row("samples[0].picture", f"1..{MAX_PICTURE} bytes", str(MAX_PICTURE + 1),
              samples=[{"picture": bytes(MAX_PICTURE + 1)}]),
    entry_row("samples[0].artifact_digest", HEX, "x", samples=[{"artifact_digest": "x"}]),
    entry_row("samples[0].person.media_id", "an id", "",
              samples=[{"person": {"person_id": "x"}}]),
    entry_row("samples[0].person.person_id", "an id", "",
              samples=[{"person": {"media_id": "x"}}]),
    entry_row("samples[0].identity_id", "an id", "", samples=[{"identity_id": ""}]),
    entry_row("content", "none", "word", word={"text": "x"}),
    *(Row(call, field, {field: ""}, "an id", "", beside=THIS_ENTRY | {field: ""})
      for call in ("GetLibraryEntry", "UpdateLibraryEntry")
      for field in ("library_id", "entry_id")),
    *page_rows("ListLibraryEntries", **IN_LIBRARY),
    *tag_rows("ListLibraryEntries", library_id="x"),
    Row("ListLibraryEntries", "category", {"category": "c" * 65}, "64 bytes", "65",
        beside={"library_id": "x"}),
    Row("ListLibraryEntries", "name_prefix", {"name_prefix": "n" * 257}, "256 bytes", "257",
        beside={"library_id": "x"}),
    *named_rows("UpdateLibraryEntry", **THIS_ENTRY),
    Row("UpdateLibraryEntry", "name", {"name": ""}, "1..256 bytes", "", beside=THIS_ENTRY),
    Row("UpdateLibraryEntry", "category", {"category": "c" * 65}, "64 bytes", "65",
        beside=THIS_ENTRY),
    *tag_rows("UpdateLibraryEntry", **THIS_ENTRY),
    Row("UpdateLibraryEntry", "clear_tags", {"clear_tags": True}, "one of the two", "both",
        beside=THIS_ENTRY | {"tags": {"a": "b"}}),
    Row("UpdateLibraryEntry", "add_samples", {"add_samples": [{"picture": b"x"}] * 21}, "20", "21",
        beside=THIS_ENTRY),
    Row("UpdateLibraryEntry", "add_samples[0].picture", {"add_samples": [{"picture": b""}]},
        f"1..{MAX_PICTURE} bytes", "0", beside=THIS_ENTRY),
    Row("UpdateLibraryEntry", "add_samples[0].artifact_digest",
        {"add_samples": [{"artifact_digest": "x"}]}, HEX, "x", beside=THIS_ENTRY),
    Row("UpdateLibraryEntry", "add_samples[0].person.media_id", {"add_samples": [{"person": {
        "person_id": "x"}}]}, "an id", "", beside=THIS_ENTRY),
    Row("UpdateLibraryEntry", "add_samples[0].person.person_id", {"add_samples": [{"person": {
        "media_id": "x"}}]}, "an id", "", beside=THIS_ENTRY),
    Row("UpdateLibraryEntry", "add_samples[0].identity_id",
        {"add_samples": [{"identity_id": ""}]}, "an id", "", beside=THIS_ENTRY),
    *page_rows("ListIdentities"),
    Row("UpdateLibraryEntry", "remove_sample_ids", {"remove_sample_ids": ["x"] * 21}, "20", "21",
        beside=THIS_ENTRY),
    Row("RemoveLibraryEntries", "library_id", {"library_id": ""}, "an id", "",
        beside={"entry_ids": ["x"]}),
    Row("RemoveLibraryEntries", "entry_ids", {"entry_ids": []}, "1..1000", "0", beside=IN_LIBRARY),
    Row("RemoveLibraryEntries", "entry_ids", {"entry_ids": ["x"] * 1_001}, "1..1000", "1001",
        beside=IN_LIBRARY),
]  # fmt: skip


NODE_ID = "[a-z0-9_]+(\\.[a-z0-9_]+)*"
LANGUAGE = "[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"
CLASS_LIST = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"


def node_rows(call: str) -> list[Row]:
    def row(field: str, given: dict[str, Any], limit: str, actual: str) -> Row:
        return Row(call, field, {"node": {"node_id": "my.x"} | given}, limit, actual)

    def name(code: str, text: str = "X") -> dict[str, str]:
        return {"language_code": code, "name": text}

    return [
        row("node.node_id", {"node_id": "My"}, NODE_ID, "My"),
        row("node.node_id", {"node_id": "a" * 65}, "64 bytes", "65"),
        row("node.parent_id", {"parent_id": "a..b"}, NODE_ID, "a..b"),
        row("node.names", {"names": [name("en")] * 2}, "unique languages", "en, en"),
        row("node.names", {"names": [name(f"de-{i:03}") for i in range(51)]}, "50", "51"),
        row("node.names[0].language_code", {"names": [name("EN")]}, LANGUAGE, "EN"),
        row("node.names[0].name", {"names": [name("en", " ")]}, "1 character", ""),
        *(
            case
            for field in ("aliases", "excluded_node_ids", "silent_words")
            for case in (
                row(f"node.{field}", {field: [f"x{i}" for i in range(101)]}, "100", "101"),
                row(f"node.{field}[0]", {field: ["x" * 257]}, "256 bytes", "257"),
            )
        ),
    ]


CLASS = {"list": "coco80", "class_name": "cat"}


def mapping_row(field: str, given: dict[str, Any], limit: str, actual: str) -> Row:
    mapping = CLASS | {"node_id": "animal.cat"} | given
    return Row("SetClassMapping", f"mapping.{field}", {"mapping": mapping}, limit, actual)


KINDS = (
    "CORRECTION_KIND_WRONG, CORRECTION_KIND_MISSING, CORRECTION_KIND_PERSON, CORRECTION_KIND_TEXT, "
    "CORRECTION_KIND_COMMENT"
)
OTHER_LISTS = ", ".join(["labels", *(name for name in MAKERS if name != "labels"), "verdict"])


def correction_row(field: str, limit: str, actual: str, **given: Any) -> Row:
    """Return a row for one field of a correction."""
    correction = {"kind": "CORRECTION_KIND_WRONG", "name": "Dog"} | given
    return Row("SubmitFeedback", f"corrections[0].{field}", {"corrections": [correction]}, limit,
               actual, beside={"media_id": "{media}"})  # fmt: skip


SAID = {"kind": "CORRECTION_KIND_COMMENT", "comment": "good"}
FEEDBACK_ROWS = [
    Row("SubmitFeedback", "subject", {}, "job_id or media_id", "", beside={"corrections": [SAID]}),
    Row("SubmitFeedback", "request_id", {"request_id": "?"}, REQUEST_ID, "?",
        beside={"media_id": "x", "corrections": [SAID]}),
    Row("SubmitFeedback", "revision", {"revision": -1}, "0..9007199254740992", "-1",
        beside={"media_id": "x", "corrections": [SAID]}),
    Row("SubmitFeedback", "revision", {"revision": 1}, "0..0", "1",
        beside={"job_id": "x", "corrections": [SAID]}),
    Row("SubmitFeedback", "author", {"author": "a" * 129}, "128 bytes", "129",
        beside={"media_id": "x", "corrections": [SAID]}),
    Row("SubmitFeedback", "source", {"source": "a" * 65}, "64 bytes", "65",
        beside={"media_id": "x", "corrections": [SAID]}),
    *(Row("SubmitFeedback", "corrections", {"corrections": [SAID] * count}, "1..1000", str(count),
          beside={"media_id": "x"}) for count in (0, 1_001)),
    *(correction_row("kind", KINDS, str(kind), kind=kind) for kind in (0, 9)),
    correction_row("list", OTHER_LISTS, "x", list="x"),
    correction_row("list", "text_lines, utterances", "", kind="CORRECTION_KIND_TEXT", text="x"),
    correction_row("name", "one of the two", "", name=""),
    correction_row("name", "256 bytes", "257", name="n" * 257),
    correction_row("node_id", "a node", "animal.unicorn", node_id="animal.unicorn"),
    correction_row("person_id", "a person", "", kind="CORRECTION_KIND_PERSON"),
    correction_row("same_person_id", "a person", "x", same_person_id="x"),
    correction_row("text", "the words of the analysis", "", kind="CORRECTION_KIND_TEXT",
                   list="utterances"),
    correction_row("text", "4096 bytes", "4097", text="x" * 4_097),
    correction_row("corrected_text", "4096 bytes", "4097", corrected_text="x" * 4_097),
    correction_row("comment", "1 character", "", kind="CORRECTION_KIND_COMMENT"),
    correction_row("comment", "4096 bytes", "4097", comment="x" * 4_097),
    correction_row("span.start_char", "a text's", "", span={"start_frame": 0}),
    correction_row("span.start_char", "0..6", "-1", span={"start_char": -1, "end_char": 3}),
    correction_row("span.end_char", "1..6", "0", span={"start_char": 1, "end_char": 0}),
    correction_row("boxes", "100", "101", boxes=[{}] * 101),
    correction_row("boxes[0]", "a picture", "text", boxes=[{"frame": 0}]),
    *page_rows("ListFeedback"),
    Row("ListFeedback", "kinds[1]", {"kinds": [1, 0]}, KINDS, "0"),
]  # fmt: skip

UPLOADED = {"upload_id": "x", "sha256": "0" * 64}
ROWS = [
    *id_rows("job_id", "a job's id", "QueryJob", "WatchJob", "CancelJob", "DeleteJob"),
    Row("QueryJob", "wait", {"wait": {"seconds": -1}}, "0..60", "-1.0"),
    Row("QueryJob", "wait", {"wait": {"seconds": 61}}, "0..60", "61.0"),
    Row("QueryJob", "read_mask.paths[0]", {"read_mask": {"paths": ["job.state"]}},
        "job, analysis", "job.state"),
    *question_rows("QueryJob", job_id="x"),
    *page_rows("QueryJob", job_id="{job}"),
    Row("ExportJob", "job_id", {"job_id": ""}, "an id", "", beside={"format": 1}),
    *(Row("ExportJob", "format", {"format": number}, "EXPORT_FORMAT_JSON, ", str(number),
          beside={"job_id": "x"}) for number in (0, 99)),
    Row("ExportJob", "media_uri", {"media_uri": "x" * 4_097}, "4096 bytes", "4097",
        beside={"job_id": "x", "format": 1}),
    Row("ExportJob", "media_uri", {"media_uri": "a\n"}, "none", "'a\\n'",
        beside={"job_id": "x", "format": 1}),
    *filter_rows("ExportJob", job_id="x", format=1),
    Row("WatchJob", "after_seq", {"after_seq": -1}, ">= 0", "-1"),
    *page_rows("ListJobs"),
    *tag_rows("ListJobs"),
    Row("ListJobs", "states[0]", {"states": [0]}, "JOB_STATE_QUEUED, ", "0"),
    Row("ListJobs", "states[1]", {"states": [1, 7]}, "JOB_STATE_QUEUED, ", "7"),
    Row("ListJobs", "min_create_time", {"min_create_time": {"seconds": 253_402_300_800}},
        "years 1..9999", "253402300800 s"),
    Row("ListJobs", "max_create_time", {"max_create_time": {"nanos": -1}}, "years 1..9999", "0 s"),
    *(Row("EstimateJob", "duration", {"duration": {"seconds": seconds}}, "0..43200",
          f"{seconds}.0", beside={"job": {"inputs": [{"inline_text": "x"}]}})
      for seconds in (-1, 43_201)),
    Row("EstimateJob", "inputs", {"job": {}}, "main", "none"),
    Row("CreateUpload", "file_name", {"file_name": "x" * 256}, "255 bytes", "256",
        beside={"total_size": 1}),
    Row("CreateUpload", "file_name", {"file_name": "a/b"}, "no /", "a/b",
        beside={"total_size": 1}),
    Row("CreateUpload", "total_size", {"total_size": 0}, f"1..{MAX_MEDIA}", "0"),
    Row("CreateUpload", "total_size", {"total_size": MAX_MEDIA + 1}, f"1..{MAX_MEDIA}",
        str(MAX_MEDIA + 1)),
    Row("CreateUpload", "request_id", {"request_id": "?"}, REQUEST_ID, "?",
        beside={"total_size": 1}),
    *id_rows("upload_id", "an id", "GetUpload"),
    Row("WriteUpload", "upload_id", {"upload_id": ""}, "an id", "", beside={"data": b"x"}),
    Row("CompleteUpload", "upload_id", {"upload_id": ""}, "an id", "",
        beside={"sha256": "0" * 64}),
    Row("WriteUpload", "offset", {"offset": -1}, f"0..{MAX_MEDIA}", "-1",
        beside={"upload_id": "x", "data": b"x"}),
    Row("WriteUpload", "data", {"data": b""}, "1..1048576", "0", beside={"upload_id": "x"}),
    Row("WriteUpload", "data", {"data": bytes(2**20 + 1)}, "1..1048576", "1048577",
        beside={"upload_id": "x"}),
    Row("WriteUpload", "crc32c", {"crc32c": 1}, str(google_crc32c.value(b"x")), "1",
        "UPLOAD_CHECKSUM", {"upload_id": "x", "data": b"x"}),
    Row("CompleteUpload", "sha256", {"sha256": "z"}, HEX, "z", beside={"upload_id": "x"}),
    *text_rows("CompleteUpload", **UPLOADED),
    *tag_rows("CompleteUpload", **UPLOADED),
    Row("CreateMedia", "uri", {"uri": ""}, "1..4096", "0"),
    Row("CreateMedia", "uri", {"uri": "x" * 4_097}, "1..4096", "4097"),
    Row("CreateMedia", "request_id", {"request_id": "a" * 65}, REQUEST_ID, "a" * 65,
        beside={"uri": "x"}),
    *text_rows("CreateMedia", uri="x"),
    *tag_rows("CreateMedia", uri="x"),
    *id_rows("media_id", "an id", "GetMedia", "UpdateMedia", "DeleteMedia", "GetAnalysis"),
    *page_rows("ListMedia"),
    *tag_rows("ListMedia"),
    Row("ListMedia", "digest", {"digest": "A" * 64}, HEX, "A" * 64),
    *text_rows("UpdateMedia", media_id="x"),
    *tag_rows("UpdateMedia", media_id="x"),
    Row("UpdateMedia", "clear_tags", {"clear_tags": True}, "one of the two", "both",
        beside={"media_id": "x", "tags": {"a": "b"}}),
    Row("GetAnalysis", "revision", {"revision": -1}, "0..9007199254740992", "-1",
        beside={"media_id": "x"}),
    *question_rows("GetAnalysis", media_id="x"),
    *page_rows("GetAnalysis", media_id="{media}"),
    Row("ReadArtifact", "digest", {"digest": "../x"}, HEX, "../x"),
    Row("ReadArtifact", "offset", {"offset": -1}, "0..9007199254740992", "-1",
        beside={"digest": "0" * 64}),
    Row("ReadArtifact", "length", {"length": -1}, "0..9007199254740992", "-1",
        beside={"digest": "0" * 64}),
    Row("GetTemplate", "template", {"template": ""}, "id, number or id@version", ""),
    *LIBRARY_ROWS,
    *FEEDBACK_ROWS,
    *page_rows("ListTemplates"),
    Row("ListTemplates", "kind", {"kind": 9}, "TEMPLATE_KIND_ANALYSIS, ", "9"),
    *page_rows("ListNodes"),
    Row("ListNodes", "level", {"level": 4}, "0..3", "4"),
    Row("ListNodes", "query", {"query": "x" * 257}, "256 bytes", "257"),
    *id_rows("node_id", "an id", "GetNode", "DeleteNode"),
    *node_rows("CreateNode"),
    *node_rows("UpdateNode"),
    mapping_row("list", {"list": "a b"}, CLASS_LIST, "a b"),
    mapping_row("feature", {"feature": "sound"}, "objects", "sound"),
    mapping_row("class_name", {"class_name": ""}, "1 character", ""),
    mapping_row("node_id", {"node_id": "?"}, NODE_ID, "?"),
    mapping_row("unmapped_reason", {"unmapped_reason": "x"}, "one of the two", "both"),
    mapping_row("unmapped_reason", {"node_id": ""}, "one of the two", "none"),
    mapping_row("unmapped_reason", {"node_id": "", "unmapped_reason": "x" * 1_025}, "1024 bytes",
                "1025"),
    Row("DeleteClassMapping", "list", {"list": ""}, CLASS_LIST, "", beside={"class_name": "x"}),
    Row("DeleteClassMapping", "class_name", {"class_name": "x" * 257}, "256 bytes", "257",
        beside={"list": "x"}),
    Row("ImportOverlay", "toml", {"toml": "#" * 1_000_001}, "1000000 bytes", "1000001"),
    Row("ImportOverlay", "toml", {"toml": "="}, "TOML", "="),
]  # fmt: skip

LOOKED_UP = "looked up: what is not there is NOT_FOUND"
COMPARED = "compared: another one is ETAG_MISMATCH"
OTHER_KINDS = "refused as a whole: nothing looks for its kind"
FILTERS = "a filter: what is not there matches nothing"
ANY_TIME = "any stretch may be asked for"
CHANGES = (
    "CreateNode", "UpdateNode", "DeleteNode", "SetClassMapping", "DeleteClassMapping",
    "ImportOverlay",
)  # fmt: skip
FREE = {
    "SubmitJob.inputs.name": "any name; inputs beside the main one are refused as a whole",
    "SubmitJob.inputs.upload_id": LOOKED_UP,
    "SubmitJob.inputs.media_id": LOOKED_UP,
    "SubmitJob.engine_pins.version": "an engine there is not makes its stage NOT_CHECKED",
    "SubmitJob.engine_pins.model_digests": "set only in answers",
    "SubmitJob.options.ranges.start_offset": "checked with its range",
    "SubmitJob.options.ranges.end_offset": "checked with its range",
    "SubmitJob.options.include_node_ids": FILTERS,
    "SubmitJob.options.exclude_node_ids": FILTERS,
    "QueryJob.filter.start_offset": ANY_TIME,
    "QueryJob.filter.end_offset": ANY_TIME,
    "QueryJob.filter.node_ids": FILTERS,
    "QueryJob.filter.language_code": "a language without names answers in English",
    "ListJobs.media_id": FILTERS,
    "CancelJob.etag": COMPARED,
    "DeleteJob.etag": COMPARED,
    "UpdateMedia.etag": COMPARED,
    "DeleteMedia.etag": COMPARED,
    "ExportJob.filter.start_offset": ANY_TIME,
    "ExportJob.filter.end_offset": ANY_TIME,
    "ExportJob.filter.node_ids": FILTERS,
    "ExportJob.filter.language_code": "a language without names answers in English",
    "GetAnalysis.filter.start_offset": ANY_TIME,
    "GetAnalysis.filter.end_offset": ANY_TIME,
    "GetAnalysis.filter.node_ids": FILTERS,
    "GetAnalysis.filter.language_code": "a language without names answers in English",
    "ListEngines.feature": FILTERS,
    "ListIdentities.identity_id": FILTERS,
    "ListIdentities.media_id": FILTERS,
    "SubmitFeedback.job_id": LOOKED_UP,
    "SubmitFeedback.media_id": LOOKED_UP,
    **{
        f"SubmitFeedback.corrections.{field}": "checked with a video: see test_feedback_rules.py"
        for field in (
            "span.start_offset", "span.end_offset", "span.start_frame", "span.end_frame",
            "boxes.frame", "boxes.offset", "boxes.box.x", "boxes.box.y", "boxes.box.width",
            "boxes.box.height",
        )
    },
    "SubmitFeedback.corrections.span.start_timecode": "set only in answers",
    "SubmitFeedback.corrections.span.end_timecode": "set only in answers",
    "ListFeedback.job_id": FILTERS,
    "ListFeedback.media_id": FILTERS,
    "UpdateLibrary.etag": COMPARED,
    "DeleteLibrary.etag": COMPARED,
    "AddLibraryEntries.etag": COMPARED,
    "UpdateLibraryEntry.etag": COMPARED,
    "RemoveLibraryEntries.etag": COMPARED,
    **{
        f"{call}.{field}": "checked with its own kind: see test_library_pictures.py"
        for call in ("AddLibraryEntries.entries", "UpdateLibraryEntry")
        for field in (
            "word.text", "word.aliases", "word.exceptions", "hash.algorithm", "hash.value",
            "hash.max_distance",
        )
    },
    **{
        f"{call}.prompt.text": OTHER_KINDS
        for call in ("AddLibraryEntries.entries", "UpdateLibraryEntry")
    },
    "ListNodes.parent_id": FILTERS,
    "ListNodes.language_code": FILTERS,
    "GetNode.language_code": "a language without names answers in English",
    "SetClassMapping.mapping.own": "set only in answers",
    **{f"{call}.etag": COMPARED for call in CHANGES},
}  # fmt: skip
#: Messages whose fields are not walked: refused as a whole, or walked elsewhere.
WHOLE = {"SubmitJob.context.covers", "EstimateJob.job"}


def methods() -> list[MethodDescriptor]:
    found: list[MethodDescriptor] = []
    for name, module in MODULES.items():
        found += module.DESCRIPTOR.services_by_name[name].methods
    return found


def paths(message: Descriptor | None, prefix: str) -> Iterator[tuple[str, FieldDescriptor]]:
    """Yield every field that a value can be given to, with its path."""
    assert message is not None
    for item in message.fields:
        path = f"{prefix}.{item.name}"
        inner = item.message_type
        closed = inner is not None and (inner.GetOptions().map_entry or path in WHOLE)
        if inner is None or closed or inner.file.package.startswith("google."):
            yield path, item
        else:
            if item.is_repeated:
                yield path, item
            yield from paths(inner, path)


WALKED = {
    path: item for method in methods() for path, item in paths(method.input_type, method.name)
}


def plain(path: str) -> str:
    """Return a violation's field as a path: without indices, keys and the mask's inside."""
    return re.sub(r"\[.*?\]( key)?", "", path).removesuffix(".paths")


def with_rows() -> set[str]:
    submit = {plain(f"SubmitJob.{case.field}") for case in (*FIELDS, *TASKS, *SOURCES)}
    others = {plain(f"{row.call}.{row.field}") for row in ROWS}
    return submit | others | {path for path in WALKED if path.endswith(".project_id")}


def test_every_field_of_every_request_has_a_row() -> None:
    bools = {p for p, f in WALKED.items() if f.type == FieldDescriptor.TYPE_BOOL}
    lacking = WALKED.keys() - with_rows() - FREE.keys() - bools - {"EstimateJob.job"}
    assert not lacking, f"no row in ROWS or refusals.py, and not in FREE: {sorted(lacking)}"


def test_free_fields_are_fields_without_a_row() -> None:
    assert not FREE.keys() - WALKED.keys(), "no such field any more"
    assert not FREE.keys() & with_rows(), "has a row, so it is not free"


def stub_of(api: Api, call: str) -> Any:
    return next(getattr(stub, call) for stub in vars(api).values() if hasattr(stub, call))


def make(api: Api, call: str, **given: Any) -> None:
    method = next(method for method in methods() if method.name == call)
    modules = (*MODULES.values(), feedback_pb2)
    module = next(m for m in modules if hasattr(m, method.input_type.name))
    answer = stub_of(api, call)(getattr(module, method.input_type.name)(**given), timeout=TIMEOUT_S)
    if method.server_streaming:
        list(answer)


@pytest.fixture(scope="module")
def job(api: Api) -> job_pb2.Job:
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(inline_text="Words.")
    return api.ended(request)


@pytest.fixture(scope="module")
def library(api: Api) -> str:
    request = library_pb2.CreateLibraryRequest(kind=library_pb2.LIBRARY_KIND_PERSONS)
    return api.libraries.CreateLibrary(request, timeout=TIMEOUT_S).library.library_id


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_field_out_of_range_is_refused(
    api: Api, data: Path, job: job_pb2.Job, library: str, row: Row
) -> None:
    known = {"{job}": job.job_id, "{media}": job.media_id, "{library}": library}
    beside = {
        name: known.get(value, value) if isinstance(value, str) else value
        for name, value in row.beside.items()
    }
    with nothing_left(data):
        refusal = refused(lambda: make(api, row.call, **(beside | row.given)))
    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", row.reason)
    assert refusal.fields == (row.field,)
    limit = refusal.metadata["limit"]
    assert limit.startswith(row.limit) if row.limit.endswith(", ") else limit == row.limit
    assert (refusal.metadata["field"], refusal.metadata["actual"]) == (row.field, row.actual)


PROJECTS = sorted(path.split(".")[0] for path in WALKED if path.endswith(".project_id"))


@pytest.mark.parametrize("call", PROJECTS)
def test_another_project_is_forbidden(api: Api, data: Path, call: str) -> None:
    with nothing_left(data):
        refusal = refused(lambda: make(api, call, project_id="other"))
    assert (refusal.code, refusal.reason) == ("PERMISSION_DENIED", "PROJECT_FORBIDDEN")
    assert refusal.metadata == {"project_id": "other"}
