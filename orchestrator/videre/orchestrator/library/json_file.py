"""Libraries ↔ JSON: a file of words or hashes, and the manifest of a ZIP file. Pure.

The values are those of the public messages in their JSON form, so that any language's protobuf
library reads and writes them.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from videre.common.errors import VidereError, invalid
from videre.orchestrator.library.files import (
    VERSION,
    FileEntry,
    FileSample,
    LibraryFile,
    Problem,
    check_count,
)

_MARK: Final = "videreLibrary"
_SAMPLE: Final = frozenset({"file", "negative", "box"})


def json_pieces(head: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield a file: the library, then one line for each entry."""
    yield f'{{"{_MARK}": {VERSION},\n"library": {_text(head)},\n"entries": ['.encode()
    between = "\n"
    for entry in entries:
        yield f"{between}{_text(entry)}".encode()
        between = ",\n"
    yield b"\n]}\n"


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def read_json(data: bytes) -> LibraryFile:
    """Return what a file holds.

    Raises:
        VidereError: FIELD_INVALID for what is no such file.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise invalid("file", f"is no JSON: {str(error)[:200]}", limit="JSON") from error
    if not isinstance(document, dict) or document.get(_MARK) != VERSION:
        raise invalid("file", f"has no {_MARK!r}: {VERSION}", limit=f"version {VERSION}",
                      actual=str(document.get(_MARK))[:20] if isinstance(document, dict) else "",
                      )  # fmt: skip
    for name in document:
        if name not in (_MARK, "library", "entries"):
            limit = f"{_MARK}, library, entries"
            raise invalid("file", f"has the unknown key {name[:64]!r}", limit=limit)
    head, given = document.get("library", {}), document.get("entries")
    if not isinstance(head, dict) or not isinstance(given, list):
        raise invalid("file", "has no list of entries", limit="entries, an object library")
    check_count(len(given))
    entries: list[FileEntry] = []
    problems: list[Problem] = []
    for index, item in enumerate(given):
        try:
            entries.append(_entry(item))
        except VidereError as error:
            problems.append(Problem(f"entries[{index}] {error.violations[0].description}"))
    return LibraryFile(entries, problems, head)


def _entry(item: object) -> FileEntry:
    if not isinstance(item, dict):
        raise invalid("entries", "is no object")
    samples = item.get("samples", [])
    if not isinstance(samples, list):
        raise invalid("samples", "has samples that are no list")
    entry = {name: value for name, value in item.items() if name != "samples"}
    return FileEntry(entry, tuple(_sample(sample) for sample in samples))


def _sample(item: object) -> FileSample:
    if not isinstance(item, dict) or not isinstance(item.get("file"), str):
        raise invalid("samples", "has a sample without a file")
    negative, box = item.get("negative", False), item.get("box")
    fits = isinstance(negative, bool) and (box is None or isinstance(box, dict))
    if not fits or not _SAMPLE.issuperset(item):
        raise invalid("samples", "has a sample that is not made of file, negative and box")
    return FileSample(unicodedata.normalize("NFC", item["file"]), negative, box)
