"""Users under pseudonyms, and what media are recommended by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_PROJECT = sa.String(length=64)


def upgrade() -> None:
    """Make the tables. What is indexed already is indexed anew, to be recommended too."""
    op.create_table(
        "audience_key",
        sa.Column("project_id", _PROJECT, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "version"),
    )
    op.create_table(
        "audience_profile",
        sa.Column("project_id", _PROJECT, nullable=False),
        sa.Column("pseudonym", sa.String(length=64), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("update_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "pseudonym"),
    )
    op.create_index(
        "audience_profile_by_key", "audience_profile", ["project_id", "key_version"], unique=False
    )
    op.create_table(
        "audience_count",
        sa.Column("media_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", _PROJECT, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("media_id", "day", "act"),
    )
    op.create_index(
        "audience_count_by_project", "audience_count", ["project_id", "day"], unique=False
    )
    op.create_table(
        "audience_item",
        sa.Column("media_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project_id", _PROJECT, nullable=False),
        sa.Column("edit", sa.BigInteger(), nullable=False),
        sa.Column("traits", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("engine", sa.String(length=128), nullable=False),
        sa.Column("look", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["media_key"], ["search_media.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("media_key"),
    )
    op.create_index(
        "audience_item_by_project",
        "audience_item",
        ["project_id", "media_key", "edit"],
        unique=False,
    )
    op.execute("UPDATE search_media SET version = 0")
