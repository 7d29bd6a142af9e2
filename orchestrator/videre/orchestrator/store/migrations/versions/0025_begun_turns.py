"""The turns of begun jobs count: who was just served does not join at the front again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_BEGUN = sa.text("start_ns IS NOT NULL")


def upgrade() -> None:
    """Forget turns that began anew with every busy time, and index those of begun jobs."""
    op.execute("UPDATE job SET turn = 0 WHERE start_ns IS NOT NULL")
    for name, columns in (
        ("job_by_begun_turn", ["priority", "turn"]),
        ("job_by_own_begun_turn", ["project_id", "priority", "turn"]),
    ):
        op.create_index(name, "job", columns, sqlite_where=_BEGUN, postgresql_where=_BEGUN)
