"""How much media a project's jobs may look at on a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "project",
        sa.Column("media_seconds_per_day", sa.BigInteger(), server_default="0", nullable=False),
    )
