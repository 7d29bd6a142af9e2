"""Events of projects in one order, and who is sent them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_ID, _PROJECT = sa.String(length=36), sa.String(length=64)


def upgrade() -> None:
    """Make the tables. Events from before have no number: the feed begins here."""
    op.create_table(
        "feed_head",
        sa.Column("project_id", _PROJECT, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id"),
    )
    op.create_table(
        "feed_event",
        sa.Column("project_id", _PROJECT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("job_id", _ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("time_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "number"),
    )
    op.create_index("feed_event_by_time", "feed_event", ["time_ns"], unique=False)
    op.create_table(
        "webhook",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _PROJECT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("binary", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.Column("secrets", sa.JSON(), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("update_ns", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("edit", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("webhook_by_project", "webhook", ["project_id", "id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("webhook_id", _ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("project_id", _PROJECT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_ns", sa.BigInteger(), nullable=False),
        sa.Column("since_ns", sa.BigInteger(), nullable=False),
        sa.Column("end_ns", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["project_id", "number"],
            ["feed_event.project_id", "feed_event.number"],
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("webhook_id", "number"),
    )
    op.create_index("delivery_by_time", "delivery", ["state", "next_ns"], unique=False)
    op.create_index("delivery_by_event", "delivery", ["project_id", "number"], unique=False)
