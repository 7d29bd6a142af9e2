"""Media and their analyses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.moderation.facts import VerdictFacts
from videre.orchestrator.review.model import ReviewState
from videre.orchestrator.search.build import packed_given
from videre.orchestrator.search.model import Given
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once
from videre.orchestrator.store.evidence import ERASED
from videre.orchestrator.store.holds import require_free
from videre.orchestrator.store.job_inputs import works_on
from videre.orchestrator.store.records import AnalysisRecord, MediaRecord, NextRevision
from videre.orchestrator.store.search_index import forget_media, index_given
from videre.orchestrator.store.verdict_links import append_links

#: Columns that the search index tells of.
_GIVEN: Final = frozenset({"title", "description"})


@dataclass(frozen=True, slots=True)
class NewMedia:
    """A media to be registered; `digest` is empty until its bytes were read."""

    id: str
    project_id: str
    source: str
    created_by: str
    digest: str = ""
    size_bytes: int = 0
    title: str = ""
    description: str = ""
    tags: Mapping[str, str] | None = None
    reference: Mapping[str, Any] | None = None
    request_id: str | None = None
    request_digest: str | None = None


class MediaStore:
    """Reads and writes of `media` and `analysis`. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    def create(self, new: NewMedia) -> MediaRecord:
        """Register a media; the same request id gives the same media.

        Raises:
            VidereError: REQUEST_ID_REUSED.
        """
        with self._db.durable.begin() as connection:
            inserted = self.insert(connection, new)
        if inserted:
            return self.get(new.project_id, new.id)
        query = sa.select(t.media).where(
            t.media.c.project_id == new.project_id, t.media.c.request_id == new.request_id
        )
        with self._db.steps.connect() as connection:
            earlier = MediaRecord(**connection.execute(query).one()._mapping)
        if earlier.request_digest != new.request_digest:
            raise VidereError(
                Reason.REQUEST_ID_REUSED,
                f"request_id {new.request_id!r} belongs to media {earlier.id}",
                metadata={"media_id": earlier.id},
            )
        return earlier

    def insert(self, connection: sa.Connection, new: NewMedia) -> bool:
        """Insert the row (and the reference to its bytes) inside a caller's transaction."""
        row = {
            "id": new.id,
            "project_id": new.project_id,
            "source": new.source,
            "created_by": new.created_by,
            "digest": new.digest,
            "size_bytes": new.size_bytes,
            "title": new.title,
            "description": new.description,
            "tags": dict(new.tags or {}),
            "reference": dict(new.reference) if new.reference else None,
            "create_ns": self._clock.now_ns(),
            "request_id": new.request_id,
            "request_digest": new.request_digest,
        }
        inserted = insert_once(connection, t.media, row)
        if inserted and new.digest:
            kept = {
                "project_id": new.project_id,
                "digest": new.digest,
                "owner_kind": "media",
                "owner_id": new.id,
                "create_ns": row["create_ns"],
            }
            insert_once(connection, t.artifact_ref, kept)
        return inserted

    def get(self, project_id: str, media_id: str) -> MediaRecord:
        """Return a media of a project.

        Raises:
            VidereError: MEDIA_NOT_FOUND.
        """
        query = sa.select(t.media).where(
            t.media.c.id == media_id, t.media.c.project_id == project_id
        )
        with self._db.steps.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise _missing(media_id)
        return MediaRecord(**row._mapping)

    def require(self, connection: sa.Connection, media_id: str) -> None:
        """Make sure inside a caller's transaction that a media is there.

        Raises:
            VidereError: MEDIA_NOT_FOUND.
        """
        found = sa.select(sa.exists().where(t.media.c.id == media_id))
        if not connection.execute(found).scalar_one():
            raise _missing(media_id)

    def set_bytes(
        self, media_id: str, *, digest: str, size_bytes: int, reference: Mapping[str, Any] | None
    ) -> None:
        """Record what ingest found out about the bytes."""
        with self._db.steps.begin() as connection:
            connection.execute(
                sa.update(t.media)
                .where(t.media.c.id == media_id)
                .values(
                    digest=digest,
                    size_bytes=size_bytes,
                    reference=dict(reference) if reference else None,
                    version=t.media.c.version + 1,
                )
            )

    def set_index(self, media_id: str, index_digest: str, facts: Mapping[str, Any]) -> None:
        """Record the artifact that holds the media index, and the description taken from it."""
        with self._db.steps.begin() as connection:
            connection.execute(
                sa.update(t.media)
                .where(t.media.c.id == media_id, t.media.c.index_digest != index_digest)
                .values(
                    index_digest=index_digest,
                    facts=dict(facts),
                    version=t.media.c.version + 1,
                )
            )

    def change(
        self, project_id: str, media_id: str, values: Mapping[str, Any], etag: str
    ) -> MediaRecord:
        """Change title, description or tags.

        Raises:
            VidereError: MEDIA_NOT_FOUND, ETAG_MISMATCH.
        """
        media = t.media.c
        condition = [media.id == media_id, media.project_id == project_id]
        if etag:
            condition.append(sa.cast(media.version, sa.Text) == etag)
        with self._db.durable.begin() as connection:
            changed = connection.execute(
                sa.update(t.media).where(*condition).values(version=media.version + 1, **values)
            ).rowcount
            if changed and not _GIVEN.isdisjoint(values):
                now = connection.execute(
                    sa.select(media.title, media.description).where(media.id == media_id)
                ).one()
                index_given(connection, project_id, media_id, packed_given(Given(*now)))
        record = self.get(project_id, media_id)
        if not changed:
            raise _stale("media", media_id, etag)
        return record

    def delete(
        self, project_id: str, media_id: str, etag: str, *, close_reviews: bool = False
    ) -> None:
        """Remove a media, its analyses, upload and references; evidence goes with the last of its
        digest.

        Args:
            close_reviews: with its reviews, also those that are not decided.

        Raises:
            VidereError: MEDIA_NOT_FOUND, MEDIA_HELD, MEDIA_IN_USE, REVIEW_OPEN, ETAG_MISMATCH.
        """
        record = self.get(project_id, media_id)
        if etag and str(record.version) != etag:
            raise _stale("media", media_id, etag)
        with self._db.durable.begin() as connection:
            require_free(connection, [media_id])
            # From now on no review of it is opened.
            connection.execute(
                sa.update(t.media).where(t.media.c.id == media_id).values(version=t.media.c.version)
            )
            if not close_reviews:
                require_decided(connection, media_id)
            forget_media(connection, media_id, self._clock.now_ns())
            busy = sa.exists().where(works_on(media_id), t.job.c.state.in_(("QUEUED", "RUNNING")))
            deleted = connection.execute(
                sa.delete(t.media).where(t.media.c.id == media_id, ~busy)
            ).rowcount
            if not deleted:
                raise VidereError(
                    Reason.MEDIA_IN_USE,
                    f"a job is running on media {media_id}",
                    metadata={"media_id": media_id},
                )
            self._release(connection, project_id, record)

    def _release(self, connection: sa.Connection, project_id: str, record: MediaRecord) -> None:
        connection.execute(sa.delete(t.upload).where(t.upload.c.media_id == record.id))
        reference = t.artifact_ref.c
        connection.execute(
            sa.delete(t.artifact_ref).where(
                reference.owner_kind.in_(("media", "analysis")), reference.owner_id == record.id
            )
        )
        others = connection.execute(
            sa.select(sa.func.count())
            .select_from(t.media)
            .where(t.media.c.project_id == project_id, t.media.c.digest == record.digest)
        ).scalar_one()
        if record.digest and not others:
            stale = sa.select(t.evidence.c.key).where(
                t.evidence.c.project_id == project_id,
                t.evidence.c.media_digest == record.digest,
            )
            connection.execute(
                sa.delete(t.artifact_ref).where(
                    reference.owner_kind == "evidence", reference.owner_id.in_(stale)
                )
            )
            connection.execute(sa.delete(t.evidence).where(t.evidence.c.key.in_(stale)))
            connection.execute(
                sa.update(t.evidence)
                .where(
                    t.evidence.c.project_id == project_id,
                    t.evidence.c.taken_from == record.digest,
                )
                .values(taken_from=ERASED)
            )

    # --- analyses ----------------------------------------------------------------------------

    def append_analysis(
        self,
        connection: sa.Connection,
        *,
        media_id: str,
        project_id: str,
        job_id: str,
        document_digest: str,
        suggestion: str,
        artifacts: Sequence[str],
        facts: VerdictFacts | None,
        judged_digest: str = "",
    ) -> int:
        """Append a revision inside the publishing transaction and return its number.

        Args:
            artifacts: what it keeps alive.
            facts: what the chain of verdicts is to say of it; None where nothing was judged.
            judged_digest: of what it can be judged by again; "" where that was not kept.
        """
        revision: int = connection.execute(
            sa.update(t.media)
            .where(t.media.c.id == media_id)
            .values(latest_revision=t.media.c.latest_revision + 1, version=t.media.c.version + 1)
            .returning(t.media.c.latest_revision)
        ).scalar_one()
        new = NextRevision(
            media_id, revision, project_id, job_id, document_digest, suggestion, judged_digest,
            facts,
        )  # fmt: skip
        self._insert(connection, [new], artifacts)
        return revision

    def append_revisions(
        self, connection: sa.Connection, revisions: Sequence[NextRevision]
    ) -> None:
        """Append a further revision to several media of a project.

        Args:
            connection: of a transaction in which each was found to follow its media's latest.
        """
        media = t.media.c
        of: sa.BindParameter[str] = sa.bindparam("of")
        new: sa.BindParameter[int] = sa.bindparam("new")
        connection.execute(
            sa.update(t.media)
            .where(media.id == of)
            .values(latest_revision=new, version=media.version + 1),
            [{"of": one.media_id, "new": one.revision} for one in revisions],
        )
        self._insert(connection, revisions, ())

    def _insert(
        self, connection: sa.Connection, revisions: Sequence[NextRevision], artifacts: Sequence[str]
    ) -> None:
        """Insert revisions of one project, their links, and what keeps their artifacts."""
        now = self._clock.now_ns()
        connection.execute(
            sa.insert(t.analysis),
            [
                {
                    "media_id": one.media_id,
                    "revision": one.revision,
                    "project_id": one.project_id,
                    "job_id": one.job_id,
                    "document_digest": one.document_digest,
                    "result_digest": one.document_digest,  # an artifact's is that of plain bytes
                    "suggestion": one.suggestion,
                    "judged_digest": one.judged_digest,
                    "create_ns": now,
                }
                for one in revisions
            ],
        )
        append_links(connection, revisions[0].project_id, revisions, now)
        for one in revisions:
            for digest in dict.fromkeys((one.document_digest, *artifacts, *one.pictures)):
                row = {
                    "project_id": one.project_id,
                    "digest": digest,
                    "owner_kind": "analysis",
                    "owner_id": one.media_id,
                    "create_ns": now,
                }
                insert_once(connection, t.artifact_ref, row)

    def analysis(self, project_id: str, media_id: str, revision: int) -> AnalysisRecord:
        """Return a revision of a media's analysis; 0 = the latest.

        Raises:
            VidereError: MEDIA_NOT_FOUND, ANALYSIS_NOT_FOUND.
        """
        record = self.get(project_id, media_id)
        wanted = revision or record.latest_revision
        query = sa.select(t.analysis).where(
            t.analysis.c.media_id == media_id, t.analysis.c.revision == wanted
        )
        with self._db.steps.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise VidereError(
                Reason.ANALYSIS_NOT_FOUND,
                f"media {media_id} has no analysis {revision or ''}".rstrip(),
                metadata={"media_id": media_id, "revision": str(revision)},
            )
        return AnalysisRecord(**row._mapping)


def require_decided(connection: sa.Connection, media_id: str) -> None:
    """Make sure that no review of a media is open: its evidence would go.

    Raises:
        VidereError: REVIEW_OPEN.
    """
    review = t.review.c
    query = sa.select(review.id).where(
        review.media_id == media_id, review.state == ReviewState.OPEN
    )
    found = connection.execute(query).scalars().first()
    if found is not None:
        raise VidereError(
            Reason.REVIEW_OPEN,
            f"review {found} of media {media_id} is not decided",
            metadata={"media_id": media_id, "review_id": found},
        )


def _missing(media_id: str) -> VidereError:
    return VidereError(
        Reason.MEDIA_NOT_FOUND, f"no media {media_id!r}", metadata={"media_id": media_id}
    )


def _stale(kind: str, identifier: str, etag: str) -> VidereError:
    return VidereError(
        Reason.ETAG_MISMATCH,
        f"{kind} {identifier} changed since etag {etag!r}",
        metadata={"id": identifier, "etag": etag},
    )
