"""Own templates: versions, defaults and what cites them. Nothing wrote to the tables before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables anew."""
    op.drop_table("template_version")
    op.drop_table("template")
    op.create_table(
        "template",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("latest_version", sa.BigInteger(), nullable=False),
        sa.Column("delete_ns", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("project_id", "id"),
        sa.UniqueConstraint("project_id", "number"),
    )
    op.create_table(
        "template_version",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("create_ns", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id", "template_id"],
            ["template.project_id", "template.id"],
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_id", "template_id", "version"),
    )
    op.create_table(
        "template_default",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "kind"),
    )
    op.create_table(
        "template_use",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "template_id"),
    )
    op.create_index(
        "template_use_by_template", "template_use", ["project_id", "template_id"], unique=False
    )
