"""What indexed media look like; those of before are indexed anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "search_look",
        sa.Column("media_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("engine", sa.String(length=128), nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.Column("times", sa.LargeBinary(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("still", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["media_key"], ["search_media.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("media_key"),
    )
    op.create_index("search_look_by_project", "search_look", ["project_id", "engine"], unique=False)
    op.execute("UPDATE search_media SET version = 0")
