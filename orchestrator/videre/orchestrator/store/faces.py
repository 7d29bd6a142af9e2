"""What the people of published analyses look like, and which identity each of them is."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from videre.common.errors import Reason, VidereError
from videre.orchestrator.fusion.face_vectors import (
    Vectors,
    from_bytes,
    mean_vectors,
    to_bytes,
)
from videre.orchestrator.fusion.people import NO_FACES, Faces
from videre.orchestrator.library.identity import identify
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.face_index import FaceIndex, FaceRow

#: Projects whose faces stay in memory.
_INDICES: Final = 4
_FACE: Final = t.person_face.c
_ROW: Final = (_FACE.number, _FACE.media_id, _FACE.engine, _FACE.vector, _FACE.identity_id)


#: Faces that make up the mean of an identity, and persons that stand beside one in a list.
_AVERAGED: Final = 1_000
_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class KnownFace:
    """What somebody looks like: a stored vector, its engine, and a person who looks so."""

    media_id: str
    person_id: str
    engine: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """An identity, in how many media it is seen, and as whom: (media, person), first ones first."""

    identity_id: str
    media_count: int
    persons: tuple[tuple[str, str], ...]


class FaceStore:
    """Reads and writes of `person_face`. Blocking: call through threads."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._lock = threading.Lock()
        self._indices: OrderedDict[str, FaceIndex] = OrderedDict()

    def replace(
        self,
        connection: sa.Connection,
        project_id: str,
        media_id: str,
        faces: Faces,
        frames: Mapping[str, frozenset[int]],
    ) -> None:
        """Make these the faces of a media, inside the transaction that publishes its analysis.

        Who was there before, and looks the same, keeps the identity.
        """
        before = {
            row.person_id: row
            for row in connection.execute(
                sa.select(t.person_face).where(_FACE.media_id == media_id)
            )
        }
        kept = {
            person
            for person, vector in faces.vectors.items()
            if person in before
            and (before[person].vector, before[person].engine) == (vector, faces.engine)
        }
        gone = [row.number for person, row in before.items() if person not in kept]
        new = {p: vector for p, vector in faces.vectors.items() if p not in kept}
        if gone:
            connection.execute(sa.delete(t.person_face).where(_FACE.number.in_(gone)))
        if not new:
            return
        fresh = Faces(faces.engine, new)
        with self._lock:
            known, first_faces = self._index(connection, project_id).first_faces(faces.engine)
        identities = identify(media_id, fresh, frames, known, first_faces)
        connection.execute(
            sa.insert(t.person_face),
            [
                {
                    "project_id": project_id,
                    "media_id": media_id,
                    "person_id": person,
                    "engine": faces.engine,
                    "vector": vector,
                    "identity_id": identities[person],
                }
                for person, vector in sorted(new.items())
            ],
        )

    def of_media(self, connection: sa.Connection, media_ids: Collection[str]) -> dict[str, Faces]:
        """Return what the people of some media's latest analyses look like; by media."""
        query = sa.select(_FACE.media_id, _FACE.person_id, _FACE.engine, _FACE.vector).where(
            _FACE.media_id.in_(list(media_ids))
        )
        found: dict[str, dict[str, bytes]] = defaultdict(dict)
        engines: dict[str, str] = {}
        for row in connection.execute(query):
            found[row.media_id][row.person_id] = row.vector
            engines[row.media_id] = row.engine
        return {
            media_id: Faces(engines[media_id], found[media_id]) if media_id in found else NO_FACES
            for media_id in media_ids
        }

    def identities(self, media_id: str) -> dict[str, str]:
        """Return the identities of a media's people, by person."""
        query = sa.select(_FACE.person_id, _FACE.identity_id).where(_FACE.media_id == media_id)
        with self._db.steps.connect() as connection:
            return {row.person_id: row.identity_id for row in connection.execute(query)}

    def of_person(self, project_id: str, media_id: str, person_id: str) -> KnownFace:
        """Return what a person of a media's latest analysis looks like.

        Raises:
            VidereError: PERSON_NOT_FOUND.
        """
        here = (_FACE.media_id == media_id, _FACE.person_id == person_id)
        return self._known(project_id, here, f"person {person_id!r} in media {media_id!r}")

    def of_identity(self, project_id: str, identity_id: str) -> KnownFace:
        """Return what an identity looks like on average; the media and person that founded it.

        Raises:
            VidereError: PERSON_NOT_FOUND.
        """
        here = (_FACE.identity_id == identity_id,)
        return self._known(project_id, here, f"identity {identity_id!r}")

    def _known(
        self, project_id: str, conditions: Sequence[sa.ColumnElement[bool]], words: str
    ) -> KnownFace:
        query = sa.select(_FACE.media_id, _FACE.person_id, _FACE.engine, _FACE.vector).where(
            _FACE.project_id == project_id, *conditions
        )
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(_FACE.number).limit(_AVERAGED)).all()
        if not rows:
            raise VidereError(Reason.PERSON_NOT_FOUND, f"no {words}")
        first = rows[0]
        same = from_bytes(row.vector for row in rows if row.engine == first.engine)
        (mean,) = to_bytes(mean_vectors(same, [range(len(same))]))
        return KnownFace(first.media_id, first.person_id, first.engine, mean)

    def list_identities(
        self, project_id: str, *, limit: int, offset: int, identity_id: str, media_id: str
    ) -> list[IdentityRow]:
        """Return identities, those in most media first, then by id."""
        media_count = sa.func.count(_FACE.media_id.distinct()).label("media_count")
        query = sa.select(_FACE.identity_id, media_count).where(_FACE.project_id == project_id)
        if identity_id:
            query = query.where(_FACE.identity_id == identity_id)
        if media_id:
            inner = t.person_face.alias().c
            here = sa.select(inner.identity_id).where(
                inner.project_id == project_id, inner.media_id == media_id
            )
            query = query.where(_FACE.identity_id.in_(here))
        query = query.group_by(_FACE.identity_id).order_by(media_count.desc(), _FACE.identity_id)
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.limit(limit).offset(offset)).all()
            who = [self._who(connection, project_id, row.identity_id) for row in rows]
        return [
            IdentityRow(row.identity_id, row.media_count, persons)
            for row, persons in zip(rows, who, strict=True)
        ]

    @staticmethod
    def _who(
        connection: sa.Connection, project_id: str, identity_id: str
    ) -> tuple[tuple[str, str], ...]:
        query = sa.select(_FACE.media_id, _FACE.person_id).where(
            _FACE.project_id == project_id, _FACE.identity_id == identity_id
        )
        found = connection.execute(query.order_by(_FACE.number).limit(_SHOWN))
        return tuple((one.media_id, one.person_id) for one in found)

    def near(
        self, connection: sa.Connection, project_id: str, engine: str, samples: Vectors, same: int
    ) -> set[str]:
        """Return the media with somebody who is like a sample, from a likeness E4 on."""
        with self._lock:
            return self._index(connection, project_id).near(engine, samples, same)

    def _index(self, connection: sa.Connection, project_id: str) -> FaceIndex:
        """Return a project's faces as the transaction sees them.

        Rows are only ever added with higher numbers, or removed. Where the last one known or the
        count says that some are gone (with their media, or with a transaction that was taken
        back), all are read again.
        """
        index = self._indices.pop(project_id, None) or FaceIndex()
        last = index.last
        if last is not None and self._rows(connection, project_id, last.number - 1, 1) != [last]:
            index = FaceIndex()
        index.add(self._rows(connection, project_id, index.last.number if index.last else 0))
        count = connection.execute(
            sa.select(sa.func.count()).where(_FACE.project_id == project_id)
        ).scalar_one()
        if count != index.count:
            index = FaceIndex()
            index.add(self._rows(connection, project_id, 0))
        self._indices[project_id] = index
        while len(self._indices) > _INDICES:
            self._indices.popitem(last=False)
        return index

    @staticmethod
    def _rows(
        connection: sa.Connection, project_id: str, after: int, limit: int | None = None
    ) -> list[FaceRow]:
        query = sa.select(*_ROW).where(_FACE.project_id == project_id, _FACE.number > after)
        found = connection.execute(query.order_by(_FACE.number).limit(limit))
        return [FaceRow(*row) for row in found]
