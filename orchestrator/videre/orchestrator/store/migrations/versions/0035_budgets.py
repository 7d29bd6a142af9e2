"""What engines have taken of a job's budget."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "job", sa.Column("charged_cpu_ms", sa.BigInteger(), server_default="0", nullable=False)
    )
