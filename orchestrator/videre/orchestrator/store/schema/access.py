"""Projects and what callers are known by."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import DIGEST, ID, PROJECT, metadata

#: A row stays when its project is closed: ids are not used twice.
project = sa.Table(
    "project",
    metadata,
    sa.Column("id", PROJECT, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    #: 0 = no limit, of all three.
    sa.Column("active_jobs", sa.Integer, nullable=False),
    sa.Column("storage_bytes", sa.BigInteger, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("update_ns", sa.BigInteger, nullable=False),
    #: Set while it is closed.
    sa.Column("delete_ns", sa.BigInteger),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("edit", sa.BigInteger, nullable=False, server_default="1"),
    sa.Column("running_jobs", sa.Integer, nullable=False, server_default="0"),
    #: Age at which media are removed; 0 = never.
    sa.Column("media_retention_ns", sa.BigInteger, nullable=False, server_default="0"),
    #: 0 = no limit.
    sa.Column("media_seconds_per_day", sa.BigInteger, nullable=False, server_default="0"),
)

credential = sa.Table(
    "credential",
    metadata,
    sa.Column("id", ID, primary_key=True),
    #: "*" = every project.
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Index("credential_by_project", "project_id", "id"),
)

#: A key of a credential. Its secret is not stored, only what tells it.
credential_key = sa.Table(
    "credential_key",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column(
        "credential_id", ID, sa.ForeignKey("credential.id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("digest", DIGEST, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("expire_ns", sa.BigInteger, nullable=False),
    sa.Column("last_use_ns", sa.BigInteger),
    sa.Column("revoke_ns", sa.BigInteger),
    sa.Index("credential_key_by_credential", "credential_id", "create_ns"),
)
