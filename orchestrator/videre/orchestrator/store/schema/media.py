"""What is looked at, and what was found: media, uploads, analyses, evidence, artifacts."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import DIGEST, ID, PROJECT, metadata
from videre.orchestrator.store.vault import SealedBytes, SealedJson, SealedText

media = sa.Table(
    "media",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("digest", DIGEST, nullable=False, server_default=""),
    sa.Column("size_bytes", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("title", SealedText("media.title"), nullable=False, server_default=""),
    sa.Column("description", SealedText("media.description"), nullable=False, server_default=""),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("source", SealedText("media.source"), nullable=False),
    #: Path of a file that stays by reference with its identity (size, mtime, inode); else null.
    sa.Column("reference", SealedJson("media.reference")),
    sa.Column("index_digest", DIGEST, nullable=False, server_default=""),
    #: Technical description from the index, so that lists need not open it; null before the probe.
    sa.Column("facts", sa.JSON),
    sa.Column("latest_revision", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("request_id", sa.String(64)),
    sa.Column("request_digest", DIGEST),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
    sa.UniqueConstraint("project_id", "request_id"),
    sa.Index("media_by_digest", "project_id", "digest"),
)

#: Why a media is kept. Nothing cascades: a media that is held cannot be removed.
media_hold = sa.Table(
    "media_hold",
    metadata,
    sa.Column("media_id", ID, sa.ForeignKey("media.id"), primary_key=True),
    sa.Column("hold_id", sa.String(64), primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("reason", SealedText("media_hold.reason"), nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Index("media_hold_by_project", "project_id", "media_id", "hold_id"),
)

upload = sa.Table(
    "upload",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("file_name", SealedText("upload.file_name"), nullable=False),
    sa.Column("total_size", sa.BigInteger, nullable=False),
    sa.Column("committed_size", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("expire_ns", sa.BigInteger, nullable=False),
    sa.Column("media_id", ID),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("request_id", sa.String(64)),
    sa.Column("request_digest", DIGEST),
    sa.UniqueConstraint("project_id", "request_id"),
)

analysis = sa.Table(
    "analysis",
    metadata,
    sa.Column("media_id", ID, sa.ForeignKey("media.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.BigInteger, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    #: The job that looked; a revision that a changed library brought names that of the one before.
    sa.Column("job_id", ID, nullable=False),
    sa.Column("document_digest", DIGEST, nullable=False),
    sa.Column("result_digest", DIGEST, nullable=False),
    sa.Column("suggestion", sa.String(16), nullable=False, server_default=""),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    #: Of what it can be judged by again; "" where that was not kept.
    sa.Column("judged_digest", DIGEST, nullable=False, server_default=""),
)

#: What people say of an analysis; it belongs to the media, jobs expire.
feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("media_id", ID, sa.ForeignKey("media.id", ondelete="CASCADE"), nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("job_id", ID, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    #: A Correction, as protobuf bytes.
    sa.Column("correction", SealedBytes("feedback.correction"), nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("request_id", sa.String(64)),
    sa.Column("request_digest", DIGEST, nullable=False),
    #: Place among the corrections of its request.
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.UniqueConstraint("project_id", "request_id", "position"),
    sa.Index("feedback_by_project", "project_id", "id"),
    sa.Index("feedback_by_media", "media_id", "id"),
    sa.Index("feedback_by_job", "job_id", "id"),
)

evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("key", DIGEST, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("media_digest", DIGEST, nullable=False),
    sa.Column("feature", sa.String(32), nullable=False),
    sa.Column("engine", sa.String(128), nullable=False),
    sa.Column("blob_digest", DIGEST, nullable=False),
    sa.Column("start_ns", sa.BigInteger, nullable=False),
    sa.Column("end_ns", sa.BigInteger, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    #: What was looked at, and how: the same in copies of a media; "" = not told.
    sa.Column("input_digest", DIGEST, nullable=False, server_default=""),
    #: The media whose evidence it is a copy of; "" = it was found in its own, "erased" = in one
    #: that is gone.
    sa.Column("taken_from", DIGEST, nullable=False, server_default=""),
    sa.Index("evidence_by_media", "project_id", "media_digest"),
    sa.Index("evidence_by_input", "project_id", "input_digest"),
    sa.Index("evidence_by_source", "project_id", "taken_from"),
)

#: Who still needs an artifact; what nobody refers to for 24 h is collected.
artifact_ref = sa.Table(
    "artifact_ref",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("digest", DIGEST, primary_key=True),
    #: "media", "evidence", "analysis", "job", "library".
    sa.Column("owner_kind", sa.String(16), primary_key=True),
    sa.Column("owner_id", sa.String(128), primary_key=True),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Index("artifact_ref_by_owner", "owner_kind", "owner_id"),
)
