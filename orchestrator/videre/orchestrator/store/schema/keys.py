"""The keys that values of other tables are sealed under."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import metadata

#: Sealed under the master key. The newest one seals; a row goes when nothing needs it. Number 0 is
#: the key of names, which stays.
data_key = sa.Table(
    "data_key",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    #: Id of the master key.
    sa.Column("master_id", sa.String(16), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
)
