"""What is in columns of JSON, on both engines."""

from __future__ import annotations

from collections.abc import Mapping
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
