"""Files of libraries: what is written is read again, and what strangers pack is bounded."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.errors import VidereError
from videre.orchestrator.library import files, zip_file
from videre.orchestrator.library.csv_file import csv_pieces, read_csv
from videre.orchestrator.library.files import FileEntry, FileSample, LibraryFile
from videre.orchestrator.library.json_file import json_pieces, read_json
from videre.orchestrator.library.model import LibraryKind
from videre.orchestrator.library.zip_file import Archive, folders, read_zip, write_zip

WORDS, HASHES = LibraryKind.WORDS, LibraryKind.HASHES
text = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]), st.sampled_from("|\\=,;\t\"'\r\n-+@ 字 é\ufeff")
    ),
    min_size=1,
    max_size=12,
)
tags = st.dictionaries(text, st.one_of(st.just(""), text), max_size=3)
heads = st.fixed_dictionaries(
    {"entryId": st.from_regex(r"[A-Za-z0-9_.-]{1,64}", fullmatch=True), "name": text,
     "tags": tags},
    optional={"category": text, "description": text, "nodeId": st.just("animal.dog")},
)  # fmt: skip


def _word(text: str, aliases: list[str], exceptions: list[str]) -> dict[str, Any]:
    return {"text": text, "aliases": aliases, "exceptions": exceptions}


options = st.fixed_dictionaries(
    {},
    optional={
        "pattern": st.just(True),
        "tolerated": st.lists(
            st.sampled_from(["WORD_TOLERANCE_LEETSPEAK", "WORD_TOLERANCE_SAME_TONE"]), min_size=1
        ),
        "near": st.lists(text, min_size=1, max_size=3),
        "unless": st.lists(text, min_size=1, max_size=3),
        "window": st.integers(1, 200),
    },
)
words = st.builds(
    lambda head, given, *content: head | {"word": _word(*content) | given},
    heads, options, text, st.lists(text, max_size=3), st.lists(text, max_size=3),
)  # fmt: skip
hashes = st.builds(
    lambda head, value, limit: head | {"hash": {"algorithm": "phash64", "value": value} | limit},
    heads,
    st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    st.fixed_dictionaries({}, optional={"maxDistance": st.integers(0, 32)}),
)


@given(st.lists(words, max_size=4))
def test_words_in_a_table_are_read_as_they_were(entries: list[dict[str, Any]]) -> None:
    table = b"".join(csv_pieces(entries, WORDS))
    found = read_csv(table, WORDS)
    assert not found.problems
    assert [entry.entry for entry in found.entries] == entries


@given(st.lists(hashes, max_size=4))
def test_hashes_in_a_table_are_read_as_they_were(entries: list[dict[str, Any]]) -> None:
    found = read_csv(b"".join(csv_pieces(entries, HASHES)), HASHES)
    assert not found.problems
    assert [entry.entry for entry in found.entries] == entries


@given(st.lists(words, max_size=4), tags)
def test_json_is_read_as_it_was_written(
    entries: list[dict[str, Any]], given_tags: dict[str, str]
) -> None:
    head = {"kind": "LIBRARY_KIND_WORDS", "tags": given_tags}
    data = b"".join(json_pieces(head, entries))
    assert read_json(data) == LibraryFile([FileEntry(entry) for entry in entries], [], head)


@given(st.lists(words, min_size=1, max_size=4))
def test_no_cell_of_a_table_is_a_formula(entries: list[dict[str, Any]]) -> None:
    table = b"".join(csv_pieces(entries, WORDS)).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(table, newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_a_table_of_a_spreadsheet_is_read_with_its_lines() -> None:
    table = '﻿Word;aliases\r\nbomb;"bang|big\nbang"\r\n\r\n炸弹;\r\n"a"b;\r\n'
    found = read_csv(table.encode(), WORDS)
    assert [(one.line, one.entry["word"]["text"]) for one in found.entries] == [
        (2, "bomb"), (5, "炸弹"),
    ]  # fmt: skip
    assert found.entries[0].entry["word"]["aliases"] == ["bang", "big\nbang"]
    assert found.entries[0].entry["name"] == "bomb"
    assert [problem.line for problem in found.problems] == [6]
    again = read_csv(b"word\nbomb", WORDS)
    assert again.entries[0].entry["entryId"] == found.entries[0].entry["entryId"]


@pytest.mark.parametrize(
    ("table", "kind", "said"),
    [
        (b"word,wrd\nx,y", WORDS, "unknown column 'wrd'"),
        (b"name,aliases\nx,y", WORDS, "no column 'word'"),
        (b"word,word\nx,y", WORDS, "column 'word' twice"),
        ("word\né".encode("latin-1"), WORDS, "not UTF-8 at byte 5"),
        ("word\nx".encode("utf-16"), WORDS, "not UTF-8 at byte 0"),
        (b"", HASHES, "no column 'hash'"),
        (b'"word\nx', WORDS, "no list of columns"),
        (b"name\nx", LibraryKind.PERSONS, "holds no persons"),
    ],
)
def test_a_table_without_the_columns_is_refused(table: bytes, kind: LibraryKind, said: str) -> None:
    with pytest.raises(VidereError, match=said):
        read_csv(table, kind)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x,y,z", "3 cells, at most 2"),
        ("x,y", "'y' is not written as key=value"),
        ('"x', "unexpected end"),
    ],
)
def test_a_bad_row_is_told_by_its_line(row: str, said: str) -> None:
    found = read_csv(f"word,tags\ngood,a=b\n{row}\n".encode(), WORDS)
    assert [one.line for one in found.entries] == [2]
    (problem,) = found.problems
    assert problem.line == 3
    assert said in problem.description


def test_a_distance_is_a_number() -> None:
    found = read_csv(b"hash,max_distance\n00,x\n01, 7\n", HASHES)
    assert [problem.line for problem in found.problems] == [2]
    assert found.entries[0].entry["hash"]["maxDistance"] == 7


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "is no JSON"),
        (b"\xff", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b"[]", "has no 'videreLibrary': 1"),
        (b'{"videreLibrary": 2}', "has no 'videreLibrary': 1"),
        (b'{"videreLibrary": 1}', "no list of entries"),
        (b'{"videreLibrary": 1, "entries": [], "x": 1}', "unknown key 'x'"),
    ],
)
def test_what_is_no_file_of_a_library_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(VidereError, match=said):
        read_json(data)


def test_a_bad_entry_of_json_is_told_by_its_number() -> None:
    entries = [{"name": "a"}, 7, {"samples": {}}, {"samples": [{"file": 1}]},
               {"samples": [{"file": "a", "negative": "no"}]}]  # fmt: skip
    found = read_json(json.dumps({"videreLibrary": 1, "entries": entries}).encode())
    assert len(found.entries) == 1
    told = [problem.description for problem in found.problems]
    assert [one.split()[0] for one in told] == [f"entries[{n}]" for n in range(1, 5)]


# --- ZIP -------------------------------------------------------------------------------------

Change = Callable[[zipfile.ZipInfo], None]


def packed(*names: str, data: bytes = b"x", change: Change | None = None) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if change is not None:
                change(info)
            made.writestr(info, data)
    return file


def opened(file: io.BytesIO) -> LibraryFile:
    return read_zip(Archive(file))


def test_what_was_packed_is_read_again() -> None:
    entry = {"entryId": "ada", "name": 'Ada, “字”\n"x"'}
    samples = [{"file": "pictures/a.jpg"},
               {"file": "pictures/b.jpg", "negative": True, "box": {"x": 0.5}}]  # fmt: skip
    manifest = [*json_pieces({"name": "Crew"}, [entry | {"samples": samples}])]
    first, again = io.BytesIO(), io.BytesIO()
    pictures = [("pictures/a.jpg", b"a"), ("pictures/b.jpg", b"b")]
    write_zip(first, manifest, pictures)
    write_zip(again, manifest, pictures)
    assert first.getvalue() == again.getvalue()
    archive = Archive(first)
    (found,) = read_zip(archive).entries
    assert found.entry == entry
    assert found.samples == (
        FileSample("pictures/a.jpg"), FileSample("pictures/b.jpg", True, {"x": 0.5}),
    )  # fmt: skip
    assert [archive.read(sample.file) for sample in found.samples] == [b"a", b"b"]


def test_folders_are_entries() -> None:
    names = ["Ada/1.jpg", "Ada/2.png", "Ada/not/3.jpg", "李 四/1.jpg", "loose.jpg", "Ada/x/y/1.jpg",
             "__MACOSX/Ada/._1.jpg", "Ada/.DS_Store", "Ada/Thumbs.db"]  # fmt: skip
    found = opened(packed(*names))
    ada, li = found.entries
    assert ada.entry == {"entryId": "Ada", "name": "Ada"}
    assert ada.samples == (
        FileSample("Ada/1.jpg"), FileSample("Ada/2.png"), FileSample("Ada/not/3.jpg", True),
    )  # fmt: skip
    assert li.entry["name"] == "李 四"
    assert li.entry["entryId"].startswith("n-")
    assert [problem.file for problem in found.problems] == ["Ada/x/y/1.jpg", "loose.jpg"]


def test_one_folder_around_all_is_no_entry() -> None:
    around = folders(["crew/Ada/1.jpg", "crew/Bob/1.jpg", "crew/Bob/not/2.jpg"])
    assert [entry.entry["name"] for entry in around.entries] == ["Ada", "Bob"]
    assert not around.problems
    alone = folders(["Ada/1.jpg", "Ada/not/1.jpg"])
    assert [entry.entry["name"] for entry in alone.entries] == ["Ada"]


def test_names_are_the_same_however_they_are_written() -> None:
    name = "Zoë/1.jpg"
    apart = unicodedata.normalize("NFD", name)
    found = opened(packed(apart))
    assert found.entries[0].samples == (FileSample(name),)
    file = packed(name)
    unsaid = bytearray(file.getvalue())  # UTF-8, and no flag that says so
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = unsaid.index(mark) + place
        (flags,) = struct.unpack_from("<H", unsaid, at)
        struct.pack_into("<H", unsaid, at, flags & ~0x800)
    assert opened(io.BytesIO(unsaid)).entries[0].entry["name"] == "Zoë"


def link(info: zipfile.ZipInfo) -> None:
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def bzip(info: zipfile.ZipInfo) -> None:
    info.compress_type = zipfile.ZIP_BZIP2


def locked(file: io.BytesIO) -> io.BytesIO:
    data = bytearray(file.getvalue())
    at = data.index(b"PK\x01\x02") + 8
    struct.pack_into("<H", data, at, 1)
    return io.BytesIO(data)


HOSTILE = [
    (lambda: io.BytesIO(b"PK\x03\x04 and no more"), "is no ZIP file"),
    (lambda: packed("../../etc/passwd"), "no plain path"),
    (lambda: packed("/etc/passwd"), "no plain path"),
    (lambda: packed("a//b.jpg"), "no plain path"),
    (lambda: packed("C:/x.jpg"), "no plain path"),
    (lambda: packed("a\\..\\b.jpg"), "no plain path"),
    (lambda: packed("a/\nb.jpg"), "no plain path"),
    (lambda: packed(f"{'a' * 600}/1.jpg"), "has a long name"),
    (lambda: packed("a/1.jpg", change=link), "is a link or a device"),
    (lambda: packed("a/1.jpg", change=bzip), "is packed by method 12"),
    (lambda: locked(packed("a/1.jpg")), "is encrypted"),
    (lambda: packed("a/Zoë.jpg", "a/" + unicodedata.normalize("NFD", "Zoë.jpg")), "twice"),
]


@pytest.mark.parametrize(("make", "said"), HOSTILE, ids=[said for _, said in HOSTILE])
def test_what_no_honest_file_has_is_refused(make: Callable[[], io.BytesIO], said: str) -> None:
    with pytest.raises(VidereError, match=said) as refused:
        Archive(make())
    assert refused.value.metadata["field"] == "file"
    assert refused.value.metadata["limit"]


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    file = packed("a/1.jpg", data=bytes(2_000_000))
    assert len(file.getvalue()) < 4_000
    with pytest.raises(VidereError, match="has 2000000 bytes"):
        Archive(file).read("a/1.jpg", 1_000_000)
    monkeypatch.setattr(zip_file, "MAX_ZIP_BYTES", 5_000_000)
    many = packed("a/1.jpg", "a/2.jpg", "a/3.jpg", data=bytes(2_000_000))
    with pytest.raises(VidereError, match="unpacks to too many bytes"):
        Archive(many)


def test_a_member_that_lies_about_its_size_gives_no_more_than_it_says() -> None:
    data = bytearray(packed("a/1.jpg", data=bytes(2_000_000)).getvalue())
    at = data.index(b"PK\x01\x02") + 24
    struct.pack_into("<I", data, at, 10)
    with pytest.raises(VidereError, match="cannot be unpacked"):
        Archive(io.BytesIO(data)).read("a/1.jpg")


def test_a_changed_member_is_noticed() -> None:
    data = bytearray(packed("a/1.jpg", data=b"picture").getvalue())
    at = data.index(b"PK\x01\x02") + 16
    struct.pack_into("<I", data, at, 1)
    with pytest.raises(VidereError, match=r"a/1.jpg cannot be unpacked.*CRC"):
        Archive(io.BytesIO(data)).read("a/1.jpg")


def test_members_and_their_table_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    file = packed(*(f"a/{n}.jpg" for n in range(20)))
    monkeypatch.setattr(zip_file, "MAX_MEMBERS", 19)
    with pytest.raises(VidereError, match="more than 19 members"):
        Archive(file)
    monkeypatch.setattr(zip_file, "_AT_ONCE", 500)
    with pytest.raises(VidereError, match="table of contents"):
        Archive(file)


def test_a_picture_that_the_manifest_names_has_to_be_there() -> None:
    manifest = b"".join(json_pieces({}, [{"name": "Ada", "samples": [{"file": "x.jpg"}]}]))
    archive = Archive(packed("manifest.json", data=manifest))
    (entry,) = read_zip(archive).entries
    with pytest.raises(VidereError, match=r"'x\.jpg' is not in the file"):
        archive.read(entry.samples[0].file)


def test_a_file_has_no_more_entries_than_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_ENTRIES", 2)
    table, document = b"word\na\nb\n", b'{"videreLibrary": 1, "entries": [7, 7, 7]}'
    assert len(read_csv(table, WORDS).entries) == 2
    for read in (lambda: read_csv(table + b"c\n", WORDS), lambda: read_json(document)):
        with pytest.raises(VidereError, match="has 3 entries"):
            read()


@given(st.binary(max_size=200), st.integers(0, 400), st.binary(max_size=4))
def test_no_bytes_make_it_fail(tail: bytes, at: int, patch: bytes) -> None:
    data = bytearray(packed("Ada/1.jpg", "Bob/not/2.jpg", data=tail).getvalue())
    data[at : at + len(patch)] = patch
    with contextlib.suppress(VidereError):  # refused, or read: nothing else
        archive = Archive(io.BytesIO(data + tail))
        for entry in read_zip(archive).entries:
            for sample in entry.samples:
                archive.read(sample.file)
