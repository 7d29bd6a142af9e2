"""Routing rules of projects. A version is written once and only read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.notify.routing import Rule, rules_of
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database

_ROUTING: Final = t.routing.c
_HOOK: Final = t.webhook.c
_PIPELINE: Final = t.pipeline.c


@dataclass(frozen=True, slots=True)
class RoutingRecord:
    """A version of a project's rules; version 0 = there never were any."""

    project_id: str
    version: int
    rules: list[dict[str, Any]]
    create_ns: int
    created_by: str


class RoutingStore:
    """Reads and writes of `routing`. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db, self._clock = database, clock

    def get(self, project_id: str, version: int = 0) -> RoutingRecord:
        """Return a version of the rules; 0 = the latest.

        Raises:
            VidereError: ROUTES_NOT_FOUND, there is no such version.
        """
        with self._db.steps.connect() as connection:
            found = _read(connection, project_id, version)
        if version and not found.version:
            raise VidereError(
                Reason.ROUTES_NOT_FOUND,
                f"project {project_id} has no routing rules of version {version}",
                metadata={"project_id": project_id, "version": str(version)},
            )
        return found

    def put(
        self, project_id: str, rules: Sequence[Mapping[str, Any]], created_by: str, etag: str
    ) -> RoutingRecord:
        """Store the next version; the same rules again make none.

        Raises:
            VidereError: ETAG_MISMATCH; WEBHOOK_NOT_FOUND, a rule names one that is not there.
        """
        with self._db.durable.begin() as connection:
            known = _read(connection, project_id, 0)
            if etag and etag != str(known.version):
                raise VidereError(
                    Reason.ETAG_MISMATCH,
                    f"the routing rules of {project_id} changed since they were read",
                    metadata={"project_id": project_id, "etag": str(known.version)},
                )
            require_webhooks(
                connection, project_id, {one for rule in rules for one in rule["targets"]}
            )
            if known.version and known.rules == list(rules):
                return known
            row = {
                "project_id": project_id,
                "version": known.version + 1,
                "rules": list(rules),
                "create_ns": self._clock.now_ns(),
                "created_by": created_by,
            }
            connection.execute(sa.insert(t.routing), row)
            return _read(connection, project_id, 0)


def latest_rules(connection: sa.Connection, project_id: str) -> tuple[int, tuple[Rule, ...]]:
    """Return the version of a project's rules, and the rules with those of its pipelines behind."""
    found = _read(connection, project_id, 0)
    query = sa.select(_PIPELINE.id, _PIPELINE.occasions, _PIPELINE.targets)
    pipelines = connection.execute(
        query.where(_PIPELINE.project_id == project_id).order_by(_PIPELINE.id)
    )
    own = tuple(
        Rule(f"pipeline:{row.id}", on=tuple(row.occasions), pipelines=(row.id,),
             targets=tuple(row.targets))
        for row in pipelines
        if row.targets
    )  # fmt: skip
    return found.version, rules_of(found.rules) + own


def _read(connection: sa.Connection, project_id: str, version: int) -> RoutingRecord:
    query = sa.select(t.routing).where(_ROUTING.project_id == project_id)
    if version:
        query = query.where(_ROUTING.version == version)
    row = connection.execute(query.order_by(_ROUTING.version.desc()).limit(1)).one_or_none()
    return RoutingRecord(project_id, 0, [], 0, "") if row is None else RoutingRecord(**row._mapping)


def require_webhooks(connection: sa.Connection, project_id: str, named: Collection[str]) -> None:
    """Refuse webhooks that a project does not have, inside a caller's transaction.

    Raises:
        VidereError: WEBHOOK_NOT_FOUND.
    """
    query = sa.select(_HOOK.id).where(_HOOK.project_id == project_id, _HOOK.id.in_(named))
    known = set(connection.execute(query).scalars()) if named else set()
    for missing in sorted(set(named) - known):
        raise VidereError(
            Reason.WEBHOOK_NOT_FOUND,
            f"no webhook {missing!r}",
            metadata={"webhook_id": missing},
        )
