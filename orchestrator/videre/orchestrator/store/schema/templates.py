"""Templates, their versions and who cites them."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import ID, PROJECT, metadata
from videre.orchestrator.store.vault import SealedJson

template = sa.Table(
    "template",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("latest_version", sa.BigInteger, nullable=False),
    #: Set while something cites what was deleted.
    sa.Column("delete_ns", sa.BigInteger),
    sa.UniqueConstraint("project_id", "number"),
)

#: A version never changes.
template_version = sa.Table(
    "template_version",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("template_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    #: A TemplateDraft in protobuf's JSON, without its id.
    sa.Column("document", SealedJson("template_version.document"), nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(
        ["project_id", "template_id"], ["template.project_id", "template.id"], ondelete="CASCADE"
    ),
)

#: Templates, presets too, that jobs get which name none of the kind.
template_default = sa.Table(
    "template_default",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("template_id", sa.String(64), nullable=False),
)

#: Which jobs cite which own templates; an analysis is cited by its job's id, which may be gone.
template_use = sa.Table(
    "template_use",
    metadata,
    sa.Column("job_id", ID, primary_key=True),
    sa.Column("template_id", sa.String(64), primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Index("template_use_by_template", "project_id", "template_id"),
)
