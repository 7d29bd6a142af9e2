"""What evidence was looked for in, so that copies of a media find it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Add the columns; what was found before is not given to copies."""
    for name in ("input_digest", "taken_from"):
        column = sa.Column(name, sa.String(length=64), server_default="", nullable=False)
        op.add_column("evidence", column)
    op.create_index("evidence_by_input", "evidence", ["project_id", "input_digest"])
    op.create_index("evidence_by_source", "evidence", ["project_id", "taken_from"])
