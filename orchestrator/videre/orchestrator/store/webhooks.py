"""Webhooks and their deliveries. Every change is one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.orchestrator.notify.messages import FeedEvent
from videre.orchestrator.notify.routing import facts_of, routed
from videre.orchestrator.notify.types import is_wanted
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once
from videre.orchestrator.store.feed import feed_after, last_number
from videre.orchestrator.store.routing import latest_rules

#: Events looked at for one webhook at once.
_EVENTS: Final = 500
#: A delivery that is being sent is sent by somebody else after this time: its sender was killed.
LEASE_NS: Final = 60 * NS
#: Secrets of a webhook at the same time.
_MOST_SECRETS: Final = 2
_HOOK: Final = t.webhook.c
_DELIVERY: Final = t.delivery.c
_FEED: Final = t.feed_event.c


class DeliveryState(StrEnum):
    """State of a delivery."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"


@dataclass(frozen=True, slots=True)
class WebhookRecord:
    """A row of `webhook`."""

    id: str
    project_id: str
    name: str
    uri: str
    types: list[str]
    binary: bool
    routed: bool
    paused: bool
    last_number: int
    secrets: list[dict[str, Any]]
    create_ns: int
    update_ns: int
    created_by: str
    edit: int


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A row of `delivery`."""

    webhook_id: str
    number: int
    project_id: str
    state: str
    attempts: int
    next_ns: int
    since_ns: int
    end_ns: int | None
    status: int
    error: str
    rule: str
    rules_version: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process sends now."""

    delivery: DeliveryRecord
    webhook: WebhookRecord
    event: FeedEvent


class WebhookStore:
    """Reads and writes of `webhook` and `delivery`. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db, self._clock = database, clock

    # --- webhooks ----------------------------------------------------------------------------

    def create(self, values: Mapping[str, Any]) -> WebhookRecord:
        """Store a webhook, which is sent events from now on."""
        now = self._clock.now_ns()
        project = str(values["project_id"])
        with self._db.durable.begin() as connection:
            row = {
                **values,
                "last_number": last_number(connection, project),
                "create_ns": now,
                "update_ns": now,
            }
            connection.execute(sa.insert(t.webhook), row)
            return _get(connection, project, str(values["id"]))

    def get(self, project_id: str, webhook_id: str) -> WebhookRecord:
        """Return a webhook of a project.

        Raises:
            VidereError: WEBHOOK_NOT_FOUND.
        """
        with self._db.steps.connect() as connection:
            return _get(connection, project_id, webhook_id)

    def page(self, project_id: str, limit: int, after_id: str) -> list[WebhookRecord]:
        """Return webhooks of a project in the order of their ids."""
        query = (
            sa.select(t.webhook)
            .where(_HOOK.project_id == project_id, _HOOK.id > after_id)
            .order_by(_HOOK.id)
            .limit(limit)
        )
        with self._db.steps.connect() as connection:
            return [WebhookRecord(**row._mapping) for row in connection.execute(query)]

    def change(
        self, project_id: str, webhook_id: str, values: Mapping[str, Any], etag: str
    ) -> WebhookRecord:
        """Change columns of a webhook.

        Raises:
            VidereError: WEBHOOK_NOT_FOUND, ETAG_MISMATCH.
        """
        with self._db.durable.begin() as connection:
            record = _get(connection, project_id, webhook_id)
            if etag and etag != str(record.edit):
                raise VidereError(
                    Reason.ETAG_MISMATCH,
                    f"webhook {webhook_id} changed since it was read",
                    metadata={"webhook_id": webhook_id, "etag": str(record.edit)},
                )
            return self._update(connection, record, values)

    def add_secret(
        self, project_id: str, webhook_id: str, secret: Mapping[str, Any]
    ) -> WebhookRecord:
        """Add a secret before the others.

        Raises:
            VidereError: WEBHOOK_NOT_FOUND, WEBHOOK_SECRETS.
        """
        with self._db.durable.begin() as connection:
            record = _get(connection, project_id, webhook_id)
            if len(record.secrets) >= _MOST_SECRETS:
                raise _secrets(webhook_id, f"has {_MOST_SECRETS} secrets; remove one first")
            return self._update(connection, record, {"secrets": [dict(secret), *record.secrets]})

    def remove_secret(self, project_id: str, webhook_id: str, key_id: str) -> WebhookRecord:
        """Remove a secret; again is no error.

        Raises:
            VidereError: WEBHOOK_NOT_FOUND; WEBHOOK_SECRETS, it is the last one.
        """
        with self._db.durable.begin() as connection:
            record = _get(connection, project_id, webhook_id)
            left = [one for one in record.secrets if one["id"] != key_id]
            if not left:
                raise _secrets(webhook_id, "would have no secret")
            if len(left) == len(record.secrets):
                return record
            return self._update(connection, record, {"secrets": left})

    def delete(self, project_id: str, webhook_id: str) -> None:
        """Delete a webhook with its deliveries.

        Raises:
            VidereError: WEBHOOK_NOT_FOUND.
        """
        with self._db.durable.begin() as connection:
            _get(connection, project_id, webhook_id)
            connection.execute(sa.delete(t.webhook).where(_HOOK.id == webhook_id))

    def _update(
        self, connection: sa.Connection, record: WebhookRecord, values: Mapping[str, Any]
    ) -> WebhookRecord:
        fresh = {**values, "edit": record.edit + 1, "update_ns": self._clock.now_ns()}
        connection.execute(sa.update(t.webhook).where(_HOOK.id == record.id).values(fresh))
        return _get(connection, record.project_id, record.id)

    # --- deliveries --------------------------------------------------------------------------

    def expand(self) -> int:
        """Make deliveries of the events that webhooks have not been looked at for; return how many.

        A webhook and its deliveries change together: no event is left out, or sent as two.
        """
        behind = (
            sa.select(t.webhook)
            .join(t.feed_head, t.feed_head.c.project_id == _HOOK.project_id)
            .where(_HOOK.paused.is_(False), t.feed_head.c.last > _HOOK.last_number)
        )
        with self._db.steps.connect() as connection:
            found = [WebhookRecord(**row._mapping) for row in connection.execute(behind)]
        return sum(self._expand(record) for record in found)

    def _expand(self, record: WebhookRecord) -> int:
        now, made = self._clock.now_ns(), 0
        with self._db.durable.begin() as connection:
            events = feed_after(connection, record.project_id, record.last_number, _EVENTS)
            if not events:
                return 0
            version, rules = latest_rules(connection, record.project_id)
            for event in events:
                wanted = not record.routed and is_wanted(record.types, event.type)
                rule = "" if wanted else routed(rules, facts_of(event)).get(record.id, "")
                if wanted or rule:
                    row = {
                        "webhook_id": record.id,
                        "number": event.number,
                        "project_id": record.project_id,
                        "state": DeliveryState.PENDING,
                        "next_ns": now,
                        "since_ns": now,
                        "rule": rule,
                        "rules_version": version if rule else 0,
                    }
                    made += insert_once(connection, t.delivery, row)
            connection.execute(
                sa.update(t.webhook)
                .where(_HOOK.id == record.id, _HOOK.last_number < events[-1].number)
                .values(last_number=events[-1].number)
            )
        return made

    def claim(self, limit: int, each: int, not_of: Sequence[str] = ()) -> list[Claimed]:
        """Take deliveries that are due, those of old events first, for the time of a lease.

        Args:
            limit: most of them.
            each: most of one webhook.
            not_of: webhooks that have enough on their way.
        """
        now = self._clock.now_ns()
        due = (
            sa.select(t.delivery)
            .join(t.webhook, _HOOK.id == _DELIVERY.webhook_id)
            .where(
                _DELIVERY.state == DeliveryState.PENDING,
                _DELIVERY.next_ns <= now,
                _HOOK.paused.is_(False),
                _HOOK.id.not_in(not_of),
            )
            .order_by(_DELIVERY.next_ns, _DELIVERY.number)
            .limit(limit * each)
        )
        with self._db.steps.connect() as connection:
            if not (rows := connection.execute(due).all()):
                return []
        taken: list[Claimed] = []
        of: Counter[str] = Counter()
        with self._db.steps.begin() as connection:
            for row in rows:
                record = DeliveryRecord(**row._mapping)
                if len(taken) >= limit or of[record.webhook_id] >= each:
                    continue
                of[record.webhook_id] += 1
                lease = (
                    sa.update(t.delivery)
                    .where(*_is(record), _DELIVERY.attempts == record.attempts)
                    .values(attempts=record.attempts + 1, next_ns=now + LEASE_NS)
                )
                if connection.execute(lease).rowcount == 1:
                    taken.append(_claimed(connection, record))
        return taken

    def delivered(self, claimed: DeliveryRecord, status: int) -> None:
        """Note that a receiver took a delivery."""
        values = {
            "state": DeliveryState.DELIVERED,
            "end_ns": self._clock.now_ns(),
            "status": status,
            "error": "",
        }
        with self._db.steps.begin() as connection:
            connection.execute(sa.update(t.delivery).where(*_is(claimed)).values(values))

    def failed(self, claimed: DeliveryRecord, status: int, error: str, next_ns: int | None) -> None:
        """Note that an attempt failed, and when the next one is; None = it is given up."""
        values: dict[str, Any] = {"status": status, "error": error}
        if next_ns is None:
            values |= {"state": DeliveryState.DEAD, "end_ns": self._clock.now_ns()}
        else:
            values["next_ns"] = next_ns
        with self._db.steps.begin() as connection:
            connection.execute(
                sa.update(t.delivery)
                .where(*_is(claimed), _DELIVERY.state == DeliveryState.PENDING)
                .values(values)
            )

    def deliveries(
        self, webhook_id: str, state: str, limit: int, after: int
    ) -> list[DeliveryRecord]:
        """Return deliveries of a webhook in the order of events; "" = in any state."""
        query = (
            sa.select(t.delivery)
            .where(_DELIVERY.webhook_id == webhook_id, _DELIVERY.number > after)
            .order_by(_DELIVERY.number)
            .limit(limit)
        )
        if state:
            query = query.where(_DELIVERY.state == state)
        with self._db.steps.connect() as connection:
            return [DeliveryRecord(**row._mapping) for row in connection.execute(query)]

    def counts(self, webhook_id: str) -> dict[str, int]:
        """Return how many deliveries a webhook has, by state."""
        query = (
            sa.select(_DELIVERY.state, sa.func.count())
            .where(_DELIVERY.webhook_id == webhook_id)
            .group_by(_DELIVERY.state)
        )
        with self._db.steps.connect() as connection:
            return {state: count for state, count in connection.execute(query)}

    def redeliver(self, webhook_id: str, numbers: Sequence[int]) -> int:
        """Send events again: those with numbers, or all that were given up; return how many."""
        now = self._clock.now_ns()
        chosen = _DELIVERY.number.in_(numbers) if numbers else _DELIVERY.state == DeliveryState.DEAD
        values = {
            "state": DeliveryState.PENDING,
            "attempts": 0,
            "next_ns": now,
            "since_ns": now,
            "end_ns": None,
        }
        with self._db.durable.begin() as connection:
            done = connection.execute(
                sa.update(t.delivery)
                .where(_DELIVERY.webhook_id == webhook_id, chosen)
                .values(values)
            )
            return done.rowcount


def _is(record: DeliveryRecord) -> tuple[sa.ColumnElement[bool], ...]:
    return (_DELIVERY.webhook_id == record.webhook_id, _DELIVERY.number == record.number)


def _claimed(connection: sa.Connection, record: DeliveryRecord) -> Claimed:
    event = sa.select(t.feed_event).where(
        _FEED.project_id == record.project_id, _FEED.number == record.number
    )
    hook = sa.select(t.webhook).where(_HOOK.id == record.webhook_id)
    return Claimed(
        record,
        WebhookRecord(**connection.execute(hook).one()._mapping),
        FeedEvent(**connection.execute(event).one()._mapping),
    )


def _get(connection: sa.Connection, project_id: str, webhook_id: str) -> WebhookRecord:
    query = sa.select(t.webhook).where(_HOOK.id == webhook_id, _HOOK.project_id == project_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise VidereError(
            Reason.WEBHOOK_NOT_FOUND,
            f"no webhook {webhook_id!r}",
            metadata={"webhook_id": webhook_id},
        )
    return WebhookRecord(**row._mapping)


def _secrets(webhook_id: str, why: str) -> VidereError:
    return VidereError(
        Reason.WEBHOOK_SECRETS,
        f"webhook {webhook_id} {why}",
        metadata={"webhook_id": webhook_id, "limit": f"1..{_MOST_SECRETS}"},
    )
