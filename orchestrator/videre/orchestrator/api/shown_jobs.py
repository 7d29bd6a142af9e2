"""Rows of jobs as messages, those of a page with a few queries for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from videre.orchestrator.api import present
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.store.records import JobRecord
from videre.v1 import job_pb2

#: Jobs whose stages and files are read in one go: a page may end by its bytes before its last job.
_AT_ONCE: Final = 100


def shown(app: Orchestrator, records: Sequence[JobRecord]) -> Iterator[job_pb2.Job]:
    """Yield jobs as they stand now. Blocking: call through threads."""
    for first in range(0, len(records), _AT_ONCE):
        batch = records[first : first + _AT_ONCE]
        ids = [record.id for record in batch]
        stages, outputs = app.jobs.parts_of(ids)
        people = app.reviews.people_of(
            [(record.media_id, record.revision) for record in batch if record.media_id]
        )
        for record in batch:
            yield present.job(
                record,
                stages.get(record.id, []),
                outputs.get(record.id, []),
                app.links,
                people.get((record.media_id or "", record.revision), ""),
            )
