"""The library of ads, and what came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_KEY = sa.String(length=64)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "ad",
        sa.Column("project_id", _KEY, nullable=False),
        sa.Column("ad_id", _KEY, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("update_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "ad_id"),
    )
    op.create_table(
        "ad_count",
        sa.Column("project_id", _KEY, nullable=False),
        sa.Column("ad_id", _KEY, nullable=False),
        sa.Column("media_id", _KEY, nullable=False),
        sa.Column("roll", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("impressions", sa.BigInteger(), nullable=False),
        sa.Column("clicks", sa.BigInteger(), nullable=False),
        sa.Column("conversions", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "ad_id", "media_id", "roll", "day"),
    )
    op.create_table(
        "ad_event",
        sa.Column("project_id", _KEY, nullable=False),
        sa.Column("digest", _KEY, nullable=False),
        sa.Column("time_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "digest"),
    )
    op.create_index("ad_event_by_time", "ad_event", ["time_ns"], unique=False)
