"""Own libraries, own labels, and where both were found."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import DIGEST, ID, PROJECT, metadata
from videre.orchestrator.store.vault import SealedBytes, SealedJson, SealedName, SealedText

library = sa.Table(
    "library",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", SealedText("library.name"), nullable=False),
    sa.Column("description", SealedText("library.description"), nullable=False),
    sa.Column("usages", sa.JSON, nullable=False),
    sa.Column("tags", sa.JSON, nullable=False),
    #: Likeness E4 from which something is an entry; null = the engine's own.
    sa.Column("threshold", sa.Integer),
    #: Raised by what can alter an answer; `edit` by every change.
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("edit", sa.BigInteger, nullable=False),
    #: Version up to which it was looked for in everything that was published before.
    sa.Column("bound_version", sa.BigInteger, nullable=False, server_default="0"),
    #: Of the request that made it: the same request again is answered as done.
    sa.Column("request_digest", DIGEST, nullable=False),
    sa.Column("entry_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("update_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
)

#: An entry in one of its forms: it holds from version `added_in` until `removed_in` (null = now).
library_entry = sa.Table(
    "library_entry",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("library_id", sa.String(64), primary_key=True),
    sa.Column("entry_id", sa.String(64), primary_key=True),
    sa.Column("added_in", sa.BigInteger, primary_key=True),
    sa.Column("removed_in", sa.BigInteger),
    sa.Column("name", SealedName("library_entry.name"), nullable=False),
    sa.Column("category", SealedName("library_entry.category"), nullable=False),
    sa.Column("document", SealedJson("library_entry.document"), nullable=False),
    sa.Column("request_digest", DIGEST, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(
        ["project_id", "library_id"], ["library.project_id", "library.id"], ondelete="CASCADE"
    ),
)

#: What an entry looks like, or does not look like. Goes with the entry: vectors are not kept on.
library_sample = sa.Table(
    "library_sample",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("library_id", sa.String(64), nullable=False),
    sa.Column("entry_id", sa.String(64), nullable=False),
    sa.Column("negative", sa.Boolean, nullable=False),
    sa.Column("picture_digest", DIGEST, nullable=False, server_default=""),
    #: Left, top, width, height E4 in the picture; null = the whole.
    sa.Column("box", sa.JSON),
    sa.Column("engine", sa.String(128), nullable=False, server_default=""),
    #: Whole numbers, int16 little-endian; see `fusion.face_vectors`.
    sa.Column("vector", SealedBytes("library_sample.vector")),
    sa.Column("added_in", sa.BigInteger, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    #: Media, person, feedback and job that a sample of somebody in an analysis comes from.
    sa.Column("origin", sa.JSON),
    sa.ForeignKeyConstraint(
        ["project_id", "library_id"], ["library.project_id", "library.id"], ondelete="CASCADE"
    ),
    sa.Index("library_sample_by_entry", "project_id", "library_id", "entry_id"),
)

#: A project's additions to the taxonomy; a version never changes.
taxonomy_overlay = sa.Table(
    "taxonomy_overlay",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("document", SealedJson("taxonomy_overlay.document"), nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
)

#: What the people of the published analyses look like, to be found again; rises with `number`.
person_face = sa.Table(
    "person_face",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("media_id", ID, sa.ForeignKey("media.id", ondelete="CASCADE"), nullable=False),
    sa.Column("person_id", sa.String(64), nullable=False),
    sa.Column("engine", sa.String(128), nullable=False),
    sa.Column("vector", SealedBytes("person_face.vector"), nullable=False),
    #: Of the same unknown person in all media of the project.
    sa.Column("identity_id", sa.String(64), nullable=False),
    sa.UniqueConstraint("media_id", "person_id"),
    sa.Index("person_face_by_identity", "project_id", "identity_id"),
    sqlite_autoincrement=True,
)

#: Which entries the latest analysis of each media names.
library_match = sa.Table(
    "library_match",
    metadata,
    sa.Column("media_id", ID, sa.ForeignKey("media.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("library_id", sa.String(64), primary_key=True),
    sa.Column("entry_id", sa.String(64), primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Index("library_match_by_entry", "project_id", "library_id", "entry_id"),
)

#: Media that a version of a library has still to be looked for in.
binding_task = sa.Table(
    "binding_task",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("library_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("media_id", ID, sa.ForeignKey("media.id", ondelete="CASCADE"), primary_key=True),
)
