"""Late binding: which media a version of a library is still to be looked for in, and their new
revisions.

Everything a revision brings is written in the transaction that takes the media from the list, so
that a binding which is interrupted goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.orchestrator.document import LibraryMatch
from videre.orchestrator.fusion.face_vectors import from_bytes
from videre.orchestrator.fusion.people import SAME_PERSON, Faces
from videre.orchestrator.library.model import LibraryKind, LibraryUsage
from videre.orchestrator.library.wanted import Library
from videre.orchestrator.moderation.facts import VerdictFacts
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.faces import FaceStore
from videre.orchestrator.store.job_revisions import revise
from videre.orchestrator.store.judged_libraries import JudgedLibraries
from videre.orchestrator.store.media import MediaStore
from videre.orchestrator.store.records import AnalysisRecord, following
from videre.orchestrator.store.review_records import NewReview, Subject
from videre.orchestrator.store.reviews import ReviewStore
from videre.orchestrator.store.search_index import outdate

_TASK: Final = t.binding_task.c
_MATCH: Final = t.library_match.c
_SAMPLE: Final = t.library_sample.c
_ENTRY: Final = t.library_entry.c
#: Most rows of one statement.
_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class Change:
    """A version of a library that is to be looked for."""

    project_id: str
    library_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A media of the list: its latest analysis and what its people look like."""

    analysis: AnalysisRecord
    faces: Faces


@dataclass(frozen=True, slots=True)
class Revision:
    """What a media's analysis becomes; the artifact of its document is stored already.

    Args:
        of: the analysis, with the suggestion that it has then.
        rules: versions of rules that are others than before, as in `RuleVersions`.
        pictures: artifacts that another verdict cites.
        judged: the verdict is another.
        review: what people are asked about it; None where nobody is asked.
    """

    of: AnalysisRecord
    document_digest: str
    matches: tuple[LibraryMatch, ...]
    facts: VerdictFacts | None
    rules: Mapping[str, Any] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    judged: bool = False
    review: NewReview | None = None


class BindingStore(JudgedLibraries):
    """Reads and writes of `binding_task` and `library_match`. Blocking: call through threads."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        faces: FaceStore,
        media: MediaStore,
        reviews: ReviewStore,
        announce: Callable[[Iterable[str]], None],
    ) -> None:
        """Take what is told of jobs that have another revision, after the commit."""
        super().__init__(database, faces)
        self._clock, self._announce = clock, announce
        self._media, self._reviews = media, reviews

    def libraries(self, project_id: str) -> list[Library]:
        """Return what is looked for in every analysis of a project now."""
        with self._db.steps.connect() as connection:
            return self._galleries.all(connection, project_id)

    def are_current(
        self,
        connection: sa.Connection,
        project_id: str,
        libraries: Sequence[str],
        hash_lists: Sequence[str] = (),
    ) -> bool:
        """Tell whether an analysis with these libraries says what the latest versions say.

        Args:
            hash_lists: those that moderation compared, "id@version".
        """
        if self._galleries.versions(connection, project_id) != tuple(libraries):
            return False
        compared = {name.partition("@")[0] for name in hash_lists}
        now = self._galleries.hash_versions(connection, project_id, compared) if compared else ()
        return now == tuple(hash_lists)

    def write_matches(
        self,
        connection: sa.Connection,
        project_id: str,
        media_id: str,
        matches: Iterable[LibraryMatch],
    ) -> None:
        """Make these the entries that a media's latest analysis names."""
        connection.execute(sa.delete(t.library_match).where(_MATCH.media_id == media_id))
        rows = _rows(project_id, media_id, matches)
        if rows:
            connection.execute(sa.insert(t.library_match), rows)

    # --- the list ----------------------------------------------------------------------------

    def gather(self, change: Change) -> int:
        """List the media whose answer a version may alter; return how many.

        These are the ones that show somebody who is like a sample of a changed entry, and those
        whose analysis names such an entry; of kinds other than persons, and of libraries for
        reviews, all: only their documents tell. Run again, it lists nothing twice.
        """
        with self._db.steps.begin() as connection:
            # First, since it takes the write lock: no media goes between looking and listing.
            connection.execute(sa.delete(t.binding_task).where(*_this(change)))
            entries = self._changed(connection, change)
            affected = self._named(connection, change, entries)
            affected |= self._may_show(connection, change, entries)
            tasks = [_of(change) | {"media_id": media_id} for media_id in sorted(affected)]
            for start in range(0, len(tasks), _ROWS):
                connection.execute(sa.insert(t.binding_task), tasks[start : start + _ROWS])
        return len(affected)

    @staticmethod
    def _changed(connection: sa.Connection, change: Change) -> list[str] | None:
        """Return the entries that a version changed; None = the library as a whole."""
        query = sa.select(_ENTRY.entry_id).where(
            _ENTRY.project_id == change.project_id,
            _ENTRY.library_id == change.library_id,
            sa.or_(_ENTRY.added_in == change.version, _ENTRY.removed_in == change.version),
        )
        return sorted(set(connection.execute(query).scalars())) or None

    @staticmethod
    def _named(
        connection: sa.Connection, change: Change, entries: Sequence[str] | None
    ) -> set[str]:
        query = sa.select(_MATCH.media_id).where(
            _MATCH.project_id == change.project_id, _MATCH.library_id == change.library_id
        )
        if entries is None:
            return set(connection.execute(query).scalars())
        found: set[str] = set()
        for start in range(0, len(entries), _ROWS):
            some = query.where(_MATCH.entry_id.in_(entries[start : start + _ROWS]))
            found.update(connection.execute(some).scalars())
        return found

    def _may_show(
        self, connection: sa.Connection, change: Change, entries: Sequence[str] | None
    ) -> set[str]:
        library, media = t.library.c, t.media.c
        found = connection.execute(
            sa.select(library.kind, library.usages).where(
                library.project_id == change.project_id, library.id == change.library_id
            )
        ).one_or_none()
        # What verdicts looked in is told by their documents only.
        judged = found is not None and LibraryUsage.REVIEW.value in found.usages
        if found is None or (found.kind == LibraryKind.PERSONS.value and not judged):
            return self._alike(connection, change, entries)
        analysed = sa.select(media.id).where(
            media.project_id == change.project_id, media.latest_revision > 0
        )
        return set(connection.execute(analysed).scalars())

    def _alike(
        self, connection: sa.Connection, change: Change, entries: Sequence[str] | None
    ) -> set[str]:
        library = t.library.c
        found = connection.execute(
            sa.select(library.threshold).where(
                library.project_id == change.project_id, library.id == change.library_id
            )
        ).one_or_none()
        if found is None:  # deleted: nobody is like what is gone
            return set()
        wanted = None if entries is None else frozenset(entries)
        query = sa.select(_SAMPLE.entry_id, _SAMPLE.engine, _SAMPLE.vector).where(
            _SAMPLE.project_id == change.project_id,
            _SAMPLE.library_id == change.library_id,
            _SAMPLE.negative.is_(False),
            _SAMPLE.vector.is_not(None),
        )
        if entries is not None and len(entries) <= _ROWS:
            query = query.where(_SAMPLE.entry_id.in_(entries))
        by_engine: dict[str, list[bytes]] = {}
        for row in connection.execute(query):
            if wanted is None or row.entry_id in wanted:
                by_engine.setdefault(row.engine, []).append(row.vector)
        near: set[str] = set()
        for engine, vectors in sorted(by_engine.items()):
            limits = SAME_PERSON.get(engine.partition("@")[0])
            if limits is not None:
                same = limits.in_film if found.threshold is None else found.threshold
                samples = from_bytes(vectors)
                near |= self._faces.near(connection, change.project_id, engine, samples, same)
        return near

    def pending(self, change: Change, limit: int) -> list[Pending]:
        """Return media of the list with their latest analysis, in the order of their ids."""
        media, analysis = t.media.c, t.analysis.c
        query = (
            sa.select(t.analysis)
            .join(t.media, sa.and_(media.id == analysis.media_id,
                                   media.latest_revision == analysis.revision))
            .join(t.binding_task, _TASK.media_id == media.id)
            .where(*_this(change))
            .order_by(_TASK.media_id)
            .limit(limit)
        )  # fmt: skip
        with self._db.steps.connect() as connection:
            records = [AnalysisRecord(**row._mapping) for row in connection.execute(query)]
            faces = self._faces.of_media(connection, [record.media_id for record in records])
        return [Pending(record, faces[record.media_id]) for record in records]

    # --- revisions ---------------------------------------------------------------------------

    def settle(
        self,
        change: Change,
        looked_at: Sequence[Pending],
        libraries: tuple[str, ...],
        revisions: Sequence[Revision],
    ) -> int:
        """Publish revisions and take what was looked at from the list; return what is left on it.

        Nothing is done when the libraries have changed meanwhile; a media that has another
        analysis by now stays on the list.
        """
        announced: list[str] = []
        with self._db.steps.begin() as connection:
            self._lock(connection, change)
            if self.are_current(connection, change.project_id, libraries):
                latest = self._latest(connection, looked_at)
                fresh = [revision for revision in revisions if revision.of.media_id in latest]
                announced = self._publish(connection, fresh, libraries)
                self._take_off(connection, change, latest)
            if not looked_at:  # what is on the list has no analysis any more
                connection.execute(sa.delete(t.binding_task).where(*_this(change)))
            left = connection.execute(
                sa.select(sa.func.count()).select_from(t.binding_task).where(*_this(change))
            ).scalar_one()
        self._announce(announced)
        return int(left)

    @staticmethod
    def _lock(connection: sa.Connection, change: Change) -> None:
        """Take the write lock, so that what is read next is not changed before the commit."""
        connection.execute(
            sa.update(t.library)
            .where(t.library.c.project_id == change.project_id, t.library.c.id == change.library_id)
            .values(bound_version=t.library.c.bound_version)
        )

    @staticmethod
    def _latest(connection: sa.Connection, looked_at: Sequence[Pending]) -> set[str]:
        """Return the media whose latest analysis is still the one that was looked at."""
        known = {one.analysis.media_id: one.analysis.revision for one in looked_at}
        query = sa.select(t.media.c.id, t.media.c.latest_revision).where(
            t.media.c.id.in_(list(known))
        )
        return {row[0] for row in connection.execute(query) if known[row[0]] == row[1]}

    @staticmethod
    def _take_off(connection: sa.Connection, change: Change, media: Iterable[str]) -> None:
        done = sa.delete(t.binding_task).where(*_this(change), _TASK.media_id.in_(list(media)))
        connection.execute(done)

    def _publish(
        self,
        connection: sa.Connection,
        revisions: Sequence[Revision],
        libraries: Sequence[str],
    ) -> list[str]:
        """Append revisions; return the jobs that have them now."""
        if not revisions:
            return []
        appended = [
            following(one.of, one.document_digest, one.of.suggestion, one.facts, one.pictures)
            for one in revisions
        ]
        self._media.append_revisions(connection, appended)
        ReviewStore.follow(connection, [one.of for one in revisions if not one.judged])
        for one in revisions:
            if one.judged:
                before = one.of
                subject = Subject(
                    before.project_id, before.media_id, before.job_id, before.revision + 1
                )
                self._reviews.open(connection, subject, one.review)
        of = [revision.of.media_id for revision in revisions]
        outdate(connection, of)
        connection.execute(sa.delete(t.library_match).where(_MATCH.media_id.in_(of)))
        rows = [
            row
            for revision in revisions
            for row in _rows(revision.of.project_id, revision.of.media_id, revision.matches)
        ]
        if rows:
            connection.execute(sa.insert(t.library_match), rows)
        rules = {one.of.job_id: {"libraries": list(libraries), **one.rules} for one in revisions}
        return revise(connection, appended, rules, self._clock.now_ns())

    def done(self, change: Change) -> None:
        """Note that a version was looked for everywhere."""
        library = t.library.c
        with self._db.steps.begin() as connection:
            connection.execute(
                sa.update(t.library)
                .where(
                    library.project_id == change.project_id,
                    library.id == change.library_id,
                    library.bound_version < change.version,
                    library.version >= change.version,
                )
                .values(bound_version=change.version)
            )

    def left(self, project_id: str, library_ids: Iterable[str]) -> dict[str, int]:
        """Return how many media of the lists of some libraries are left, by library."""
        query = (
            sa.select(_TASK.library_id, sa.func.count(_TASK.media_id.distinct()))
            .where(_TASK.project_id == project_id, _TASK.library_id.in_(list(library_ids)))
            .group_by(_TASK.library_id)
        )
        with self._db.steps.connect() as connection:
            return {row[0]: int(row[1]) for row in connection.execute(query)}


def _rows(project_id: str, media_id: str, matches: Iterable[LibraryMatch]) -> list[dict[str, str]]:
    named = sorted({(match.library_id, match.entry_id) for match in matches})
    return [
        {"project_id": project_id, "media_id": media_id, "library_id": one, "entry_id": other}
        for one, other in named
    ]


def _of(change: Change) -> dict[str, str | int]:
    return {
        "project_id": change.project_id,
        "library_id": change.library_id,
        "version": change.version,
    }


def _this(change: Change) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _TASK.project_id == change.project_id,
        _TASK.library_id == change.library_id,
        _TASK.version == change.version,
    )
