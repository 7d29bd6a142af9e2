"""Libraries of words and hashes ↔ CSV (RFC 4180). Pure.

One row for each entry. A cell of several things has | between them, and = between a tag's key and
value; a backslash in front makes any character itself. A cell that a spreadsheet would take for a
formula is written with ' in front, which is taken off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from videre.common.errors import VidereError, invalid
from videre.orchestrator.library.entries import PHASH
from videre.orchestrator.library.files import (
    FileEntry,
    LibraryFile,
    Problem,
    check_count,
    derived_id,
)
from videre.orchestrator.library.model import LibraryKind

_COMMON: Final = ("entry_id", "name", "category", "description", "tags", "node_id")
COLUMNS: Final[Mapping[LibraryKind, Sequence[str]]] = {
    LibraryKind.WORDS: (
        *_COMMON,
        *("word", "aliases", "exceptions"),
        *("pattern", "tolerated", "near", "unless", "window"),
    ),
    LibraryKind.HASHES: (*_COMMON, "algorithm", "hash", "max_distance"),
}
#: Column that every row needs, by kind.
_NEEDED: Final = {LibraryKind.WORDS: "word", LibraryKind.HASHES: "hash"}
_DELIMITERS: Final = (",", ";", "\t")
#: What makes a spreadsheet take a cell for a formula:
#: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_PART: Final = re.compile(r"(?:[^|\\]|\\.|\\$)*", re.DOTALL)
_KEY: Final = re.compile(r"(?:[^=\\]|\\.|\\$)*", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_SPECIAL: Final = re.compile(r"([\\|=])")
_TOLERANCE: Final = "WORD_TOLERANCE_"
#: The algorithm that a row means which names none.
_ALGORITHM: Final = PHASH


def csv_pieces(entries: Iterable[Mapping[str, Any]], kind: LibraryKind) -> Iterator[bytes]:
    """Yield a table of entries, each a NewLibraryEntry as JSON values.

    UTF-8 with a byte order mark, without which spreadsheets take Chinese for Latin letters.
    """
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS[kind])
    yield f"\ufeff{text.getvalue()}".encode()
    for entry in entries:
        text.seek(0)
        text.truncate()
        cells = _cells(entry, kind)
        table.writerow([_guarded(cells[name]) for name in COLUMNS[kind]])
        yield text.getvalue().encode()


def _cells(entry: Mapping[str, Any], kind: LibraryKind) -> dict[str, str]:
    tags = sorted(entry.get("tags", {}).items())
    cells = {
        "entry_id": entry["entryId"],
        "name": entry["name"],
        "category": entry.get("category", ""),
        "description": entry.get("description", ""),
        "tags": "|".join(f"{_escaped(key)}={_escaped(value)}" for key, value in tags),
        "node_id": entry.get("nodeId", ""),
    }
    if kind is LibraryKind.WORDS:
        word = entry["word"]
        return cells | {
            "word": word["text"],
            "aliases": "|".join(_escaped(one) for one in word.get("aliases", ())),
            "exceptions": "|".join(_escaped(one) for one in word.get("exceptions", ())),
            "pattern": "yes" if word.get("pattern") else "",
            "tolerated": "|".join(
                one.removeprefix(_TOLERANCE).lower() for one in word.get("tolerated", ())
            ),
            "near": "|".join(_escaped(one) for one in word.get("near", ())),
            "unless": "|".join(_escaped(one) for one in word.get("unless", ())),
            "window": str(word.get("window", "")),
        }
    content = entry["hash"]
    return cells | {
        "algorithm": content["algorithm"],
        "hash": content["value"],
        "max_distance": str(content.get("maxDistance", "")),
    }


def read_csv(data: bytes, kind: LibraryKind) -> LibraryFile:
    """Return the entries of a table; its first line names the columns, in any order.

    Raises:
        VidereError: FIELD_INVALID for a table whose columns are not those of the kind.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise invalid("file", f"is not UTF-8 at byte {error.start}", limit="UTF-8") from error
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        names = [name.strip().lower() for name in next(rows, [])]
    except csv.Error as error:
        raise invalid("file", f"has a first line that is no list of columns: {error}") from error
    _check_columns(names, kind)
    entries: list[FileEntry] = []
    problems: list[Problem] = []
    while True:
        check_count(len(entries) + len(problems))
        line = rows.line_num + 1
        try:
            row = next(rows, None)
            if row is None:
                return LibraryFile(entries, problems)
            if any(row):
                entries.append(FileEntry(_entry(names, row, kind), line=line))
        except csv.Error as error:
            problems.append(Problem(f"cannot be read: {error}", line))
        except VidereError as error:
            problems.append(Problem(error.violations[0].description, line))


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _check_columns(names: Sequence[str], kind: LibraryKind) -> None:
    known = COLUMNS.get(kind)
    if known is None:
        limit = "ZIP"
        raise invalid("file", f"is a table, which holds no {kind.value}", limit=limit, actual="CSV")
    for name in names:
        if name not in known:
            raise invalid("file", f"has the unknown column {name[:64]!r}", limit=", ".join(known),
                          actual=name[:64])  # fmt: skip
        if names.count(name) > 1:
            raise invalid("file", f"has the column {name!r} twice", limit="unique", actual=name)
    if _NEEDED[kind] not in names:
        raise invalid("file", f"has no column {_NEEDED[kind]!r}", limit=", ".join(known),
                      actual=", ".join(names)[:100])  # fmt: skip


def _entry(names: Sequence[str], row: Sequence[str], kind: LibraryKind) -> dict[str, Any]:
    """Return a row as a NewLibraryEntry's JSON values."""
    if len(row) > len(names):
        limit, actual = f"{len(names)} cells", str(len(row))
        raise invalid("row", f"has {actual} cells, at most {len(names)}", limit=limit)
    cells = dict(zip(names, (_unguarded(cell) for cell in row), strict=False))
    content = cells.get(_NEEDED[kind], "")
    entry: dict[str, Any] = {
        "entryId": cells.get("entry_id") or derived_id(content),
        "name": cells.get("name") or content,
        "tags": _tags(cells.get("tags", "")),
    }
    entry |= {name: cells[name] for name in ("category", "description") if cells.get(name)}
    if cells.get("node_id"):
        entry["nodeId"] = cells["node_id"].strip()
    if kind is LibraryKind.WORDS:
        lists = {name: _parts(cells.get(name, "")) for name in ("aliases", "exceptions")}
        return entry | {"word": {"text": content} | lists | _word_options(cells)}
    entry["hash"] = {"algorithm": cells.get("algorithm") or _ALGORITHM, "value": content}
    if cells.get("max_distance", "").strip():
        entry["hash"]["maxDistance"] = _whole(cells, "max_distance")
    return entry


def _word_options(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return what cells say of how a word is looked for; nothing where they are empty."""
    options: dict[str, Any] = {
        name: _parts(cells[name]) for name in ("near", "unless") if cells.get(name)
    }
    if cells.get("tolerated", "").strip():
        parts = _parts(cells["tolerated"])
        options["tolerated"] = [f"{_TOLERANCE}{part.strip().upper()}" for part in parts]
    if cells.get("window", "").strip():
        options["window"] = _whole(cells, "window")
    pattern = cells.get("pattern", "").strip().lower()
    if pattern not in ("", "yes", "no"):
        raise invalid("pattern", f"pattern is {pattern[:20]!r}", limit="yes, no")
    return options | ({"pattern": True} if pattern == "yes" else {})


def _whole(cells: Mapping[str, str], name: str) -> int:
    cell = cells[name].strip()
    if not re.fullmatch(r"[0-9]{1,9}", cell):
        raise invalid(name, f"{name} is {cell[:20]!r}, no whole number")
    return int(cell)


def _tags(cell: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    for part in _raw_parts(cell):
        match = _KEY.match(part)
        key = match.group() if match is not None else ""
        if len(key) == len(part):
            raise invalid("tags", f"the tag {part[:40]!r} is not written as key=value")
        tags[_plain(key)] = _plain(part[len(key) + 1 :])
    return tags


def _parts(cell: str) -> list[str]:
    return [_plain(part) for part in _raw_parts(cell)]


def _raw_parts(cell: str) -> list[str]:
    """Return what stands between the | of a cell, with its backslashes; [] for an empty cell."""
    parts: list[str] = []
    at = 0
    while at < len(cell):
        match = _PART.match(cell, at)
        parts.append(match.group() if match is not None else "")
        at += len(parts[-1]) + 1
    return parts


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell
