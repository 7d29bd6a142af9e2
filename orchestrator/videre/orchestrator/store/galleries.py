"""Libraries as analyses are bound with them: read once for each version, then kept in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

import sqlalchemy as sa

from videre.orchestrator.library.model import LibraryKind, LibraryUsage
from videre.orchestrator.library.persons import FaceSample, PersonLibrary, gallery
from videre.orchestrator.store import schema as t

#: Libraries kept; one with 100,000 faces takes 100 MiB.
_KEPT: Final = 8
_LIBRARY, _SAMPLE = t.library.c, t.library_sample.c


class Galleries:
    """Reads what is looked for in every analysis. Blocking: call through threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, int], PersonLibrary] = OrderedDict()

    def persons(self, connection: sa.Connection, project_id: str) -> list[PersonLibrary]:
        """Return a project's libraries of persons as the transaction sees them."""
        query = sa.select(_LIBRARY.id, _LIBRARY.version, _LIBRARY.threshold, _LIBRARY.usages).where(
            _LIBRARY.project_id == project_id, _LIBRARY.kind == LibraryKind.PERSONS.value
        )
        rows = connection.execute(query.order_by(_LIBRARY.id)).all()
        return [
            self._library(connection, project_id, row.id, row.version, row.threshold)
            for row in rows
            if LibraryUsage.RECOGNITION.value in row.usages
        ]

    def _library(
        self,
        connection: sa.Connection,
        project_id: str,
        library_id: str,
        version: int,
        threshold: int | None,
    ) -> PersonLibrary:
        key = (project_id, library_id, version)
        with self._lock:
            held = self._kept.get(key)
            if held is None:
                rows = connection.execute(
                    sa.select(
                        _SAMPLE.entry_id,
                        _SAMPLE.id,
                        _SAMPLE.negative,
                        _SAMPLE.engine,
                        _SAMPLE.vector,
                    ).where(
                        _SAMPLE.project_id == project_id,
                        _SAMPLE.library_id == library_id,
                        _SAMPLE.vector.is_not(None),
                    )
                )
                samples = gallery(FaceSample(*row) for row in rows)
                held = PersonLibrary(library_id, version, threshold, samples)
                for old in [known for known in self._kept if known[:2] == key[:2]]:
                    del self._kept[old]
                self._kept[key] = held
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return held
