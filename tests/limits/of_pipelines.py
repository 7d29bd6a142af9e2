"""Limits of the calls about pipelines."""

from __future__ import annotations

from typing import Any

from limits.rows import Row, id_rows

_ID = "[a-z0-9][a-z0-9_-]{0,49}"
_OCCASIONS = (
    "ROUTE_OCCASION_FINISH, ROUTE_OCCASION_CHANGE, ROUTE_OCCASION_VERDICT, "
    "ROUTE_OCCASION_REVIEWED, each once"
)


def _row(field: str, given: Any, limit: str, actual: str) -> Row:
    pipeline = {"pipeline_id": "p", field.partition("[")[0]: given}
    return Row("SetPipeline", f"pipeline.{field}", {"pipeline": pipeline}, limit, actual)


PIPELINE_ROWS = [
    _row("pipeline_id", "A", _ID, "A"),
    _row("pipeline_id", "p" * 51, _ID, "p" * 51),
    _row("name", "字" * 43, "128 bytes", "129"),
    _row("priority", 10, "0..9", "10"),
    _row("running_jobs", 1_001, "0..1000", "1001"),
    _row("waiting_jobs", 100_001, "0..100000", "100001"),
    _row("webhook_ids", ["x"] * 17, "16", "17"),
    _row("on[0]", [9], _OCCASIONS, "9"),
    *id_rows("pipeline_id", "an id", "GetPipeline", "DeletePipeline"),
]
