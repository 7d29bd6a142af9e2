"""What is in columns of JSON, and rows put together as JSON, on both engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class _Pairs(GenericFunction[Any]):
    name = "json_each"
    identifier = "videre_json_pairs"
    inherit_cache = True


@compiles(_Pairs, "postgresql")
def _of_postgresql(element: _Pairs, compiler: Any, **options: Any) -> str:
    return f"json_each_text{compiler.process(element.clause_expr, **options)}"


class _Row(GenericFunction[Any]):
    name = "json_array"
    identifier = "videre_json_row"
    inherit_cache = True


@compiles(_Row, "postgresql")
def _row_of_postgresql(element: _Row, compiler: Any, **options: Any) -> str:
    return f"json_build_array{compiler.process(element.clause_expr, **options)}"


class _Document(GenericFunction[Any]):
    """JSON as such: SQLite would take its text for a text."""

    name = "json"
    identifier = "videre_json_document"
    inherit_cache = True


@compiles(_Document, "postgresql")
def _document_of_postgresql(element: _Document, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clause_expr, **options))


class _Rows(GenericFunction[Any]):
    type = sa.JSON()
    name = "json_group_array"
    identifier = "videre_json_rows"
    inherit_cache = True


@compiles(_Rows, "postgresql")
def _rows_of_postgresql(element: _Rows, compiler: Any, **options: Any) -> str:
    return f"json_agg{compiler.process(element.clause_expr, **options)}"


def rows_as_json(columns: Sequence[sa.ColumnElement[Any]]) -> sa.ColumnElement[Any]:
    """Return the rows of a group in one value: lists of their values, in no order.

    SQLite hands out row by row, and with each the turn of the thread that reads: a page of many
    small rows waits for the other threads as often.
    """
    values = [_Document(one) if isinstance(one.type, sa.JSON) else one for one in columns]
    return _Rows(_Row(*values))


def has_pairs(
    document: sa.ColumnElement[Any], wanted: Mapping[str, str] | None
) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that a JSON object of texts has these pairs.

    Not `document[key] == value`: a key with a quote would break out of SQLite's JSON path.
    """
    conditions: list[sa.ColumnElement[bool]] = []
    for key, value in sorted((wanted or {}).items()):
        pair = _Pairs(document).table_valued("key", "value")
        there = sa.select(1).select_from(pair).where(pair.c.key == key, pair.c.value == value)
        conditions.append(sa.exists(there))
    return conditions


def whole_number(document: sa.ColumnElement[Any], key: str) -> sa.ColumnElement[int]:
    """Return a whole number of 64 bits in a JSON object; null where it is not there.

    Not `as_integer()`, which under PostgreSQL has 32 bits.
    """
    return sa.cast(document[key].as_string(), sa.BigInteger)
