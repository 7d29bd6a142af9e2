"""Projects and what callers are known by."""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_ID, _PROJECT = sa.String(length=36), sa.String(length=64)
#: Every table of which a row says that its project was in use before there was a table of projects.
_USED = ("media", "job", "upload", "library", "template", "taxonomy_overlay")


def upgrade() -> None:
    """Make the tables, and a row for every project that is in use."""
    project = op.create_table(
        "project",
        sa.Column("id", _PROJECT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("active_jobs", sa.Integer(), nullable=False),
        sa.Column("storage_bytes", sa.BigInteger(), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("update_ns", sa.BigInteger(), nullable=False),
        sa.Column("delete_ns", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("edit", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "credential",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _PROJECT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("credential_by_project", "credential", ["project_id", "id"], unique=False)
    op.create_table(
        "credential_key",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("credential_id", _ID, nullable=False),
        sa.Column("project_id", _PROJECT, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("expire_ns", sa.BigInteger(), nullable=False),
        sa.Column("last_use_ns", sa.BigInteger(), nullable=True),
        sa.Column("revoke_ns", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "credential_key_by_credential", "credential_key", ["credential_id", "create_ns"],
        unique=False,
    )  # fmt: skip
    used = {"default"}
    for name in _USED:
        table = sa.table(name, sa.column("project_id"))
        used.update(op.get_bind().execute(sa.select(table.c.project_id).distinct()).scalars())
    now = time.time_ns()
    rows = [
        {"id": name, "name": "", "description": "", "active_jobs": 0, "storage_bytes": 0,
         "create_ns": now, "update_ns": now, "created_by": "migration"}
        for name in sorted(used)
    ]  # fmt: skip
    op.bulk_insert(project, rows)
