"""Evidence rows and the references that keep artifacts alive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once

#: Unreferenced artifacts younger than this may belong to a step that is about to refer to them.
COLLECT_AFTER_NS: Final = 24 * 3600 * 1_000_000_000
#: Stands for the digest of a media that is gone.
ERASED: Final = "erased"


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """Where the evidence of one feature in one stretch lies.

    Args:
        input_digest: of what was looked at, and how; "" = copies of the media do not find it.
        taken_from: digest of the media whose evidence it is a copy of; "" = found in its own,
            ERASED = that media is gone.
    """

    key: str
    project_id: str
    media_digest: str
    feature: str
    engine: str
    blob_digest: str
    start_ns: int
    end_ns: int
    input_digest: str = ""
    taken_from: str = ""


class EvidenceStore:
    """Reads and writes of `evidence` and `artifact_ref`. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    def find(self, keys: Sequence[str]) -> dict[str, EvidenceRow]:
        """Return the rows that exist among `keys`."""
        columns = [t.evidence.c[name] for name in EvidenceRow.__slots__]
        found: dict[str, EvidenceRow] = {}
        with self._db.steps.connect() as connection:
            for start in range(0, len(keys), 500):
                wanted = t.evidence.c.key.in_(keys[start : start + 500])
                for values in connection.execute(sa.select(*columns).where(wanted)):
                    row = EvidenceRow(*values)
                    found[row.key] = row
        return found

    def of_media(
        self, project_id: str, media_digest: str, feature: str, engine: str
    ) -> list[EvidenceRow]:
        """Return what an engine found for a feature in a media, in order of time."""
        evidence = t.evidence.c
        columns = [evidence[name] for name in EvidenceRow.__slots__]
        query = (
            sa.select(*columns)
            .where(
                evidence.project_id == project_id,
                evidence.media_digest == media_digest,
                evidence.feature == feature,
                evidence.engine == engine,
            )
            .order_by(evidence.start_ns, evidence.key)
        )
        with self._db.steps.connect() as connection:
            return [EvidenceRow(*values) for values in connection.execute(query)]

    def holding(self, project_id: str, media_digest: str, ids: Iterable[str]) -> list[EvidenceRow]:
        """Return the rows of a media whose blobs hold records with these ids."""
        columns = [t.evidence.c[name] for name in EvidenceRow.__slots__]
        blobs = sorted({one.partition("/")[0] for one in ids})
        found: list[EvidenceRow] = []
        with self._db.steps.connect() as connection:
            for start in range(0, len(blobs), 500):
                query = sa.select(*columns).where(
                    t.evidence.c.project_id == project_id,
                    t.evidence.c.media_digest == media_digest,
                    sa.func.substr(t.evidence.c.blob_digest, 1, 16).in_(blobs[start : start + 500]),
                )
                found += [EvidenceRow(*values) for values in connection.execute(query)]
        return found

    def put(self, row: EvidenceRow, artifacts: Iterable[str]) -> EvidenceRow:
        """Insert a row unless its key exists; the loser gets the winner's row.

        A row is kept as long as there is a media of its digest, and made only for one.

        Args:
            row: the row; its blob is in the artifact store already.
            artifacts: digests that the blob cites (pictures, embeddings).

        Raises:
            VidereError: MEDIA_NOT_FOUND, the last media of the digest was deleted meanwhile.
        """
        with self._db.steps.begin() as connection:
            if self._insert(connection, row, artifacts):
                return row
        return self.find([row.key])[row.key]

    def donors(self, project_id: str, input_digest: str, limit: int) -> list[EvidenceRow]:
        """Return rows of a project in which the same was looked at, those found first before."""
        evidence = t.evidence.c
        query = (
            sa.select(*(evidence[name] for name in EvidenceRow.__slots__))
            .where(evidence.project_id == project_id, evidence.input_digest == input_digest)
            .order_by(evidence.taken_from, evidence.create_ns, evidence.key)
            .limit(limit)
        )
        with self._db.steps.connect() as connection:
            return [EvidenceRow(*values) for values in connection.execute(query)]

    def take(self, row: EvidenceRow, artifacts: Iterable[str], donor: EvidenceRow) -> bool:
        """Insert a row that is a copy of another; tell whether the other is still there.

        What both cite is kept from now on by both: the donor's references go with its row, in one
        transaction.

        Raises:
            VidereError: MEDIA_NOT_FOUND.
        """
        there = sa.select(t.evidence.c.key).where(
            t.evidence.c.key == donor.key, t.evidence.c.blob_digest == donor.blob_digest
        )
        with self._db.steps.begin() as connection:
            if connection.execute(there.with_for_update(read=True)).first() is None:
                return False
            self._insert(connection, row, artifacts)
        return True

    def _insert(
        self, connection: sa.Connection, row: EvidenceRow, artifacts: Iterable[str]
    ) -> bool:
        """Insert a row with its references; tell whether it was the first of its key."""
        now = self._clock.now_ns()
        self._require_media(connection, row)
        values = {name: getattr(row, name) for name in EvidenceRow.__slots__}
        if not insert_once(connection, t.evidence, {**values, "create_ns": now}):
            return False
        for digest in {row.blob_digest, *artifacts}:
            self._refer(connection, row.project_id, digest, "evidence", row.key, now)
        return True

    @staticmethod
    def _require_media(connection: sa.Connection, row: EvidenceRow) -> None:
        media = sa.select(t.media.c.id).where(
            t.media.c.project_id == row.project_id, t.media.c.digest == row.media_digest
        )
        if connection.execute(media.limit(1).with_for_update(read=True)).first() is None:
            raise VidereError(
                Reason.MEDIA_NOT_FOUND, "the media was deleted while it was looked at"
            )

    def refer(self, project_id: str, digests: Iterable[str], kind: str, owner: str) -> None:
        """Keep artifacts alive for an owner ("media", "job"); for one that is gone, nothing is."""
        now = self._clock.now_ns()
        owners = {"media": t.media.c.id, "job": t.job.c.id}
        there = sa.select(owners[kind]).where(owners[kind] == owner).with_for_update(read=True)
        with self._db.steps.begin() as connection:
            if connection.execute(there).first() is None:
                return
            for digest in sorted(set(digests)):
                self._refer(connection, project_id, digest, kind, owner, now)

    @staticmethod
    def _refer(
        connection: sa.Connection, project_id: str, digest: str, kind: str, owner: str, now: int
    ) -> None:
        row: Mapping[str, str | int] = {
            "project_id": project_id,
            "digest": digest,
            "owner_kind": kind,
            "owner_id": owner,
            "create_ns": now,
        }
        insert_once(connection, t.artifact_ref, row)

    def owned(self, project_id: str, digest: str) -> bool:
        """Tell whether the project refers to an artifact."""
        query = sa.select(
            sa.exists().where(
                t.artifact_ref.c.project_id == project_id, t.artifact_ref.c.digest == digest
            )
        )
        with self._db.steps.connect() as connection:
            return bool(connection.execute(query).scalar_one())

    def unreferenced(self, project_id: str, digests: Sequence[str]) -> list[str]:
        """Return those of `digests` that nothing in the project refers to."""
        kept: set[str] = set()
        with self._db.steps.connect() as connection:
            for start in range(0, len(digests), 500):
                wanted = digests[start : start + 500]
                query = sa.select(t.artifact_ref.c.digest).where(
                    t.artifact_ref.c.project_id == project_id, t.artifact_ref.c.digest.in_(wanted)
                )
                kept.update(connection.execute(query).scalars())
        return [digest for digest in digests if digest not in kept]

    def record_cost(
        self, feature: str, engine: str, *, media_ms: int, cpu_ms: int, size: int
    ) -> None:
        """Add to what an engine has cost on this installation."""
        cost = t.engine_cost.c
        with self._db.steps.begin() as connection:
            zero = {"feature": feature, "engine": engine, "media_ms": 0, "cpu_ms": 0, "bytes": 0}
            insert_once(connection, t.engine_cost, zero)
            connection.execute(
                sa.update(t.engine_cost)
                .where(cost.feature == feature, cost.engine == engine)
                .values(
                    media_ms=cost.media_ms + media_ms,
                    cpu_ms=cost.cpu_ms + cpu_ms,
                    bytes=cost.bytes + size,
                )
            )

    def costs(self) -> dict[tuple[str, str], tuple[int, int, int]]:
        """Return (media_ms, cpu_ms, bytes) by (feature, engine)."""
        with self._db.steps.connect() as connection:
            return {
                (row.feature, row.engine): (row.media_ms, row.cpu_ms, row.bytes)
                for row in connection.execute(sa.select(t.engine_cost))
            }
