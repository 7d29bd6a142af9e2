"""The log of what callers have changed."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import DIGEST, PROJECT, metadata

#: One entry per transaction in which a caller changed something; only added to. It holds who, what,
#: and digests, never what was written.
audit_entry = sa.Table(
    "audit_entry",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    #: Of the facts, to be looked for by.
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("method", sa.String(128), nullable=False),
    #: Canonical JSON; see `videre.exports.chain`.
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("digest", DIGEST, nullable=False),
)
