"""Limits of the calls about operations."""

from __future__ import annotations

from limits.rows import Row, id_rows

DAY = "YYYY-MM-DD"

OPERATION_ROWS = [
    *id_rows("job_id", "a job's id", "GetQueuePlace"),
    Row("ListUsage", "first_day", {"first_day": "22.11.2026"}, DAY, "22.11.2026"),
    Row("ListUsage", "last_day", {"last_day": "1969-12-31"}, DAY, "1969-12-31"),
    Row("ListUsage", "last_day", {"last_day": "20261122"}, DAY, "20261122"),
    Row(
        "ListUsage", "first_day", {"first_day": "2026-11-22", "last_day": "2026-11-21"},
        "0..366", "-1",
    ),
    Row(
        "ListUsage", "first_day", {"first_day": "2025-01-01", "last_day": "2026-11-21"},
        "0..366", "689",
    ),
]  # fmt: skip
