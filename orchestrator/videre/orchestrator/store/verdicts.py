"""Which analyses can be judged again, and their further revisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.orchestrator.moderation.facts import VerdictFacts
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.job_revisions import revise
from videre.orchestrator.store.media import MediaStore
from videre.orchestrator.store.records import AnalysisRecord, following
from videre.orchestrator.store.review_records import NewReview, Subject
from videre.orchestrator.store.reviews import ReviewStore
from videre.orchestrator.store.templates import TemplateStore

#: Most names in one statement.
_IDS = 500


@dataclass(frozen=True, slots=True)
class NewVerdict:
    """What an analysis becomes; the artifact of its document is stored already.

    Args:
        pictures: artifacts that the verdict cites.
        moderation: version of the rules that judged.
        template: "id@version".
        own: id and version of the template where it is the project's own.
        review: what people are asked about; None where nobody is asked.
        facts: what the chain of verdicts is to say of it.
        hash_lists: those that were compared, "id@version".
    """

    of: AnalysisRecord
    document_digest: str
    suggestion: str
    pictures: Sequence[str]
    moderation: str
    template: str
    own: tuple[str, int] | None
    review: NewReview | None
    facts: VerdictFacts | None
    hash_lists: tuple[str, ...] = ()


class VerdictStore:
    """Reads the latest analyses and writes their verdicts. Blocking: call through threads."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        media: MediaStore,
        templates: TemplateStore,
        reviews: ReviewStore,
        announce: Callable[[Iterable[str]], None],
    ) -> None:
        """Take what is told of jobs that have another revision, after the commit."""
        self._db, self._clock, self._announce = database, clock, announce
        self._media, self._templates, self._reviews = media, templates, reviews

    def latest(
        self, project_id: str, *, after: str, limit: int, media_ids: Sequence[str] = ()
    ) -> list[AnalysisRecord]:
        """Return the latest analyses of media, by their ids.

        Args:
            after: id of the media after which to begin; "" = at the first.
            media_ids: at most 1,000; () = all of the project.
        """
        media, analysis = t.media.c, t.analysis.c
        newest = sa.and_(media.id == analysis.media_id, media.latest_revision == analysis.revision)
        query = (
            sa.select(t.analysis)
            .join(t.media, newest)
            .where(media.project_id == project_id, media.id > after)
            .order_by(media.id)
            .limit(limit)
        )
        found: list[AnalysisRecord] = []
        parts = [media_ids[at : at + _IDS] for at in range(0, len(media_ids), _IDS)]
        queries = [query.where(media.id.in_(part)) for part in parts] or [query]
        with self._db.steps.connect() as connection:
            for some in queries:
                found += [AnalysisRecord(**row._mapping) for row in connection.execute(some)]
        return sorted(found, key=lambda record: record.media_id)[:limit]

    def of_same_bytes(self, record: AnalysisRecord, limit: int) -> list[AnalysisRecord]:
        """Return analyses of the same bytes in the project, the latest first."""
        media, analysis = t.media.c, t.analysis.c
        digest = sa.select(media.digest).where(media.id == record.media_id).scalar_subquery()
        query = (
            sa.select(t.analysis)
            .join(t.media, media.id == analysis.media_id)
            .where(media.project_id == record.project_id, media.digest == digest)
            .order_by(analysis.create_ns.desc(), analysis.media_id, analysis.revision.desc())
            .limit(limit)
        )
        with self._db.steps.connect() as connection:
            rows = connection.execute(query)
            return [AnalysisRecord(**row._mapping) for row in rows]

    def revisions(
        self, project_id: str, after: tuple[str, int], limit: int, media_ids: Sequence[str] | None
    ) -> list[AnalysisRecord]:
        """Return revisions of analyses, by media and number.

        Args:
            after: media and number after which to begin.
            media_ids: in order; None = all of the project.
        """
        analysis = t.analysis.c
        media_id, revision = after
        query = (
            sa.select(t.analysis)
            .where(
                analysis.project_id == project_id,
                sa.or_(
                    analysis.media_id > media_id,
                    sa.and_(analysis.media_id == media_id, analysis.revision > revision),
                ),
            )
            .order_by(analysis.media_id, analysis.revision)
        )
        found: list[AnalysisRecord] = []
        parts = [query]
        if media_ids is not None:
            some = [media_ids[at : at + _IDS] for at in range(0, len(media_ids), _IDS)]
            parts = [query.where(analysis.media_id.in_(part)) for part in some]
        with self._db.steps.connect() as connection:
            for part in parts:
                if left := limit - len(found):
                    rows = connection.execute(part.limit(left))
                    found += [AnalysisRecord(**row._mapping) for row in rows]
        return found

    def publish(self, new: NewVerdict) -> int:
        """Append a revision with another verdict; return its number, 0 where it is not the latest.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND, the template was deleted meanwhile.
        """
        before = new.of
        after = following(before, new.document_digest, new.suggestion, new.facts, new.pictures)
        announced: list[str] = []
        with self._db.durable.begin() as connection:
            media = t.media.c
            latest = sa.select(media.id).where(
                media.id == before.media_id, media.latest_revision == before.revision
            )
            if connection.execute(latest.with_for_update()).first() is None:
                return 0
            if new.own is not None:
                self._templates.cite(connection, before.project_id, before.job_id, [new.own])
            self._media.append_revisions(connection, [after])
            subject = Subject(
                before.project_id, before.media_id, before.job_id, before.revision + 1
            )
            self._reviews.open(connection, subject, new.review)
            rules = {
                "moderation_template": new.template,
                "moderation": new.moderation,
                "hash_lists": list(new.hash_lists),
            }
            now = self._clock.now_ns()
            announced = revise(connection, [after], {before.job_id: rules}, now)
        self._announce(announced)
        return after.revision
