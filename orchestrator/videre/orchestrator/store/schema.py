"""The tables of the first release. Every row that a caller can reach has a project.

Times are nanoseconds since the Unix epoch, scores E4 integers, documents canonical JSON text.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

_ID = sa.String(36)
_DIGEST = sa.String(64)
_PROJECT = sa.String(64)

media = sa.Table(
    "media",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    sa.Column("digest", _DIGEST, nullable=False, server_default=""),
    sa.Column("size_bytes", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    #: Path of a file that stays by reference with its identity (size, mtime, inode); else null.
    sa.Column("reference", sa.JSON),
    sa.Column("index_digest", _DIGEST, nullable=False, server_default=""),
    #: Technical description from the index, so that lists need not open it; null before the probe.
    sa.Column("facts", sa.JSON),
    sa.Column("latest_revision", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("request_id", sa.String(64)),
    sa.Column("request_digest", _DIGEST),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
    sa.UniqueConstraint("project_id", "request_id"),
    sa.Index("media_by_digest", "project_id", "digest"),
)

upload = sa.Table(
    "upload",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("total_size", sa.BigInteger, nullable=False),
    sa.Column("committed_size", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("expire_ns", sa.BigInteger, nullable=False),
    sa.Column("media_id", _ID),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("request_id", sa.String(64)),
    sa.Column("request_digest", _DIGEST),
    sa.UniqueConstraint("project_id", "request_id"),
)

job = sa.Table(
    "job",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    sa.Column("media_id", _ID),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("request", sa.LargeBinary, nullable=False),
    sa.Column("request_id", sa.String(64)),
    sa.Column("request_digest", _DIGEST, nullable=False),
    sa.Column("features", sa.JSON, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("user_data", sa.Text, nullable=False, server_default=""),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("start_ns", sa.BigInteger),
    sa.Column("end_ns", sa.BigInteger),
    sa.Column("expire_ns", sa.BigInteger),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("traceparent", sa.Text, nullable=False, server_default=""),
    #: Longest wall time from the start of work; null = no limit.
    sa.Column("wall_time_ns", sa.BigInteger),
    sa.Column("error", sa.JSON),
    sa.Column("plan_digest", _DIGEST, nullable=False, server_default=""),
    sa.Column("pins", sa.JSON),
    sa.Column("result_digest", _DIGEST, nullable=False, server_default=""),
    sa.Column("document_digest", _DIGEST, nullable=False, server_default=""),
    sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("suggestion", sa.String(16), nullable=False, server_default=""),
    sa.Column("progress", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_seq", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
    sa.UniqueConstraint("project_id", "request_id"),
    sa.Index("job_by_project", "project_id", "id"),
    sa.Index("job_by_media", "media_id"),
    sa.Index("job_by_state", "state"),
)

job_tag = sa.Table(
    "job_tag",
    metadata,
    sa.Column("job_id", _ID, sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", sa.String(128), primary_key=True),
    sa.Column("value", sa.String(256), nullable=False),
    sa.Column("project_id", _PROJECT, nullable=False),
    sa.Index("job_tag_by_value", "project_id", "key", "value"),
)

job_stage = sa.Table(
    "job_stage",
    metadata,
    sa.Column("job_id", _ID, sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(32), nullable=False, server_default=""),
    sa.Column("message", sa.Text, nullable=False, server_default=""),
    sa.Column("done", sa.Integer, nullable=False, server_default="0"),
    sa.Column("total", sa.Integer, nullable=False, server_default="0"),
    #: Stretches nobody could look at: [[start_ns, end_ns], …].
    sa.Column("missing", sa.JSON, nullable=False),
    sa.Column("model_calls", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("cpu_ms", sa.BigInteger, nullable=False, server_default="0"),
)

#: One row per stage and unit of work that is done; makes progress idempotent.
job_chunk = sa.Table(
    "job_chunk",
    metadata,
    sa.Column("job_id", _ID, sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("stage", sa.String(64), primary_key=True),
    sa.Column("part", sa.String(64), primary_key=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    #: Keys of the evidence that the part wrote or found.
    sa.Column("evidence_keys", sa.JSON, nullable=False),
)

job_event = sa.Table(
    "job_event",
    metadata,
    sa.Column("job_id", _ID, sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("time_ns", sa.BigInteger, nullable=False),
)

job_output = sa.Table(
    "job_output",
    metadata,
    sa.Column("job_id", _ID, sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.String(255), primary_key=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    sa.Column("task", sa.String(64), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("role", sa.String(32), nullable=False),
    sa.Column("digest", _DIGEST, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("media_type", sa.String(128), nullable=False),
    sa.Column("offset_ns", sa.BigInteger),
    sa.Column("score", sa.Integer),
)

analysis = sa.Table(
    "analysis",
    metadata,
    sa.Column("media_id", _ID, sa.ForeignKey("media.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.BigInteger, primary_key=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    #: The job that looked; a revision that a changed library brought names that of the one before.
    sa.Column("job_id", _ID, nullable=False),
    sa.Column("document_digest", _DIGEST, nullable=False),
    sa.Column("result_digest", _DIGEST, nullable=False),
    sa.Column("suggestion", sa.String(16), nullable=False, server_default=""),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    #: Of what it can be judged by again; "" where that was not kept.
    sa.Column("judged_digest", _DIGEST, nullable=False, server_default=""),
)

#: What people say of an analysis; it belongs to the media, jobs expire.
feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    sa.Column("media_id", _ID, sa.ForeignKey("media.id", ondelete="CASCADE"), nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("job_id", _ID, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    #: A Correction, as protobuf bytes.
    sa.Column("correction", sa.LargeBinary, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("request_id", sa.String(64)),
    sa.Column("request_digest", _DIGEST, nullable=False),
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
    sa.Column("key", _DIGEST, primary_key=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    sa.Column("media_digest", _DIGEST, nullable=False),
    sa.Column("feature", sa.String(32), nullable=False),
    sa.Column("engine", sa.String(128), nullable=False),
    sa.Column("blob_digest", _DIGEST, nullable=False),
    sa.Column("start_ns", sa.BigInteger, nullable=False),
    sa.Column("end_ns", sa.BigInteger, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Index("evidence_by_media", "project_id", "media_digest"),
)

#: Who still needs an artifact; what nobody refers to for 24 h is collected.
artifact_ref = sa.Table(
    "artifact_ref",
    metadata,
    sa.Column("project_id", _PROJECT, primary_key=True),
    sa.Column("digest", _DIGEST, primary_key=True),
    #: "media", "evidence", "analysis", "job", "library".
    sa.Column("owner_kind", sa.String(16), primary_key=True),
    sa.Column("owner_id", sa.String(128), primary_key=True),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Index("artifact_ref_by_owner", "owner_kind", "owner_id"),
)

template = sa.Table(
    "template",
    metadata,
    sa.Column("project_id", _PROJECT, primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("latest_version", sa.BigInteger, nullable=False),
    #: Set while something cites what was deleted.
    sa.Column("delete_ns", sa.BigInteger),
    sa.UniqueConstraint("project_id", "number"),
)

#: A version never changes.
template_version = sa.Table(
    "template_version",
    metadata,
    sa.Column("project_id", _PROJECT, primary_key=True),
    sa.Column("template_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    #: A TemplateDraft in protobuf's JSON, without its id.
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(
        ["project_id", "template_id"], ["template.project_id", "template.id"], ondelete="CASCADE"
    ),
)

#: Templates, presets too, that jobs get which name none of the kind.
template_default = sa.Table(
    "template_default",
    metadata,
    sa.Column("project_id", _PROJECT, primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("template_id", sa.String(64), nullable=False),
)

#: Which jobs cite which own templates; an analysis is cited by its job's id, which may be gone.
template_use = sa.Table(
    "template_use",
    metadata,
    sa.Column("job_id", _ID, primary_key=True),
    sa.Column("template_id", sa.String(64), primary_key=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Index("template_use_by_template", "project_id", "template_id"),
)

library = sa.Table(
    "library",
    metadata,
    sa.Column("project_id", _PROJECT, primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
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
    sa.Column("request_digest", _DIGEST, nullable=False),
    sa.Column("entry_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("update_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
)

#: An entry in one of its forms: it holds from version `added_in` until `removed_in` (null = now).
library_entry = sa.Table(
    "library_entry",
    metadata,
    sa.Column("project_id", _PROJECT, primary_key=True),
    sa.Column("library_id", sa.String(64), primary_key=True),
    sa.Column("entry_id", sa.String(64), primary_key=True),
    sa.Column("added_in", sa.BigInteger, primary_key=True),
    sa.Column("removed_in", sa.BigInteger),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("request_digest", _DIGEST, nullable=False),
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
    sa.Column("id", _ID, primary_key=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    sa.Column("library_id", sa.String(64), nullable=False),
    sa.Column("entry_id", sa.String(64), nullable=False),
    sa.Column("negative", sa.Boolean, nullable=False),
    sa.Column("picture_digest", _DIGEST, nullable=False, server_default=""),
    #: Left, top, width, height E4 in the picture; null = the whole.
    sa.Column("box", sa.JSON),
    sa.Column("engine", sa.String(128), nullable=False, server_default=""),
    #: Whole numbers, int16 little-endian; see `fusion.face_vectors`.
    sa.Column("vector", sa.LargeBinary),
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
    sa.Column("project_id", _PROJECT, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
)

#: What the people of the published analyses look like, to be found again; rises with `number`.
person_face = sa.Table(
    "person_face",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    sa.Column("media_id", _ID, sa.ForeignKey("media.id", ondelete="CASCADE"), nullable=False),
    sa.Column("person_id", sa.String(64), nullable=False),
    sa.Column("engine", sa.String(128), nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
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
    sa.Column("media_id", _ID, sa.ForeignKey("media.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("library_id", sa.String(64), primary_key=True),
    sa.Column("entry_id", sa.String(64), primary_key=True),
    sa.Column("project_id", _PROJECT, nullable=False),
    sa.Index("library_match_by_entry", "project_id", "library_id", "entry_id"),
)

#: Media that a version of a library has still to be looked for in.
binding_task = sa.Table(
    "binding_task",
    metadata,
    sa.Column("project_id", _PROJECT, primary_key=True),
    sa.Column("library_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("media_id", _ID, sa.ForeignKey("media.id", ondelete="CASCADE"), primary_key=True),
)

#: What engines really cost on this installation, for estimates.
engine_cost = sa.Table(
    "engine_cost",
    metadata,
    sa.Column("feature", sa.String(32), primary_key=True),
    sa.Column("engine", sa.String(128), primary_key=True),
    sa.Column("media_ms", sa.BigInteger, nullable=False),
    sa.Column("cpu_ms", sa.BigInteger, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
)
