"""What projects have used."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import PROJECT, metadata

#: A row per project and day (UTC, counted from the Unix epoch); it outlives the jobs.
usage_day = sa.Table(
    "usage_day",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True),
    sa.Column("jobs", sa.BigInteger, nullable=False),
    sa.Column("media_ms", sa.BigInteger, nullable=False),
    sa.Column("cpu_ms", sa.BigInteger, nullable=False),
    sa.Column("model_calls", sa.BigInteger, nullable=False),
    sa.Column("output_bytes", sa.BigInteger, nullable=False),
)
