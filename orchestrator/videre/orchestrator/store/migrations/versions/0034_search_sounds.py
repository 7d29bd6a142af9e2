"""What indexed media sound like."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Add the columns; media have hashes of their sound when they are analysed anew."""
    for name in ("sound_times", "sound_hashes"):
        empty = sa.text("''")
        column = sa.Column(name, sa.LargeBinary(), server_default=empty, nullable=False)
        op.add_column("search_look", column)
