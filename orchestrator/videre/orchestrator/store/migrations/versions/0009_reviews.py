"""Reviews by people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_ID, _PROJECT = sa.String(length=36), sa.String(length=64)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "review",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _PROJECT, nullable=False),
        sa.Column("media_id", _ID, nullable=False),
        sa.Column("job_id", _ID, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("last_revision", sa.BigInteger(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.String(length=16), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("finding_count", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("people", sa.String(length=16), server_default="", nullable=False),
        sa.Column("escalations", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_id", _ID, server_default="", nullable=False),
        sa.Column("lease_end_ns", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("due_ns", sa.BigInteger(), nullable=False),
        sa.Column("decide_ns", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("edit", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("media_id", "revision"),
    )
    op.create_index(
        "review_by_due", "review", ["project_id", "state", "due_ns", "id"], unique=False
    )
    op.create_table(
        "review_finding",
        sa.Column("review_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("project_id", _PROJECT, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("medium", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("suggestion", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("picture_digest", sa.String(length=64), server_default="", nullable=False),
        sa.Column("outcome", sa.String(length=16), server_default="", nullable=False),
        sa.Column("cause", sa.String(length=32), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("review_id", "position"),
    )
    for name, column in (("rule", "rule_id"), ("category", "category")):
        op.create_index(
            f"review_finding_by_{name}", "review_finding", ["project_id", column], unique=False
        )
    op.create_table(
        "review_action",
        sa.Column("id", _ID, nullable=False),
        sa.Column("review_id", _ID, nullable=False),
        sa.Column("project_id", _PROJECT, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), server_default="", nullable=False),
        sa.Column("cause", sa.String(length=32), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("rulings", sa.JSON(), nullable=False),
        sa.Column("people", sa.String(length=16), server_default="", nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("request_digest", sa.String(length=64), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("project_id", "request_id", "review_id"),
    )
    op.create_index("review_action_by_review", "review_action", ["review_id", "id"], unique=False)
