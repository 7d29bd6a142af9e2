"""Jobs: their stages, parts, events and files, and what engines have cost."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import DIGEST, ID, PROJECT, metadata
from videre.orchestrator.store.vault import SealedBytes, SealedJson, SealedText

_BEGUN = sa.text("start_ns IS NOT NULL")
UNTOLD = sa.text("NOT inputs_told")


def _of_begun(name: str, *columns: str) -> sa.Index:
    return sa.Index(name, *columns, sqlite_where=_BEGUN, postgresql_where=_BEGUN)


job = sa.Table(
    "job",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("media_id", ID),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("request", SealedBytes("job.request"), nullable=False),
    sa.Column("request_id", sa.String(64)),
    sa.Column("request_digest", DIGEST, nullable=False),
    sa.Column("features", sa.JSON, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("user_data", SealedText("job.user_data"), nullable=False, server_default=""),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("start_ns", sa.BigInteger),
    sa.Column("end_ns", sa.BigInteger),
    sa.Column("expire_ns", sa.BigInteger),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("traceparent", sa.Text, nullable=False, server_default=""),
    #: Longest wall time from the start of work; null = no limit.
    sa.Column("wall_time_ns", sa.BigInteger),
    #: CPU that answers have taken of the budget; 0 without one.
    sa.Column("charged_cpu_ms", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("error", sa.JSON),
    sa.Column("plan_digest", DIGEST, nullable=False, server_default=""),
    sa.Column("pins", sa.JSON),
    sa.Column("result_digest", DIGEST, nullable=False, server_default=""),
    sa.Column("document_digest", DIGEST, nullable=False, server_default=""),
    sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("suggestion", sa.String(16), nullable=False, server_default=""),
    sa.Column("progress", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_seq", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
    #: Its project runs as many jobs as it may: it is not in the journal yet.
    sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false()),
    #: Place among jobs of its priority; see `queueing`.
    sa.Column("turn", sa.BigInteger, nullable=False, server_default="0"),
    #: The job whose work it does again.
    sa.Column("requeue_of", ID),
    #: The pipeline whose queue it waits in; "" = none.
    sa.Column("pipeline", sa.String(64), nullable=False, server_default=""),
    #: Its rows in job_input are there; releases before 0037 write none.
    sa.Column("inputs_told", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("project_id", "request_id"),
    sa.Index("job_by_project", "project_id", "id"),
    sa.Index("job_by_media", "media_id"),
    sa.Index("job_by_state", "state"),
    sa.Index("job_by_turn", "state", "held", "priority", "turn"),
    sa.Index("job_by_own_turn", "project_id", "state", "held", "priority", "turn", "id"),
    _of_begun("job_by_begun_turn", "priority", "turn"),
    _of_begun("job_by_own_begun_turn", "project_id", "priority", "turn"),
    sa.Index("job_by_requeued", "requeue_of", unique=True),
    sa.Index("job_by_pipeline", "project_id", "pipeline", "state", "held"),
    sa.Index("job_by_untold", "project_id", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
)

#: Media that a job works on beside its own: further inputs and covers.
job_input = sa.Table(
    "job_input",
    metadata,
    sa.Column("job_id", ID, sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("media_id", ID, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Index("job_input_by_media", "media_id"),
)

#: Named queues of projects.
pipeline = sa.Table(
    "pipeline",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    #: {"analysis", "moderation", "production"}; "" = the project's default.
    sa.Column("templates", sa.JSON, nullable=False),
    sa.Column("priority", sa.Integer),
    sa.Column("running_jobs", sa.Integer, nullable=False),
    sa.Column("waiting_jobs", sa.Integer, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    #: Webhooks, and the occasions on which they are sent something.
    sa.Column("targets", sa.JSON, nullable=False),
    sa.Column("occasions", sa.JSON, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("update_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("edit", sa.BigInteger, nullable=False, server_default="1"),
)

job_tag = sa.Table(
    "job_tag",
    metadata,
    sa.Column("job_id", ID, sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", sa.String(128), primary_key=True),
    sa.Column("value", sa.String(256), nullable=False),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Index("job_tag_by_value", "project_id", "key", "value"),
)

job_stage = sa.Table(
    "job_stage",
    metadata,
    sa.Column("job_id", ID, sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
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
    sa.Column("job_id", ID, sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("stage", sa.String(64), primary_key=True),
    sa.Column("part", sa.String(64), primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    #: Keys of the evidence that the part wrote or found.
    sa.Column("evidence_keys", sa.JSON, nullable=False),
)

job_event = sa.Table(
    "job_event",
    metadata,
    sa.Column("job_id", ID, sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("payload", SealedJson("job_event.payload"), nullable=False),
    sa.Column("time_ns", sa.BigInteger, nullable=False),
)

job_output = sa.Table(
    "job_output",
    metadata,
    sa.Column("job_id", ID, sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.String(255), primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("task", sa.String(64), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("role", sa.String(32), nullable=False),
    sa.Column("digest", DIGEST, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("media_type", sa.String(128), nullable=False),
    sa.Column("offset_ns", sa.BigInteger),
    sa.Column("score", sa.Integer),
    #: Fields of MadeMedia as JSON; null for files that are neither moving pictures nor sound.
    sa.Column("facts", sa.JSON),
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
