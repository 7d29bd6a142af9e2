"""The chain of published verdicts."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import DIGEST, ID, PROJECT, metadata

#: One link per published verdict, in the order of publishing. It outlives media and job: it holds
#: ids, digests and versions only.
verdict_link = sa.Table(
    "verdict_link",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("media_id", ID, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    #: Canonical JSON; see `videre.exports.chain`.
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("digest", DIGEST, nullable=False),
    sa.UniqueConstraint("project_id", "media_id", "revision"),
)
