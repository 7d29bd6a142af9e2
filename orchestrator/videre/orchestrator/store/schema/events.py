"""Events of projects in one order, and who is sent them."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import ID, PROJECT, metadata
from videre.orchestrator.store.vault import SealedJson

#: Number of the last event of each project. The row is a lock: numbers rise as commits do.
feed_head = sa.Table(
    "feed_head",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
)

#: Written in the transaction that writes the job's event; outlives the job.
feed_event = sa.Table(
    "feed_event",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("type", sa.String(32), nullable=False),
    sa.Column("job_id", ID, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("payload", SealedJson("feed_event.payload"), nullable=False),
    sa.Column("time_ns", sa.BigInteger, nullable=False),
    #: What routing rules look at beside these, as it was then: {"tags", "verdict", "labels"}.
    sa.Column("facts", SealedJson("feed_event.facts")),
    sa.Index("feed_event_by_time", "time_ns"),
)

webhook = sa.Table(
    "webhook",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("uri", sa.Text, nullable=False),
    #: Types and patterns; empty = all.
    sa.Column("types", sa.JSON, nullable=False),
    sa.Column("binary", sa.Boolean, nullable=False),
    #: It is sent only what routing rules say.
    sa.Column("routed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("paused", sa.Boolean, nullable=False),
    #: Number of the last event for which it was seen whether it is to be sent.
    sa.Column("last_number", sa.BigInteger, nullable=False),
    #: The newest first: [{"id", "sealed", "create_ns"}, …]; sealed under the installation's key.
    sa.Column("secrets", sa.JSON, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("update_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("edit", sa.BigInteger, nullable=False, server_default="1"),
    sa.Index("webhook_by_project", "project_id", "id"),
)

#: An event that is or was to be sent.
delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("webhook_id", ID, sa.ForeignKey("webhook.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    #: When it is sent next; while it is being sent, when somebody else may.
    sa.Column("next_ns", sa.BigInteger, nullable=False),
    #: From when the time counts after which it is given up.
    sa.Column("since_ns", sa.BigInteger, nullable=False),
    sa.Column("end_ns", sa.BigInteger),
    sa.Column("status", sa.Integer, nullable=False, server_default="0"),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    #: The routing rule that says so, and the version of the rules; "", 0 = the webhook's types.
    sa.Column("rule", sa.String(64), nullable=False, server_default=""),
    sa.Column("rules_version", sa.BigInteger, nullable=False, server_default="0"),
    sa.ForeignKeyConstraint(
        ["project_id", "number"], ["feed_event.project_id", "feed_event.number"], ondelete="CASCADE"
    ),
    sa.Index("delivery_by_time", "state", "next_ns"),
    sa.Index("delivery_by_event", "project_id", "number"),
)

#: Routing rules of projects: every change is a version, which stays.
routing = sa.Table(
    "routing",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    #: As `notify.routing.rules_of` reads them, in order.
    sa.Column("rules", sa.JSON, nullable=False),
    sa.Column("create_ns", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
)
