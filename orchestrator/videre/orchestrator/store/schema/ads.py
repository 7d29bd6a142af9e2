"""The library of ads, and what came of them."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import DIGEST, PROJECT, metadata
from videre.orchestrator.store.vault import SealedBytes

_AD = sa.String(64)

ad = sa.Table(
    "ad",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("ad_id", _AD, primary_key=True),
    #: An Ad, as protobuf bytes.
    sa.Column("document", SealedBytes("ad.document"), nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("update_ns", sa.BigInteger, nullable=False),
)

#: What came of ads on a day. Stays when ad or media go: reports tell what was.
ad_count = sa.Table(
    "ad_count",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    #: "" = slots that came up.
    sa.Column("ad_id", _AD, primary_key=True),
    sa.Column("media_id", _AD, primary_key=True),
    #: "pre", "mid", "post".
    sa.Column("roll", sa.String(8), primary_key=True),
    #: Days since the epoch, UTC.
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("requests", sa.BigInteger, nullable=False),
    sa.Column("impressions", sa.BigInteger, nullable=False),
    sa.Column("clicks", sa.BigInteger, nullable=False),
    sa.Column("conversions", sa.BigInteger, nullable=False),
)

#: Events that are counted, so that repeated ones are not; nothing else is kept of them.
ad_event = sa.Table(
    "ad_event",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("digest", DIGEST, primary_key=True),
    sa.Column("time_ns", sa.BigInteger, nullable=False),
    sa.Index("ad_event_by_time", "time_ns"),
)
