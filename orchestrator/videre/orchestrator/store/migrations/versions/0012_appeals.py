"""Appeals of decisions, decisions taken back or repeated, and what pictures look like."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("review", sa.Column("appeals", sa.Integer(), server_default="0", nullable=False))
    picture = sa.Column("picture_hash", sa.String(length=16), server_default="", nullable=False)
    op.add_column("review_finding", picture)
    origin = sa.Column("origin_id", sa.String(length=36), server_default="", nullable=False)
    op.add_column("review_action", origin)
    op.create_index("review_action_by_origin", "review_action", ["origin_id"], unique=False)
