"""What is in columns of JSON, and rows put together as JSON, on both engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class _Spelled(GenericFunction[Any]):
    """A function that has another name under PostgreSQL; `name` is SQLite's."""

    inherit_cache = True
    #: "" = nothing is called there.
    postgresql = ""


@compiles(_Spelled, "postgresql")
def _of_postgresql(element: _Spelled, compiler: Any, **options: Any) -> str:
    return f"{element.postgresql}{compiler.process(element.clause_expr, **options)}"


class _Pairs(_Spelled):
    name, postgresql = "json_each", "json_each_text"
    identifier = "videre_json_pairs"
    inherit_cache = True


class _Row(_Spelled):
    name, postgresql = "json_array", "json_build_array"
    identifier = "videre_json_row"
    inherit_cache = True


class _Rows(_Spelled):
    type = sa.JSON()
    name, postgresql = "json_group_array", "json_agg"
    identifier = "videre_json_rows"
    inherit_cache = True


class _Document(_Spelled):
    """JSON as such: SQLite would take its text for a text."""

    name = "json"
    identifier = "videre_json_document"
    inherit_cache = True


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
