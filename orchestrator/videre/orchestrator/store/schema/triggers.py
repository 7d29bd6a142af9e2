"""Folders that are watched, and the files that were seen in them."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import ID, PROJECT, metadata

watch = sa.Table(
    "watch",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    #: When the folder is looked at next, and was looked at last.
    sa.Column("next_ns", sa.BigInteger, nullable=False),
    sa.Column("look_ns", sa.BigInteger),
    #: Why the last look failed; "" = it did not.
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Index("watch_by_time", "next_ns"),
)

#: A version is written once and only read.
watch_version = sa.Table(
    "watch_version",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("watch_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    #: A Trigger, as protobuf bytes.
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(
        ["project_id", "watch_id"], ["watch.project_id", "watch.id"], ondelete="CASCADE"
    ),
)

#: A version of a file.
watch_file = sa.Table(
    "watch_file",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("watch_id", sa.String(64), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("version", sa.String(128), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("seen_ns", sa.BigInteger, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("job_id", ID),
    #: Version of the trigger that has submitted it; 0 = none.
    sa.Column("watch_version", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("reason", sa.String(64), nullable=False, server_default=""),
    sa.Column("message", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("project_id", "watch_id", "path", "version"),
    sa.ForeignKeyConstraint(
        ["project_id", "watch_id"], ["watch.project_id", "watch.id"], ondelete="CASCADE"
    ),
    sa.Index("watch_file_by_state", "project_id", "watch_id", "state", "number"),
    sa.Index("watch_file_by_job", "job_id"),
)
