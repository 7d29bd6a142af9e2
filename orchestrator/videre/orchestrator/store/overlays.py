"""The additions of projects to the taxonomy: one document per project and version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once


@dataclass(frozen=True, slots=True)
class OverlayRecord:
    """A version of a project's additions; version 0 stands for none."""

    project_id: str
    version: int = 0
    document: Mapping[str, Any] = field(default_factory=dict)
    create_ns: int = 0
    created_by: str = ""


_COLUMNS: Final = ("project_id", "version", "document", "create_ns", "created_by")


class OverlayStore:
    """Reads and writes of `taxonomy_overlay`. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    def latest_version(self, project_id: str) -> int:
        """Return the number of the latest version; 0 where there is none."""
        overlay = t.taxonomy_overlay.c
        query = sa.select(sa.func.max(overlay.version)).where(overlay.project_id == project_id)
        with self._db.steps.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def get(self, project_id: str, version: int) -> OverlayRecord:
        """Return a version.

        Raises:
            KeyError: the project has no such version.
        """
        if not version:
            return OverlayRecord(project_id)
        overlay = t.taxonomy_overlay.c
        query = sa.select(*(overlay[name] for name in _COLUMNS)).where(
            overlay.project_id == project_id, overlay.version == version
        )
        with self._db.steps.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise KeyError(f"{project_id} has no additions {version}")
        return OverlayRecord(**row._mapping)

    def append(
        self, project_id: str, after: int, document: Mapping[str, Any], created_by: str
    ) -> OverlayRecord | None:
        """Store the version after `after`; None where somebody else has stored one meanwhile."""
        record = OverlayRecord(
            project_id, after + 1, dict(document), self._clock.now_ns(), created_by
        )
        row = {name: getattr(record, name) for name in _COLUMNS}
        with self._db.durable.begin() as connection:
            return record if insert_once(connection, t.taxonomy_overlay, row) else None
