"""How often the index of a project was written, and which of its media since when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "search_head",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id"),
    )
    op.add_column(
        "search_media",
        sa.Column("generation", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.create_index(
        "search_media_by_generation", "search_media", ["project_id", "generation"], unique=False
    )
