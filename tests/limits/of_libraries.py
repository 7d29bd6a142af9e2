"""Limits of the calls about own libraries."""

from __future__ import annotations

from typing import Any

from limits.rows import HEX, Row, id_rows, named_rows, page_rows, tag_rows


def entry_row(field: str, limit: str, actual: str, **given: Any) -> Row:
    """Return a row for one field of an entry to be added."""
    entry = {"name": "Ada", "samples": [{"picture": b"x"}]} | given
    return Row("AddLibraryEntries", f"entries[0].{field}", {"entries": [entry]}, limit, actual,
               beside=IN_LIBRARY)  # fmt: skip


def head_row(field: str, limit: str, actual: str, **given: Any) -> Row:
    """Return a row for one field of a head to be fitted."""
    request = {"library_id": "x", "entry_id": "x", "examples": [{"media_id": "x"}]} | given
    return Row("TrainHead", field, {}, limit, actual, beside=request)


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
    Row("RestoreHead", "library_id", {"library_id": ""}, "an id", "", beside={"entry_id": "x"}),
    Row("RestoreHead", "entry_id", {"entry_id": ""}, "an id", "", beside={"library_id": "x"}),
    Row("RestoreHead", "version", {"version": -1}, "0..4611686018427387904", "-1",
        beside=THIS_ENTRY),
    head_row("library_id", "an id", "", library_id=""),
    head_row("entry_id", "[A-Za-z0-9_.-]{1,64}", "a/b", entry_id="a/b"),
    head_row("name", "256 bytes", "257", name="n" * 257),
    head_row("engine", "128 bytes", "129", engine="e" * 129),
    head_row("examples", "examples or from_feedback", "neither", examples=[]),
    head_row("examples", "10000", "10001", examples=[{"media_id": "x"}] * 10_001),
    head_row("examples[0].media_id", "an id", "", examples=[{}]),
    head_row("examples[0].start_offset", "0..1000000000000000000", "-1",
             examples=[{"media_id": "x", "start_offset": {"nanos": -1}}]),
    head_row("examples[0].end_offset", "later", "0",
             examples=[{"media_id": "x", "end_offset": {}}]),
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
    entry_row("node_id", "none", "animal.dog", node_id="animal.dog"),
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
    *(entry_row(f"samples[0].box.{side}", "0..1", "1.5",
                samples=[{"picture": b"x", "box": {side: 1.5}}])
      for side in ("x", "y", "width", "height")),
    *(Row("UpdateLibraryEntry", f"add_samples[0].box.{side}",
          {"add_samples": [{"picture": b"x", "box": {side: -0.5}}]}, "0..1", "-0.5",
          beside=THIS_ENTRY)
      for side in ("x", "y", "width", "height")),
    *id_rows("library_id", "an id", "ExportLibrary"),
    Row("ExportLibrary", "format", {"format": 9}, "LIBRARY_FILE_FORMAT_CSV, ", "9",
        beside=IN_LIBRARY),
    Row("ExportLibrary", "format", {"format": 1}, "ZIP", "LIBRARY_FILE_FORMAT_CSV",
        beside=IN_LIBRARY),
    Row("ExportLibrary", "category", {"category": "c" * 65}, "64 bytes", "65", beside=IN_LIBRARY),
    Row("ImportLibrary", "library_id", {"library_id": ""}, "an id", "", beside={"data": b"x"}),
    Row("ImportLibrary", "library_id", {"library_id": "A b"}, "[a-z0-9][a-z0-9_-]{0,62}", "A b",
        beside={"data": b"x", "create_kind": 3}),
    Row("ImportLibrary", "data", {"data": b""}, f"1..{MAX_PICTURE} bytes", "0",
        beside=IN_LIBRARY),
    Row("ImportLibrary", "data", {"data": bytes(MAX_PICTURE + 1)}, f"1..{MAX_PICTURE} bytes",
        str(MAX_PICTURE + 1), beside=IN_LIBRARY),
    Row("ImportLibrary", "upload_id", {"upload_id": ""}, "an id", "", beside=IN_LIBRARY),
    Row("ImportLibrary", "create_kind", {"create_kind": 9}, LIBRARY_KINDS, "9",
        beside={"library_id": "x", "data": b"x"}),
    Row("ImportLibrary", "create_kind", {"create_kind": 3}, "persons", "LIBRARY_KIND_WORDS",
        beside=IN_LIBRARY | {"data": b"x"}),
    *page_rows("ListIdentities"),
    Row("UpdateLibraryEntry", "remove_sample_ids", {"remove_sample_ids": ["x"] * 21}, "20", "21",
        beside=THIS_ENTRY),
    Row("RemoveLibraryEntries", "library_id", {"library_id": ""}, "an id", "",
        beside={"entry_ids": ["x"]}),
    Row("RemoveLibraryEntries", "entry_ids", {"entry_ids": []}, "1..1000", "0", beside=IN_LIBRARY),
    Row("RemoveLibraryEntries", "entry_ids", {"entry_ids": ["x"] * 1_001}, "1..1000", "1001",
        beside=IN_LIBRARY),
]  # fmt: skip
