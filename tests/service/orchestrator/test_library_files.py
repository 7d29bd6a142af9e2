"""Libraries of words and hashes as files: exported, imported, refused by line."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, refused

from videre.v1 import library_pb2 as pb

WORDS, HASHES = pb.LIBRARY_KIND_WORDS, pb.LIBRARY_KIND_HASHES
CSV, JSON = pb.LIBRARY_FILE_FORMAT_CSV, pb.LIBRARY_FILE_FORMAT_JSON
ENTRIES = [
    pb.NewLibraryEntry(entry_id="bomb", name="=Bomb, “big”", category="arms", tags={"k=|": "a\\b"},
                       word={"text": "bomb", "aliases": ["炸弹", "a|b"],
                             "exceptions": ["bath bomb"]}),
    pb.NewLibraryEntry(entry_id="at", name="'quoted'\nline", description="d",
                       word={"text": "@home"}),
]  # fmt: skip


def bring(api: Api, library_id: str, data: bytes, **given: Any) -> pb.ImportLibraryResponse:
    request = pb.ImportLibraryRequest(library_id=library_id, data=data, **given)
    return api.libraries.ImportLibrary(request, timeout=TIMEOUT_S)


def counts(answer: pb.ImportLibraryResponse) -> tuple[int, int, int, int]:
    return (
        answer.added_count, answer.replaced_count, answer.unchanged_count, answer.refused_count,
    )  # fmt: skip


def export(
    api: Api, library_id: str, form: pb.LibraryFileFormat.ValueType = JSON, **given: Any
) -> bytes:
    request = pb.ExportLibraryRequest(library_id=library_id, format=form, **given)
    first, *others = api.libraries.ExportLibrary(request, timeout=TIMEOUT_S)
    data = b"".join(piece.data for piece in (first, *others))
    assert (first.total_size, first.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    return data


def entries(api: Api, library_id: str) -> list[pb.LibraryEntry]:
    request = pb.ListLibraryEntriesRequest(library_id=library_id, page_size=1_000)
    found = [*api.libraries.ListLibraryEntries(request, timeout=TIMEOUT_S).entries]
    for entry in found:
        for name in ("version", "create_time", "changed_by"):
            entry.ClearField(name)
    return found


@pytest.fixture(scope="module")
def words(api: Api) -> str:
    """A library of words that look like formulas, separators and quotes."""
    request = pb.CreateLibraryRequest(
        library_id="arms", kind=WORDS, name="Arms", description="“d”", tags={"a": "b"},
        threshold=0.25, usages=[pb.LIBRARY_USAGE_REVIEW],
    )  # fmt: skip
    api.libraries.CreateLibrary(request, timeout=TIMEOUT_S)
    added = pb.AddLibraryEntriesRequest(library_id="arms", entries=ENTRIES)
    api.libraries.AddLibraryEntries(added, timeout=TIMEOUT_S)
    return "arms"


@pytest.mark.parametrize("form", [CSV, JSON], ids=["csv", "json"])
def test_a_library_is_brought_elsewhere_as_it_was(
    api: Api, words: str, form: pb.LibraryFileFormat.ValueType
) -> None:
    data, other = export(api, words, form), f"arms-{form}"
    dry = bring(api, other, data, create_kind=WORDS, validate_only=True)
    assert counts(dry) == (2, 0, 0, 0)
    assert not dry.HasField("library")
    answer = bring(api, other, data, create_kind=WORDS)
    assert counts(answer) == (2, 0, 0, 0)
    assert (answer.library.version, answer.library.entry_count) == (2, 2)
    assert entries(api, other) == entries(api, words)
    assert export(api, other, CSV) == export(api, words, CSV)
    if form == JSON:
        assert export(api, other) == data
        assert [*answer.library.usages] == [pb.LIBRARY_USAGE_REVIEW]
        assert answer.library.threshold == pytest.approx(0.25)
    again = bring(api, other, data, create_kind=WORDS)
    assert counts(again) == (0, 0, 2, 0)
    assert again.library.etag == answer.library.etag, "nothing has changed"
    assert counts(bring(api, words, data)) == (0, 0, 2, 0), "nor where it came from"
    assert not [*csv.reader(io.StringIO(export(api, words, CSV, category="x").decode()))][1:]


def test_every_bad_line_is_named_and_nothing_is_added(api: Api) -> None:
    table = "entry_id,word,tags\nok,good,\nok,twice,\na/b,slash,\nd,…,\ne,tag,x\n".encode()
    refusal = refused(lambda: bring(api, "lines", table, create_kind=WORDS))
    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "ITEMS_REFUSED")
    assert refusal.fields == (
        "file", "entries[1].entry_id", "entries[2].entry_id", "entries[3].word.text",
    )  # fmt: skip
    missing = pb.GetLibraryRequest(library_id="lines")
    gone = refused(lambda: api.libraries.GetLibrary(missing, timeout=TIMEOUT_S))
    assert gone.reason == "LIBRARY_NOT_FOUND"
    answer = bring(api, "lines", table, create_kind=WORDS, allow_partial=True)
    assert counts(answer) == (1, 0, 0, 4)
    assert [(error.line, error.reason) for error in answer.errors] == [
        (6, "FIELD_INVALID"), (3, "FIELD_INVALID"), (4, "FIELD_INVALID"), (5, "FIELD_INVALID"),
    ]  # fmt: skip
    assert "stands twice" in answer.errors[1].message


def test_an_entry_of_another_content_is_replaced_only_when_told(api: Api) -> None:
    first = bring(api, "hashes", b"entry_id,hash\na,0123456789abcdef\nb,1123456789abcdef\n",
                  create_kind=HASHES)  # fmt: skip
    changed = b"entry_id,hash,max_distance\na,0123456789abcdef,2\nc,2123456789abcdef,\n"
    refusal = refused(lambda: bring(api, "hashes", changed))
    assert refusal.reason == "ITEMS_REFUSED"
    assert "line 2" in refusal.message
    partly = bring(api, "hashes", changed, allow_partial=True, validate_only=True)
    assert counts(partly) == (1, 0, 0, 1)
    assert partly.errors[0].reason == "ENTRY_EXISTS"
    stale = refused(lambda: bring(api, "hashes", changed, replace=True, etag="1"))
    assert stale.reason == "ETAG_MISMATCH"
    answer = bring(api, "hashes", changed, replace=True, etag=first.library.etag)
    assert counts(answer) == (1, 1, 0, 0)
    assert answer.library.entry_count == 3
    assert answer.library.version == first.library.version + 1, "one change"
    found = {entry.entry_id: entry.hash for entry in entries(api, "hashes")}
    assert found["a"].max_distance == 2
    assert not found["c"].HasField("max_distance")
    assert json.loads(export(api, "hashes"))["entries"][0]["hash"]["maxDistance"] == 2


@pytest.mark.long
def test_an_upload_is_imported_as_often_as_asked(api: Api) -> None:
    data = b"word\n" + "\n".join(f"word {n}" for n in range(20_000)).encode()
    upload = api.open_upload(len(data))
    request = pb.ImportLibraryRequest(
        library_id="many", create_kind=WORDS, upload_id=upload.upload_id
    )
    early = refused(lambda: api.libraries.ImportLibrary(request, timeout=TIMEOUT_S))
    assert early.reason == "UPLOAD_INCOMPLETE"
    api.write(upload.upload_id, 0, data)
    assert counts(api.libraries.ImportLibrary(request, timeout=TIMEOUT_S)) == (20_000, 0, 0, 0)
    assert counts(api.libraries.ImportLibrary(request, timeout=TIMEOUT_S)) == (0, 0, 20_000, 0)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04", "is ZIP, which holds no words"),
        (b"{}", "videreLibrary"),
        (b'{"videreLibrary": 1, "entries": [], "library": {"kind": "LIBRARY_KIND_HASHES"}}',
         "is not of words"),
        (b'{"videreLibrary": 1, "entries": [], "library": {"colour": 1}}', "library that is none"),
        (b"a,b\n", "unknown column 'a'"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_the_library_is_refused(
    api: Api, words: str, data: bytes, said: str
) -> None:
    refusal = refused(lambda: bring(api, words, data, allow_partial=True))
    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "FIELD_INVALID")
    assert refusal.metadata["field"] == "file"
    assert said in refusal.message


def test_the_head_of_a_file_is_checked_like_a_request(api: Api) -> None:
    data = b'{"videreLibrary": 1, "entries": [], "library": {"threshold": 7}}'
    refusal = refused(lambda: bring(api, "headed", data, create_kind=WORDS))
    assert refusal.fields == ("threshold",)


def test_entries_of_json_that_are_none_are_told_by_number(api: Api, words: str) -> None:
    data = json.dumps({"videreLibrary": 1, "entries": [
        {"name": "x", "colour": 1}, {"name": "x", "word": {"text": "\ud800"}},
        {"name": "x", "word": {"text": "x"}, "samples": [{"file": "a.jpg"}]}, 7]})  # fmt: skip
    answer = bring(api, words, data.encode(), allow_partial=True, validate_only=True)
    assert counts(answer) == (0, 0, 0, 4)
    assert [error.field for error in answer.errors] == [
        "file", "entries[0]", "entries[1]", "entries[2]",
    ]  # fmt: skip
