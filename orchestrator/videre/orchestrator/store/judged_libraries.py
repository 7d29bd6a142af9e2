"""What moderation reads of a project's libraries, as they are now."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from videre.orchestrator.fusion.people import Faces
from videre.orchestrator.library.model import LibraryKind, LibraryUsage
from videre.orchestrator.library.wanted import HashLibrary
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.faces import FaceStore
from videre.orchestrator.store.galleries import Galleries, Reviewed


class JudgedLibraries:
    """Reads of libraries for rules. Blocking: call through threads."""

    def __init__(self, database: Database, faces: FaceStore) -> None:
        self._db, self._faces = database, faces
        self._galleries = Galleries(database)

    def hash_lists(self, project_id: str, ids: Collection[str]) -> dict[str, HashLibrary]:
        """Return the libraries of hashes with these ids as they are now, by id."""
        if not ids:
            return {}
        with self._db.steps.connect() as connection:
            return self._galleries.hash_lists(connection, project_id, ids)

    def known_hash_lists(self, project_id: str, ids: Collection[str]) -> frozenset[str]:
        """Return which of these ids are libraries of hashes."""
        with self._db.steps.connect() as connection:
            found = self._galleries.hash_versions(connection, project_id, ids)
        return frozenset(name.partition("@")[0] for name in found)

    def may_be_judged_by(self, project_id: str, library_id: str) -> bool:
        """Tell whether moderation may look in a library: of hashes, for reviews, or gone."""
        library = t.library.c
        query = sa.select(library.kind, library.usages).where(
            library.project_id == project_id, library.id == library_id
        )
        with self._db.steps.connect() as connection:
            found = connection.execute(query).one_or_none()
        return (
            found is None
            or found.kind == LibraryKind.HASHES.value
            or LibraryUsage.REVIEW.value in found.usages
        )

    @staticmethod
    def have_versions(connection: sa.Connection, project_id: str, names: Collection[str]) -> bool:
        """Tell whether libraries have these versions now, "id@version"; "id" = there is none."""
        if not names:
            return True
        library = t.library.c
        query = sa.select(library.id, library.version).where(
            library.project_id == project_id,
            library.id.in_(sorted({name.partition("@")[0] for name in names})),
        )
        there = {f"{row.id}@{row.version}" for row in connection.execute(query)}
        return there == {name for name in names if "@" in name}

    def for_review(self, project_id: str, library_ids: Collection[str]) -> dict[str, Reviewed]:
        """Return those of some libraries that there are, as moderation looks in them now."""
        with self._db.steps.connect() as connection:
            return self._galleries.for_review(connection, project_id, library_ids)

    def faces(self, media_id: str) -> Faces:
        """Return what the people of a media's latest analysis look like."""
        with self._db.steps.connect() as connection:
            return self._faces.of_media(connection, [media_id])[media_id]
