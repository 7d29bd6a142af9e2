"""Rules that route events, and what they look at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add the table and the columns; webhooks that are there go by their types as before."""
    op.create_table(
        "routing",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "version"),
    )
    op.add_column("feed_event", sa.Column("facts", sa.JSON(), nullable=True))
    op.add_column(
        "webhook", sa.Column("routed", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "delivery", sa.Column("rule", sa.String(length=64), server_default="", nullable=False)
    )
    op.add_column(
        "delivery", sa.Column("rules_version", sa.BigInteger(), server_default="0", nullable=False)
    )
