"""Which media a job works on beside its own, without opening its request."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

_UNTOLD = sa.text("NOT inputs_told")


def upgrade() -> None:
    """Add the table; of jobs that are there, requests say it, which may be sealed."""
    op.create_table(
        "job_input",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("media_id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "media_id"),
    )
    op.create_index("job_input_by_media", "job_input", ["media_id"])
    op.add_column(
        "job", sa.Column("inputs_told", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index(
        "job_by_untold", "job", ["project_id"], sqlite_where=_UNTOLD, postgresql_where=_UNTOLD
    )
