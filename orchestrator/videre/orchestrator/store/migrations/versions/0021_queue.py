"""A fair queue: whose turn it is, who is held back, and which job does another one again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the columns and their indices."""
    op.add_column("job", sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("job", sa.Column("turn", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("job", sa.Column("requeue_of", sa.String(length=36), nullable=True))
    op.add_column(
        "project", sa.Column("running_jobs", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_index("job_by_turn", "job", ["state", "held", "priority", "turn"], unique=False)
    op.create_index(
        "job_by_own_turn",
        "job",
        ["project_id", "state", "held", "priority", "turn", "id"],
        unique=False,
    )
    op.create_index("job_by_requeued", "job", ["requeue_of"], unique=True)
