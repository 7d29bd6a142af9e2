"""Users of projects under pseudonyms, sealed; and what media are recommended by."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import DIGEST, ID, PROJECT, metadata
from videre.orchestrator.store.vault import SealedBytes

#: Keys of a project, sealed under the installation's: the one that profiles are sealed by, and the
#: one that makes pseudonyms, which stays. Old versions go when no profile needs them.
audience_key = sa.Table(
    "audience_key",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
)

#: One per user: what they said and did, see `recommend.profiles`.
audience_profile = sa.Table(
    "audience_profile",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    #: Keyed hash of the caller's name for the user.
    sa.Column("pseudonym", DIGEST, primary_key=True),
    sa.Column("key_version", sa.Integer, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("update_ns", sa.BigInteger, nullable=False),
    #: Change of the project's audience in which events came last, see `audience_head`.
    sa.Column("number", sa.BigInteger, nullable=False, server_default="0"),
    sa.Index("audience_profile_by_key", "project_id", "key_version"),
    sa.Index("audience_profile_by_number", "project_id", "number", "pseudonym"),
)

#: Number of the last change of a project's audience: events that came, a user that was erased.
audience_head = sa.Table(
    "audience_head",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
)

#: What was deleted, for those who have copies; goes after some time.
audience_gone = sa.Table(
    "audience_gone",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    #: A `store.audience_feed.Kind`.
    sa.Column("kind", sa.SmallInteger, primary_key=True, autoincrement=False),
    #: Id of a media, or the name under which a user is exported.
    sa.Column("subject", DIGEST, primary_key=True),
    #: Generation of the search index (media), or change of the audience (users).
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("time_ns", sa.BigInteger, nullable=False),
    sa.Index("audience_gone_by_number", "project_id", "kind", "number"),
    sa.Index("audience_gone_by_time", "time_ns"),
)

#: How often something was done with a media on a day: the sum of what all profiles hold.
audience_count = sa.Table(
    "audience_count",
    metadata,
    sa.Column("media_id", ID, sa.ForeignKey("media.id", ondelete="CASCADE"), primary_key=True),
    #: Days since the epoch, UTC.
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("act", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Index("audience_count_by_project", "project_id", "day"),
)

#: Rules over profiles.
audience_segment = sa.Table(
    "audience_segment",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("segment_id", sa.String(64), primary_key=True),
    #: A Segment, as protobuf bytes.
    sa.Column("document", SealedBytes("audience_segment.document"), nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("update_ns", sa.BigInteger, nullable=False),
)

#: What an indexed media is recommended by, see `recommend.model.ItemRow`.
audience_item = sa.Table(
    "audience_item",
    metadata,
    sa.Column(
        "media_key",
        sa.Integer,
        sa.ForeignKey("search_media.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("project_id", PROJECT, nullable=False),
    #: Rises whenever the row is written.
    sa.Column("edit", sa.BigInteger, nullable=False),
    sa.Column("traits", SealedBytes("audience_item.traits"), nullable=False),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("duration_ms", sa.BigInteger, nullable=False),
    sa.Column("engine", sa.String(128), nullable=False),
    sa.Column("look", SealedBytes("audience_item.look"), nullable=False),
    sa.Index("audience_item_by_project", "project_id", "media_key", "edit"),
)
