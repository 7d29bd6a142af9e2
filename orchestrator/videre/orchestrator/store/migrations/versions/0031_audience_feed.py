"""Changes of audiences have numbers; what was deleted is known for a while."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Make the tables and the column."""
    op.create_table(
        "audience_head",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id"),
    )
    op.create_table(
        "audience_gone",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("time_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "kind", "subject"),
    )
    op.create_index(
        "audience_gone_by_number", "audience_gone", ["project_id", "kind", "number"], unique=False
    )
    op.create_index("audience_gone_by_time", "audience_gone", ["time_ns"], unique=False)
    op.add_column(
        "audience_profile",
        sa.Column("number", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.create_index(
        "audience_profile_by_number",
        "audience_profile",
        ["project_id", "number", "pseudonym"],
        unique=False,
    )
