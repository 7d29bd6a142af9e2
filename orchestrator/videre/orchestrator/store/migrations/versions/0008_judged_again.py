"""What an analysis can be judged by again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column."""
    column = sa.Column("judged_digest", sa.String(length=64), server_default="", nullable=False)
    op.add_column("analysis", column)
