"""Where a changed library is looked for: faces, matches, and revisions without a job of their own.

Media that were published before have no rows here: their people are found again by a new job,
which calls no model on what was looked at already.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the tables, and let several revisions name one job."""
    op.add_column(
        "library", sa.Column("bound_version", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.create_table(
        "person_face",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("media_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("engine", sa.String(length=128), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("identity_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("media_id", "person_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "person_face_by_identity", "person_face", ["project_id", "identity_id"], unique=False
    )
    op.create_table(
        "library_match",
        sa.Column("media_id", sa.String(length=36), nullable=False),
        sa.Column("library_id", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("media_id", "library_id", "entry_id"),
    )
    op.create_index(
        "library_match_by_entry",
        "library_match",
        ["project_id", "library_id", "entry_id"],
        unique=False,
    )
    op.create_table(
        "binding_task",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("library_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("media_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("project_id", "library_id", "version", "media_id"),
    )
    _without_unique_job()


def _without_unique_job() -> None:
    """Make the table of analyses anew: SQLite cannot drop the nameless uniqueness of the job."""
    if op.get_bind().dialect.name == "postgresql":  # which gives names to all of them
        op.drop_constraint("analysis_job_id_key", "analysis")
        return
    kept = sa.Table(
        "analysis",
        sa.MetaData(),
        sa.Column("media_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("document_digest", sa.String(length=64), nullable=False),
        sa.Column("result_digest", sa.String(length=64), nullable=False),
        sa.Column("suggestion", sa.String(length=16), server_default="", nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("media_id", "revision"),
    )
    with op.batch_alter_table("analysis", copy_from=kept, recreate="always"):
        pass
