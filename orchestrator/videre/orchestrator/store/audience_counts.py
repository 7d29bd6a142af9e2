"""How often something was done with media, by day: without users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import sqlalchemy as sa

from videre.orchestrator.recommend.model import DAY_NS, Act, Event
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import insert_once

_COUNT: Final = t.audience_count.c
#: Most names in one statement.
_NAMES: Final = 500


def known_media(connection: sa.Connection, project_id: str, media_ids: Sequence[str]) -> set[str]:
    """Return which media a project has."""
    found: set[str] = set()
    for start in range(0, len(media_ids), _NAMES):
        query = sa.select(t.media.c.id).where(
            t.media.c.project_id == project_id,
            t.media.c.id.in_(media_ids[start : start + _NAMES]),
        )
        found.update(connection.execute(query).scalars())
    return found


def counted(event: Event) -> tuple[str, int, Act]:
    """Return what an event is counted under: media, day, act."""
    return event.media_id, event.time_ns // DAY_NS, event.act


def add_counts(
    connection: sa.Connection, project_id: str, counts: Mapping[tuple[str, int, Act], int]
) -> None:
    """Add to the counts of media that are still there; what comes to nothing goes."""
    changed = {key: change for key, change in counts.items() if change}
    there = known_media(connection, project_id, sorted({media_id for media_id, _, _ in changed}))
    for (media_id, day, act), change in sorted(changed.items()):
        if media_id not in there:
            continue
        row = {
            "media_id": media_id, "day": day, "act": int(act), "project_id": project_id, "count": 0,
        }  # fmt: skip
        insert_once(connection, t.audience_count, row)
        of = (_COUNT.media_id == media_id, _COUNT.day == day, _COUNT.act == int(act))
        connection.execute(
            sa.update(t.audience_count).where(*of).values(count=_COUNT.count + change)
        )
        connection.execute(sa.delete(t.audience_count).where(*of, _COUNT.count <= 0))
