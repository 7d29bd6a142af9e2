"""What the database knows of a media or a project, and removing what no other way removes.

A media goes as `MediaStore.delete` and `JobStore.purge` remove it; what these leave, because it
outlives jobs or belongs to others, goes here. Rows are counted before, along foreign keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa

from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.holds import require_free, require_free_project
from videre.orchestrator.store.job_inputs import Named, tell_all_inputs, works_on
from videre.orchestrator.store.job_reads import ACTIVE
from videre.orchestrator.store.media import require_decided
from videre.orchestrator.store.records import MediaRecord

#: Tables that keep naming by id what was erased, and why.
KEPT: Final[Mapping[str, str]] = {
    "audit_entry": "who changed what: ids and digests, appended to only",
    "verdict_link": "the chain of verdicts: ids and digests, appended to only",
    "ad_count": "how often ads were shown, by ids",
    "audience_gone": "what was deleted, by id, for those who have copies; goes after some time",
    "watch_file": "files that triggers have taken, so that they are not taken again",
}
#: Of a project that is erased: its id is not used twice, and numbers are not given twice.
KEPT_OF_PROJECT: Final[Mapping[str, str]] = {
    "audit_entry": KEPT["audit_entry"],
    "verdict_link": KEPT["verdict_link"],
    "feed_head": "number of the last event, which is not given twice",
    "search_head": "how often the index was written",
    "audience_head": "how often profiles were written",
}
#: Shorter texts may stand anywhere.
_SHORTEST: Final = 8
#: Most texts of a project that are searched for; of its ids and digests all are.
_TEXTS: Final = 100
#: Ids in one statement.
_IDS: Final = 500


@dataclass(slots=True)
class Trace:
    """What is to be erased.

    Args:
        jobs: ids.
        rows: by table.
        digests: of artifacts that it refers to.
        tokens: ids and keys that name it and nothing else.
        texts: that were given with it.
    """

    jobs: list[str] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    digests: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)


class ErasureStore:
    """Blocking: call through threads."""

    def __init__(self, database: Database, named: Named) -> None:
        """Erase in a database; `named` reads what jobs of earlier releases work on."""
        self.database, self._named = database, named

    # --- a media -----------------------------------------------------------------------------

    def trace_media(self, record: MediaRecord, *, close_reviews: bool) -> Trace:
        """Return what is known of a media and of all jobs that name it.

        Args:
            close_reviews: also where a review of it is not decided.

        Raises:
            VidereError: MEDIA_HELD, MEDIA_IN_USE, REVIEW_OPEN.
        """
        tell_all_inputs(self.database, record.project_id, self._named)
        with self.database.steps.connect() as connection:
            jobs, media = _jobs_naming(connection, record)
            require_free(connection, sorted({record.id, *media}))
            if not close_reviews:
                require_decided(connection, record.id)
            trace = Trace(jobs=jobs, tokens={record.id, *jobs})
            evidence = self._evidence(connection, record)
            trace.tokens.update(evidence)
            _count(connection, trace, t.media, t.media.c.id == record.id)
            _count(connection, trace, t.upload, t.upload.c.media_id == record.id)
            _count(connection, trace, t.library_sample, _taught(record))
            for some in _parts(jobs):
                _count(connection, trace, t.job, t.job.c.id.in_(some))
                _count(connection, trace, t.feed_event, t.feed_event.c.job_id.in_(some))
            trace.rows[t.evidence.name] = len(evidence)
            owners = {"media": [record.id], "analysis": [record.id], "job": jobs,
                      "evidence": evidence}  # fmt: skip
            for kind, ids in owners.items():
                for some in _parts(ids):
                    _count_refs(connection, trace, kind, some)
            names = sa.select(t.upload.c.file_name).where(t.upload.c.media_id == record.id)
            given = sa.select(t.job.c.user_data).where(t.job.c.id.in_(jobs))
            texts = [record.title, record.description, record.source]
            texts += connection.execute(names).scalars()
            texts += connection.execute(given).scalars()
        trace.texts = {one for one in texts if len(one) >= _SHORTEST}
        return trace

    @staticmethod
    def _evidence(connection: sa.Connection, record: MediaRecord) -> list[str]:
        """Return the keys of the evidence that goes with a media: that of no other one's bytes."""
        media, evidence = t.media.c, t.evidence.c
        others = sa.select(sa.func.count()).where(
            media.project_id == record.project_id,
            media.digest == record.digest,
            media.id != record.id,
        )
        if not record.digest or connection.execute(others).scalar_one():
            return []
        query = sa.select(evidence.key).where(
            evidence.project_id == record.project_id, evidence.media_digest == record.digest
        )
        return list(connection.execute(query).scalars())

    def forget_events(self, project_id: str, jobs: Sequence[str]) -> None:
        """Remove the events of jobs from the feed of their project, with their deliveries."""
        event = t.feed_event.c
        with self.database.durable.begin() as connection:
            for some in _parts(jobs):
                those = (event.project_id == project_id, event.job_id.in_(some))
                connection.execute(sa.delete(t.feed_event).where(*those))

    def samples(self, record: MediaRecord) -> dict[tuple[str, str], list[str]]:
        """Return the samples that libraries were taught with a media, by library and entry."""
        sample = t.library_sample.c
        found: dict[tuple[str, str], list[str]] = {}
        query = sa.select(sample.library_id, sample.entry_id, sample.id).where(_taught(record))
        with self.database.steps.connect() as connection:
            for row in connection.execute(query):
                found.setdefault((row.library_id, row.entry_id), []).append(row.id)
        return found

    # --- a project ---------------------------------------------------------------------------

    def trace_project(self, project_id: str) -> Trace:
        """Return what is known of a closed project.

        Raises:
            VidereError: PROJECT_NOT_FOUND; PROJECT_STATE, it is open or a job is at work.
        """
        trace = Trace()
        with self.database.steps.connect() as connection:
            _require_closed(connection, project_id)
            for table in _of_projects():
                _count(connection, trace, table, table.c.project_id == project_id, own=True)
            jobs = sa.select(t.job.c.id).where(t.job.c.project_id == project_id)
            trace.jobs = list(connection.execute(jobs).scalars())
            media = sa.select(t.media).where(t.media.c.project_id == project_id)
            for row in connection.execute(media):
                trace.tokens.add(row.id)
                trace.digests.update({row.digest} - {""})
                given = {row.title, row.description, row.source}
                trace.texts |= {one for one in given if len(one) >= _SHORTEST}
            keys = sa.select(t.evidence.c.key).where(t.evidence.c.project_id == project_id)
            trace.tokens.update(trace.jobs, connection.execute(keys).scalars())
        trace.texts = set(sorted(trace.texts)[:_TEXTS])
        return trace

    def empty_project(self, project_id: str) -> None:
        """Remove all rows of a project but those that are kept, and what is said of it.

        Raises:
            VidereError: PROJECT_NOT_FOUND, PROJECT_STATE.
        """
        for table in reversed(_of_projects()):
            with self.database.durable.begin() as connection:
                _require_closed(connection, project_id)
                require_free_project(connection, project_id)
                if table is t.search_term:  # nothing but this leads to them
                    terms = sa.select(t.search_term.c.id).where(
                        t.search_term.c.project_id == project_id
                    )
                    gone = sa.delete(t.search_posting)
                    connection.execute(gone.where(t.search_posting.c.term_id.in_(terms)))
                connection.execute(sa.delete(table).where(table.c.project_id == project_id))
        said = {"name": "", "description": "", "media_retention_ns": 0}
        with self.database.durable.begin() as connection:
            connection.execute(
                sa.update(t.project).where(t.project.c.id == project_id).values(**said)
            )
            head = t.search_head.c  # whoever has read the index reads it again
            connection.execute(
                sa.update(t.search_head)
                .where(head.project_id == project_id)
                .values(generation=head.generation + 1)
            )

    def open_uploads(self, project_id: str) -> list[str]:
        """Return the uploads of a project that are not complete."""
        upload = t.upload.c
        query = sa.select(upload.id).where(
            upload.project_id == project_id, upload.media_id.is_(None)
        )
        with self.database.steps.connect() as connection:
            return list(connection.execute(query).scalars())


def _of_projects() -> list[sa.Table]:
    """Return the tables whose rows go with their project, parents first."""
    return [
        table
        for table in t.metadata.sorted_tables
        if "project_id" in table.c and table.name not in KEPT_OF_PROJECT
    ]


def _require_closed(connection: sa.Connection, project_id: str) -> None:
    query = sa.select(t.project.c.delete_ns).where(t.project.c.id == project_id)
    row = connection.execute(query).first()
    if row is None:
        raise VidereError(
            Reason.PROJECT_NOT_FOUND,
            f"no project {project_id!r}",
            metadata={"project_id": project_id},
        )
    active = sa.select(sa.func.count()).where(
        t.job.c.project_id == project_id, t.job.c.state.in_(ACTIVE)
    )
    jobs = connection.execute(active).scalar_one()
    if row.delete_ns is None or jobs:
        why = "is not closed" if row.delete_ns is None else f"has {jobs} jobs at work"
        raise VidereError(
            Reason.PROJECT_STATE,
            f"project {project_id} {why}",
            metadata={"project_id": project_id},
        )


def _jobs_naming(connection: sa.Connection, record: MediaRecord) -> tuple[list[str], set[str]]:
    """Return the jobs that have a media among their inputs, and the media that they are about.

    Raises:
        VidereError: MEDIA_IN_USE.
    """
    job = t.job.c
    query = sa.select(job.id, job.media_id, job.state).where(works_on(record.id))
    rows = connection.execute(query.where(job.project_id == record.project_id)).all()
    if any(row.state in ACTIVE for row in rows):
        raise VidereError(
            Reason.MEDIA_IN_USE,
            f"a job is running on media {record.id}",
            metadata={"media_id": record.id},
        )
    return [row.id for row in rows], {row.media_id for row in rows if row.media_id}


def _taught(record: MediaRecord) -> sa.ColumnElement[bool]:
    sample = t.library_sample.c
    origin = sa.cast(sample.origin, sa.Text)
    return sa.and_(sample.project_id == record.project_id, origin.contains(record.id))


def _count(
    connection: sa.Connection,
    trace: Trace,
    table: sa.Table,
    these: sa.ColumnElement[bool],
    *,
    own: bool = False,
) -> None:
    """Count rows and what goes with them along foreign keys.

    Args:
        own: rows with a project of their own are counted by it.
    """
    rows = sa.select(sa.func.count()).select_from(table).where(these)
    trace.rows[table.name] += connection.execute(rows).scalar_one()
    for child in t.metadata.sorted_tables:
        if own and "project_id" in child.c:
            continue
        for key in child.foreign_key_constraints:
            if key.referred_table is table and key.ondelete == "CASCADE":
                parents = sa.select(*(one.column for one in key.elements)).where(these)
                several = len(key.columns) > 1
                mine = sa.tuple_(*key.columns) if several else next(iter(key.columns))
                _count(connection, trace, child, mine.in_(parents), own=own)


def _count_refs(connection: sa.Connection, trace: Trace, kind: str, owners: Sequence[str]) -> None:
    reference = t.artifact_ref.c
    query = sa.select(reference.digest).where(
        reference.owner_kind == kind, reference.owner_id.in_(owners)
    )
    digests = list(connection.execute(query).scalars())
    trace.rows[t.artifact_ref.name] += len(digests)
    trace.digests.update(digests)


def _parts(values: Iterable[str]) -> list[list[str]]:
    every = list(values)
    return [every[start : start + _IDS] for start in range(0, len(every), _IDS)]
