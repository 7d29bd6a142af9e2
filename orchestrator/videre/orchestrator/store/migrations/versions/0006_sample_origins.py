"""Where the samples of libraries come from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column."""
    op.add_column("library_sample", sa.Column("origin", sa.JSON(), nullable=True))
