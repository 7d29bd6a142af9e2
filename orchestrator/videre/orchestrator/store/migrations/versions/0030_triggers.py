"""Folders that are watched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "watch",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("next_ns", sa.BigInteger(), nullable=False),
        sa.Column("look_ns", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id"),
    )
    op.create_index("watch_by_time", "watch", ["next_ns"], unique=False)
    own = sa.ForeignKeyConstraint
    op.create_table(
        "watch_version",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("watch_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        own(["project_id", "watch_id"], ["watch.project_id", "watch.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("project_id", "watch_id", "version"),
    )
    op.create_table(
        "watch_file",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("watch_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=128), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("seen_ns", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("watch_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reason", sa.String(length=64), server_default="", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        own(["project_id", "watch_id"], ["watch.project_id", "watch.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("project_id", "watch_id", "number"),
        sa.UniqueConstraint("project_id", "watch_id", "path", "version"),
    )
    op.create_index(
        "watch_file_by_state",
        "watch_file",
        ["project_id", "watch_id", "state", "number"],
        unique=False,
    )
    op.create_index("watch_file_by_job", "watch_file", ["job_id"], unique=False)
