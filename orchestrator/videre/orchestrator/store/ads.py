"""The library of ads, and what came of them. Every change is one transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.common.values import NS, sha256_hex
from videre.orchestrator.ads.matching import NOTHING, Done
from videre.orchestrator.recommend.model import DAY_NS
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.audience import AudienceStore
from videre.orchestrator.store.database import Database, insert_once

#: Ads of a project.
MAX_ADS: Final = 1_000
#: Rows of a report.
MAX_ROWS: Final = 10_000
#: Events are told from repeated ones for so long after they happened.
KEPT_NS: Final = 31 * 86_400 * NS
_AD: Final = t.ad.c
_COUNT: Final = t.ad_count.c
_KEYS: Final = (_COUNT.ad_id, _COUNT.media_id, _COUNT.roll)
#: What is counted, as columns are named.
COUNTED: Final = ("requests", "impressions", "clicks", "conversions")


@dataclass(frozen=True, slots=True)
class AdDone:
    """Something that came of an ad.

    Args:
        id: the caller's name for it.
        what: one of `COUNTED`.
        ad_id: "" of requests.
        roll: "pre", "mid", "post".
        user_id: the caller's name for the user; "" = not known.
    """

    id: str
    what: str
    ad_id: str
    media_id: str
    roll: str
    user_id: str
    time_ns: int


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What came of an ad in a place."""

    ad_id: str
    media_id: str
    roll: str
    done: Done


class AdStore:
    """Reads and writes of ads. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock, audience: AudienceStore) -> None:
        self._db, self._clock, self._audience = database, clock, audience

    def put(self, project_id: str, ad_id: str, document: bytes) -> None:
        """Store an ad, in the place of the one with its id.

        Raises:
            VidereError: ADS_FULL.
        """
        now = self._clock.now_ns()
        values = {"document": document, "update_ns": now}
        row = {"project_id": project_id, "ad_id": ad_id, "create_ns": now, **values}
        with self._db.durable.begin() as connection:
            if not insert_once(connection, t.ad, row):
                of = (_AD.project_id == project_id, _AD.ad_id == ad_id)
                connection.execute(sa.update(t.ad).where(*of).values(**values))
            query = sa.select(sa.func.count()).where(_AD.project_id == project_id)
            if connection.execute(query).scalar_one() > MAX_ADS:
                raise VidereError(
                    Reason.ADS_FULL,
                    f"project {project_id} would have more than {MAX_ADS} ads",
                    metadata={"limit": str(MAX_ADS)},
                )

    def remove(self, project_id: str, ad_id: str) -> None:
        """Remove an ad; what came of it stays.

        Raises:
            VidereError: AD_NOT_FOUND.
        """
        with self._db.durable.begin() as connection:
            of = (_AD.project_id == project_id, _AD.ad_id == ad_id)
            if not connection.execute(sa.delete(t.ad).where(*of)).rowcount:
                raise VidereError(
                    Reason.AD_NOT_FOUND, f"no ad {ad_id!r}", metadata={"ad_id": ad_id}
                )

    def ads(self, project_id: str) -> list[tuple[bytes, Done]]:
        """Return the ads of a project by id, and what came of each."""
        sums = [sa.func.coalesce(sa.func.sum(_COUNT[name]), 0) for name in COUNTED]
        counted = (
            sa.select(_COUNT.ad_id, *sums)
            .where(_COUNT.project_id == project_id, _COUNT.ad_id != "")
            .group_by(_COUNT.ad_id)
        )
        query = (
            sa.select(_AD.ad_id, _AD.document)
            .where(_AD.project_id == project_id)
            .order_by(_AD.ad_id)
        )
        with self._db.steps.connect() as connection:
            done = {row[0]: _done(row[1:]) for row in connection.execute(counted)}
            return [
                (document, done.get(ad_id, NOTHING))
                for ad_id, document in connection.execute(query)
            ]

    def record(self, project_id: str, events: Sequence[AdDone]) -> tuple[int, int]:
        """Count events, and note impressions with their users.

        Returns:
            How many are counted now, and how many were before.

        Raises:
            VidereError: KEY_MISSING, a profile cannot be opened.
        """
        counts: dict[tuple[str, str, str, int], Counter[str]] = defaultdict(Counter)
        shown: dict[str, list[tuple[str, int]]] = defaultdict(list)
        new = 0
        with self._db.durable.begin() as connection:
            for event in events:
                row = {
                    "project_id": project_id, "digest": sha256_hex(event.id.encode()),
                    "time_ns": event.time_ns,
                }  # fmt: skip
                if not insert_once(connection, t.ad_event, row):
                    continue
                new += 1
                key = (event.ad_id, event.media_id, event.roll, event.time_ns // DAY_NS)
                counts[key][event.what] += 1
                if event.what == "impressions" and event.user_id:
                    shown[event.user_id].append((event.ad_id, event.time_ns))
            for key, changes in sorted(counts.items()):
                _add(connection, project_id, key, changes)
            self._audience.note_shown(connection, project_id, shown)
        return new, len(events) - new

    def report(self, project_id: str, start_ns: int | None, end_ns: int | None) -> list[ReportRow]:
        """Return what came of ads in a time, by ad, media and roll."""
        columns = [sa.func.sum(_COUNT[name]) for name in COUNTED]
        query = sa.select(*_KEYS, *columns).where(_COUNT.project_id == project_id)
        if start_ns is not None:
            query = query.where(_COUNT.day >= start_ns // DAY_NS)
        if end_ns is not None:
            query = query.where(_COUNT.day <= end_ns // DAY_NS)
        query = query.group_by(*_KEYS).order_by(*_KEYS).limit(MAX_ROWS)
        with self._db.steps.connect() as connection:
            return [
                ReportRow(ad_id, media_id, roll, _done(sums))
                for ad_id, media_id, roll, *sums in connection.execute(query)
            ]

    def forget_events(self) -> None:
        """Remove what tells repeated events that are too old to be taken."""
        oldest = self._clock.now_ns() - KEPT_NS
        with self._db.steps.begin() as connection:
            connection.execute(sa.delete(t.ad_event).where(t.ad_event.c.time_ns < oldest))


def _done(row: Any) -> Done:
    requests, impressions, clicks, conversions = map(int, row)
    return Done(impressions, clicks, conversions, requests)


def _add(
    connection: sa.Connection,
    project_id: str,
    key: tuple[str, str, str, int],
    changes: Mapping[str, int],
) -> None:
    of = dict(zip(("ad_id", "media_id", "roll", "day"), key, strict=True))
    row = {"project_id": project_id, **of, **dict.fromkeys(COUNTED, 0)}
    insert_once(connection, t.ad_count, row)
    where = [_COUNT.project_id == project_id, *(_COUNT[name] == at for name, at in of.items())]
    values = {name: _COUNT[name] + change for name, change in changes.items()}
    connection.execute(sa.update(t.ad_count).where(*where).values(values))
