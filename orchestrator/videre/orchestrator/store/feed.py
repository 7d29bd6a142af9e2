"""The feed: events of a project in one order, without gaps, inside callers' transactions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from videre.orchestrator.notify.messages import FeedEvent
from videre.orchestrator.notify.types import type_of
from videre.orchestrator.recommend.model import Trait
from videre.orchestrator.recommend.traits import unpacked
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.holds import held

_FEED: Final = t.feed_event.c
_HEAD: Final = t.feed_head.c
_ADD: Final = sa.insert(t.feed_event)
#: Types of events before which a job has said nothing of its media.
_BEFORE: Final = frozenset({"job.queued", "job.running"})
_OF: Final = sa.bindparam("of", type_=sa.String)
_OF_JOB: Final = sa.select(
    t.job.c.tags, t.job.c.suggestion, t.job.c.media_id, t.job.c.pipeline, t.job.c.pins
).where(t.job.c.id == _OF)
_TRAITS: Final = (
    sa.select(t.audience_item.c.traits)
    .join(t.search_media, t.search_media.c.key == t.audience_item.c.media_key)
    .where(t.search_media.c.media_id == _OF)
)
_LABEL: Final = Trait.TAG


@cache
def _next_number(dialect: str) -> Any:
    """Return the statement that takes a project's next number."""
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(t.feed_head)
    first = insert.values(project_id=sa.bindparam("of"), last=1)
    return first.on_conflict_do_update(
        index_elements=[_HEAD.project_id], set_={"last": _HEAD.last + 1}
    ).returning(_HEAD.last)


def add_to_feed(connection: sa.Connection, events: Iterable[Mapping[str, Any]]) -> None:
    """Add those events of jobs to the feed that are events of their project.

    Args:
        connection: of the transaction that stores them.
        events: rows of `job_event`.
    """
    for event in events:
        kind = type_of(event["kind"], event["payload"])
        if kind is None:
            continue
        taking = _next_number(connection.dialect.name)
        number = connection.execute(taking, {"of": event["project_id"]}).scalar_one()
        row = {
            "project_id": event["project_id"],
            "number": number,
            "type": kind,
            "job_id": event["job_id"],
            "seq": event["seq"],
            "payload": event["payload"],
            "time_ns": event["time_ns"],
            "facts": _facts(connection, event, kind),
        }
        connection.execute(_ADD, row)


def _facts(connection: sa.Connection, event: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return what routing rules look at, as it is when the event is stored."""
    job = connection.execute(_OF_JOB, {"of": event["job_id"]}).one_or_none()
    if job is None:
        return {}
    facts: dict[str, Any] = {"tags": job.tags, "pipeline": job.pipeline}
    if kind not in _BEFORE:
        facts["branch"] = (job.pins or {}).get("branch", "")
        told = event["payload"]
        facts["verdict"] = told.get("people") or told.get("suggestion") or job.suggestion
        traits = connection.execute(_TRAITS, {"of": job.media_id}).scalar_one_or_none()
        facts["labels"] = [value for trait, value, _ in unpacked(traits or b"") if trait is _LABEL]
    return facts


def feed_after(
    connection: sa.Connection, project_id: str, after: int, limit: int, types: Sequence[str] = ()
) -> list[FeedEvent]:
    """Return events of a project after a number, oldest first; of some types, or of all."""
    query = (
        sa.select(t.feed_event)
        .where(_FEED.project_id == project_id, _FEED.number > after)
        .order_by(_FEED.number)
        .limit(limit)
    )
    if types:
        query = query.where(_FEED.type.in_(types))
    return [FeedEvent(**row._mapping) for row in connection.execute(query)]


def last_number(connection: sa.Connection, project_id: str) -> int:
    """Return the number of a project's last event; 0 = there was none."""
    query = sa.select(_HEAD.last).where(_HEAD.project_id == project_id)
    return connection.execute(query).scalar() or 0


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some events of a project.

    Args:
        events: oldest first.
        looked: number up to which events were looked at.
        oldest: number of the oldest event that is kept; 0 = there is none.
        last: number of the newest event; 0 = there was none.
    """

    events: list[FeedEvent]
    looked: int
    oldest: int
    last: int


class FeedStore:
    """Reads of the feed. Blocking: call through threads."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def page(self, project_id: str, after: int, limit: int, types: Sequence[str]) -> FeedPage:
        """Return events after a number, and where the next page begins."""
        oldest = sa.select(sa.func.min(_FEED.number)).where(_FEED.project_id == project_id)
        with self._db.steps.connect() as connection:
            # Before the events: what comes in between is looked at next time.
            last = last_number(connection, project_id)
            found = feed_after(connection, project_id, after, limit, types)
            first = connection.execute(oldest).scalar() or 0
        seen = found[-1].number if found else after
        looked = seen if len(found) == limit else max(seen, after, last)
        return FeedPage(found, looked, first, last)

    def last_number(self, project_id: str) -> int:
        """Return the number of a project's last event."""
        with self._db.steps.connect() as connection:
            return last_number(connection, project_id)

    def forget(self, before_ns: int) -> int:
        """Remove events from before a time, with their deliveries; return how many.

        Those of jobs on media that are held stay.
        """
        kept = sa.exists().where(t.job.c.id == _FEED.job_id, held(t.job.c.media_id))
        with self._db.steps.begin() as connection:
            past = sa.delete(t.feed_event).where(_FEED.time_ns < before_ns, ~kept)
            done = connection.execute(past)
            return done.rowcount
