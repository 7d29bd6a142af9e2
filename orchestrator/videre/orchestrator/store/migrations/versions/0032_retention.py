"""Holds on media, and the age at which projects remove theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "media_hold",
        sa.Column("media_id", sa.String(length=36), nullable=False),
        sa.Column("hold_id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"]),
        sa.PrimaryKeyConstraint("media_id", "hold_id"),
    )
    op.create_index(
        "media_hold_by_project", "media_hold", ["project_id", "media_id", "hold_id"], unique=False
    )
    op.add_column(
        "project",
        sa.Column("media_retention_ns", sa.BigInteger(), server_default="0", nullable=False),
    )
