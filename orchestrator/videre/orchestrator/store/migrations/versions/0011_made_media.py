"""What is in the moving pictures and the sound that a job has made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column."""
    op.add_column("job_output", sa.Column("facts", sa.JSON(), nullable=True))
