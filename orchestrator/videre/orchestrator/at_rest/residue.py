"""Searching for what was erased: in all rows of the database, and in SQLite's files as they lie.

Rows are read as they are stored: of a value that is sealed its place is known, not its words.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from videre.orchestrator.store.database import Database
from videre.orchestrator.store.schema import metadata

#: Ids, digests and keys as they are written everywhere.
_TOKEN: Final = re.compile(rb"[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PIECE: Final = 4 << 20
_ROWS: Final = 500
#: Descriptors of the database's files, by device and inode.
_OPEN: Final[dict[tuple[int, int], int]] = {}
_LOCK: Final = threading.Lock()
_NUMBERS: Final = (sa.Numeric, sa.Integer, sa.Boolean, sa.DateTime)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for.

    Args:
        tokens: ids, digests and keys.
        texts: whatever else.
    """

    tokens: frozenset[bytes]
    texts: dict[bytes, str]

    @classmethod
    def of(cls, tokens: Iterable[str], texts: Iterable[str]) -> Wanted:
        """Return what is searched for; texts also as they stand in JSON."""
        forms = {form.encode(): text for text in texts for form in (text, json.dumps(text)[1:-1])}
        return cls(frozenset(one.encode() for one in tokens), forms)

    def without(self, seen: Collection[str]) -> Wanted:
        """Return the rest of what is searched for."""
        return Wanted(
            frozenset(one for one in self.tokens if one.decode() not in seen),
            {form: text for form, text in self.texts.items() if text not in seen},
        )

    def seen_in(self, data: bytes) -> set[str]:
        """Return what of it stands in some bytes."""
        found = {token.decode() for token in self.tokens.intersection(_TOKEN.findall(data))}
        return found | {text for form, text in self.texts.items() if form in data}

    def __len__(self) -> int:
        return len(self.tokens) + len(set(self.texts.values()))


def in_rows(database: Database, wanted: Wanted) -> dict[str, tuple[int, set[str]]]:
    """Return, by table, how many rows name something, and what they name.

    Tables of the durable engine are called "journal/…".
    """
    found: dict[str, tuple[int, set[str]]] = {}
    with database.steps.connect() as connection:
        inspector = sa.inspect(connection)
        schemas = [None, "dbos"] if "dbos" in inspector.get_schema_names() else [None]
        for schema in schemas:
            for name in inspector.get_table_names(schema):
                columns = [_raw(one) for one in inspector.get_columns(name, schema)]
                texts = [one for one in columns if one is not None]
                table = sa.table(name, schema=schema)
                rows, seen = _in_table(connection, table, texts, wanted)
                if rows:
                    ours = schema is None and name in metadata.tables
                    found[name if ours else f"journal/{name}"] = (rows, seen)
    return found


def _raw(column: Any) -> sa.ColumnElement[Any] | None:
    """Return what of a column is read; None for numbers."""
    kind = column["type"]
    if isinstance(kind, _NUMBERS):
        return None
    named: sa.ColumnElement[Any] = sa.column(column["name"])
    return named if isinstance(kind, sa.LargeBinary) else sa.cast(named, sa.Text)


def _in_table(
    connection: sa.Connection,
    table: sa.TableClause,
    columns: list[sa.ColumnElement[Any]],
    wanted: Wanted,
) -> tuple[int, set[str]]:
    count, seen = 0, set[str]()
    if not columns or not len(wanted):
        return count, seen
    query = sa.select(*columns).select_from(table).execution_options(yield_per=_ROWS)
    for row in connection.execute(query):
        data = b"\0".join(_bytes(value) for value in row if value is not None)
        if found := wanted.seen_in(data):
            count += 1
            seen |= found
    return count, seen


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


def in_files(paths: Iterable[Path], wanted: Wanted) -> dict[str, set[str]]:
    """Return, by file, what of it stands there; SQLite's pages may cut a word in two."""
    found: dict[str, set[str]] = {}
    for path in paths:
        if path.exists():
            seen = set[str]().union(*(wanted.seen_in(data) for data in _pieces(path)))
            if seen:
                found[path.name] = seen
    return found


def _pieces(path: Path) -> Iterator[bytes]:
    overlap, before, offset = 2_048, b"", 0
    descriptor = _descriptor(path)
    while piece := os.pread(descriptor, _PIECE, offset):
        yield before + piece
        before, offset = piece[-overlap:], offset + len(piece)


def _descriptor(path: Path) -> int:
    """Return a descriptor of a file that stays open.

    Closing any descriptor of a file takes all of the process's POSIX locks off it, SQLite's too:
    whoever closes the database next, a backup say, believes to be the last and removes its log.
    """
    with _LOCK:
        status = path.stat()
        key = status.st_dev, status.st_ino
        if key not in _OPEN:
            _OPEN[key] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        return _OPEN[key]
