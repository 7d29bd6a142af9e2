"""Rules over profiles of users."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_KEY = sa.String(length=64)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "audience_segment",
        sa.Column("project_id", _KEY, nullable=False),
        sa.Column("segment_id", _KEY, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("update_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "segment_id"),
    )
