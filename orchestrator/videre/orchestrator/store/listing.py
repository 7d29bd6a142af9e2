"""Pages that stay stable while rows are added: ordered by id, continued after the last one seen.

Ids are UUIDv7, so descending ids are newest first; a page token is the last id of the page, bound
to the filter it was made for.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from videre.common.errors import TROUBLES, FieldViolation, Reason, VidereError
from videre.common.values import canonical_json, sha256_hex
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.holds import held
from videre.orchestrator.store.json_columns import has_pairs
from videre.orchestrator.store.records import JobRecord, JobState, MediaRecord, StageState

MAX_PAGE: Final = 1_000
#: Far above any token made here, and too short to exhaust the parser by nesting.
_LONGEST_TOKEN: Final = 300

#: Stands for the request of a job in a list.
_NO_REQUEST: Final = sa.literal(b"").label("request")

Position = TypeVar("Position", str, int)


def page_token(position: str | int, filters: Mapping[str, Any]) -> str:
    """Return an opaque token for the page after `position` under these filters."""
    document = {"p": position, "f": _fingerprint(filters)}
    return base64.urlsafe_b64encode(canonical_json(document)).decode().rstrip("=")


def read_token(
    token: str, filters: Mapping[str, Any], kind: type[Position], field: str = "page_token"
) -> Position:
    """Return the position in a token: an id, or an index from 0.

    Args:
        field: where the token was given.

    Raises:
        VidereError: PAGE_TOKEN_INVALID, also for another filter's token.
    """
    try:
        if len(token) > _LONGEST_TOKEN:
            raise ValueError("too long to be a token")
        padded = token + "=" * (-len(token) % 4)
        document = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        position, fingerprint = document["p"], document["f"]
    except (ValueError, KeyError, TypeError):
        position, fingerprint = None, ""
    fits = isinstance(position, kind) and not (isinstance(position, int) and position < 0)
    if not fits or fingerprint != _fingerprint(filters):
        raise bad_token(token, field)
    return kind(position)


def bad_token(token: str, field: str = "page_token") -> VidereError:
    """Return the refusal of a token."""
    return VidereError(
        Reason.PAGE_TOKEN_INVALID,
        f"{field} does not belong to this call",
        violations=(FieldViolation(field, "not a token of this call", "", token[:64]),),
        metadata={"field": field, "limit": "a token of this call", "actual": token[:64]},
    )


def _fingerprint(filters: Mapping[str, Any]) -> str:
    return sha256_hex(canonical_json(dict(filters)))[:12]


class Listing:
    """Pages of jobs and media."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def jobs(
        self,
        project_id: str,
        *,
        limit: int,
        before_id: str | None,
        states: Sequence[str] = (),
        media_id: str = "",
        tags: Mapping[str, str] | None = None,
        min_create_ns: int | None = None,
        max_create_ns: int | None = None,
        dead: bool = False,
        now_ns: int,
    ) -> list[JobRecord]:
        """Return at most `limit` jobs, newest first, that meet every condition.

        Jobs that have expired by `now_ns` are left out: reading one answers JOB_EXPIRED. So are
        the jobs' requests, which may be megabytes each.
        """
        job = t.job.c
        columns = [c if c is not job.request else _NO_REQUEST for c in t.job.columns]
        alive = sa.or_(job.expire_ns.is_(None), job.expire_ns >= now_ns, held(job.media_id))
        query = sa.select(*columns).where(job.project_id == project_id, alive)
        if before_id is not None:
            query = query.where(job.id < before_id)
        if states:
            query = query.where(job.state.in_(states))
        if media_id:
            query = query.where(job.media_id == media_id)
        if min_create_ns is not None:
            query = query.where(job.create_ns >= min_create_ns)
        if max_create_ns is not None:
            query = query.where(job.create_ns < max_create_ns)
        if dead:
            query = query.where(*_dead())
        for key, value in sorted((tags or {}).items()):
            tag = t.job_tag.alias()
            query = query.where(
                sa.exists().where(
                    tag.c.job_id == job.id,
                    tag.c.project_id == project_id,
                    tag.c.key == key,
                    tag.c.value == value,
                )
            )
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(job.id.desc()).limit(limit))
            return [JobRecord(**row._mapping) for row in rows]

    def media(
        self,
        project_id: str,
        *,
        limit: int,
        before_id: str | None,
        digest: str = "",
        tags: Mapping[str, str] | None = None,
    ) -> list[MediaRecord]:
        """Return at most `limit` media, newest first, that meet every condition."""
        media = t.media.c
        query = sa.select(t.media).where(media.project_id == project_id)
        if before_id is not None:
            query = query.where(media.id < before_id)
        if digest:
            query = query.where(media.digest == digest)
        query = query.where(*has_pairs(media.tags, tags))
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(media.id.desc()).limit(limit))
            return [MediaRecord(**row._mapping) for row in rows]


def _dead() -> list[sa.ColumnElement[bool]]:
    """Return the conditions of dead letters: what the installation failed, done again by none."""
    job, stage, again = t.job.c, t.job_stage.c, t.job.alias("again")
    failed = sa.exists().where(
        stage.job_id == job.id, stage.state == StageState.FAILED, stage.reason.in_(sorted(TROUBLES))
    )
    return [
        job.state.in_((JobState.FAILED, JobState.PARTIAL)),
        sa.or_(job.error["reason"].as_string().in_(sorted(TROUBLES)), failed),
        ~sa.exists().where(again.c.requeue_of == job.id),
    ]
