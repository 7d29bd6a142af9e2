"""Named queues of projects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Add the table, and to jobs the pipeline that they are of; those that are there have none."""
    op.create_table(
        "pipeline",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("templates", sa.JSON(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("running_jobs", sa.Integer(), nullable=False),
        sa.Column("waiting_jobs", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("occasions", sa.JSON(), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("update_ns", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("edit", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id"),
    )
    op.add_column(
        "job", sa.Column("pipeline", sa.String(length=64), server_default="", nullable=False)
    )
    op.create_index(
        "job_by_pipeline", "job", ["project_id", "pipeline", "state", "held"], unique=False
    )
