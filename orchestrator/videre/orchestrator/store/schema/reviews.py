"""Reviews by people: the queue, what they are asked about, what they did."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import DIGEST, ID, PROJECT, metadata
from videre.orchestrator.store.vault import SealedJson, SealedText

#: One per verdict that people are asked about. Goes with its media.
review = sa.Table(
    "review",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("media_id", ID, sa.ForeignKey("media.id", ondelete="CASCADE"), nullable=False),
    #: Job that published the analysis; it may be gone.
    sa.Column("job_id", ID, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    #: Latest revision with the same verdict.
    sa.Column("last_revision", sa.BigInteger, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("suggestion", sa.String(16), nullable=False),
    #: 1 LOW … 4 CRITICAL.
    sa.Column("severity", sa.Integer, nullable=False),
    #: Categories in the order of the template.
    sa.Column("categories", sa.JSON, nullable=False),
    sa.Column("finding_count", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    #: What people advise; "" until they have decided. It stands while it is appealed.
    sa.Column("people", sa.String(16), nullable=False, server_default=""),
    sa.Column("escalations", sa.Integer, nullable=False, server_default="0"),
    sa.Column("appeals", sa.Integer, nullable=False, server_default="0"),
    #: Who holds it, while the lease lasts.
    sa.Column("claimed_by", sa.Text, nullable=False, server_default=""),
    sa.Column("lease_id", ID, nullable=False, server_default=""),
    sa.Column("lease_end_ns", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("due_ns", sa.BigInteger, nullable=False),
    sa.Column("decide_ns", sa.BigInteger),
    sa.Column("decided_by", sa.Text, nullable=False, server_default=""),
    sa.Column("edit", sa.BigInteger, nullable=False, server_default="1"),
    sa.UniqueConstraint("media_id", "revision"),
    sa.Index("review_by_due", "project_id", "state", "due_ns", "id"),
)

review_finding = sa.Table(
    "review_finding",
    metadata,
    sa.Column("review_id", ID, sa.ForeignKey("review.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    #: Places of group and segment in the verdict; segment is null where nobody looked.
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("segment", sa.Integer),
    sa.Column("category", sa.String(64), nullable=False),
    sa.Column("medium", sa.String(64), nullable=False),
    sa.Column("label", SealedText("review_finding.label"), nullable=False),
    sa.Column("rule_id", sa.String(64), nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    sa.Column("suggestion", sa.String(16), nullable=False),
    sa.Column("score", sa.Integer, nullable=False),
    #: Entries that matched, "list:entry".
    sa.Column("words", sa.JSON, nullable=False),
    sa.Column("picture_digest", DIGEST, nullable=False, server_default=""),
    #: Perceptual hash of the picture, 16 hex digits; "" where there is none.
    sa.Column("picture_hash", sa.String(16), nullable=False, server_default=""),
    #: What people say of it now; "" until they have decided.
    sa.Column("outcome", sa.String(16), nullable=False, server_default=""),
    sa.Column("cause", sa.String(32), nullable=False, server_default=""),
    sa.Index("review_finding_by_rule", "project_id", "rule_id"),
    sa.Index("review_finding_by_category", "project_id", "category"),
)

#: What was done, in order; a row never changes.
review_action = sa.Table(
    "review_action",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("review_id", ID, sa.ForeignKey("review.id", ondelete="CASCADE"), nullable=False),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False, server_default=""),
    sa.Column("cause", sa.String(32), nullable=False, server_default=""),
    sa.Column("note", SealedText("review_action.note"), nullable=False, server_default=""),
    #: Rulings on findings: JSON objects with the fields of `Ruling`.
    sa.Column("rulings", SealedJson("review_action.rulings"), nullable=False),
    #: What people advise from then on; "" where it is not decided.
    sa.Column("people", sa.String(16), nullable=False, server_default=""),
    #: Action that it undoes, or whose decision it repeats; "" = none.
    sa.Column("origin_id", ID, nullable=False, server_default=""),
    sa.Column("reviewer", sa.Text, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("request_id", sa.String(64)),
    sa.Column("request_digest", DIGEST, nullable=False, server_default=""),
    sa.UniqueConstraint("project_id", "request_id", "review_id"),
    sa.Index("review_action_by_review", "review_id", "id"),
    sa.Index("review_action_by_origin", "origin_id"),
)
