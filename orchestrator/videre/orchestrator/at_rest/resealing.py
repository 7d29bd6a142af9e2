"""Sealing everything as it would be sealed now: after another key, or after the setting changed.

It works beside orchestrators at work, a few rows or one artifact at a time. Whatever is done
already is left alone, so that it may be stopped and begun again at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from videre.common.artifact_resealing import is_current, reseal
from videre.common.artifacts import ArtifactStore
from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.common.sealing import Seal
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.data_keys import DataKeys
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.vault import (
    SealedBytes,
    SealedColumn,
    Vault,
    raw_type,
    sealed_columns,
)

#: Rows of one transaction: writers wait for it.
_BATCH: Final = 100
#: What is stored of values that are empty; they are not sealed.
_EMPTY: Final = ("", "null", "{}", "[]", '""', "0", "false")


@dataclass(frozen=True, slots=True)
class Done:
    """What was sealed anew.

    Args:
        rows: of the database.
        waiting: artifacts that are not sealed yet, of which a job may be reading the file.
    """

    rows: int
    artifacts: int
    waiting: int


def reseal_rows(database: Database, vault: Vault, told: Callable[[str, int], None]) -> int:
    """Seal the values of all columns as new ones are; return how many rows were changed.

    Args:
        told: is given each table and how many of its rows were changed.
    """
    total = 0
    by_table: dict[str, list[SealedColumn]] = {}
    for one in sealed_columns(t.metadata):
        by_table.setdefault(one.table.name, []).append(one)
    for name, columns in by_table.items():
        count = sum(_batches(database, vault, columns))
        total += count
        if count:
            told(name, count)
    return total


def stale_rows(database: Database, vault: Vault) -> int:
    """Return how many values are not sealed as new ones are."""
    with database.steps.connect() as connection:
        return sum(
            int(
                connection.execute(
                    sa.select(sa.func.count()).select_from(one.table).where(_stale(vault, one))
                ).scalar_one()
            )
            for one in sealed_columns(t.metadata)
        )


def _batches(database: Database, vault: Vault, columns: list[SealedColumn]) -> Iterator[int]:
    table = columns[0].table
    keys = list(table.primary_key)
    values = [one.column for one in columns]
    stale = sa.or_(*(_stale(vault, one) for one in columns))
    last: tuple[Any, ...] | None = None
    while True:
        query = sa.select(*keys, *values).where(stale).order_by(*keys).limit(_BATCH)
        if last is not None:
            query = query.where(sa.tuple_(*keys) > sa.tuple_(*last))
        with database.durable.begin() as connection:
            rows = connection.execute(query).all()
            for row in rows:
                last = tuple(row[: len(keys)])
                of_row = [key == part for key, part in zip(keys, last, strict=True)]
                new = dict(zip((one.name for one in values), row[len(keys) :], strict=True))
                connection.execute(sa.update(table).where(*of_row).values(**new))
        yield len(rows)
        if len(rows) < _BATCH:
            return


def _stale(vault: Vault, one: SealedColumn) -> sa.ColumnElement[bool]:
    """Return the condition that a value is not sealed as a new one is."""
    raw: sa.ColumnElement[Any] = sa.type_coerce(one.column, raw_type(one.kind))
    if isinstance(one.kind.impl_instance, sa.JSON):
        raw = sa.cast(raw, sa.Text)
    begins = vault.begins(one.kind)
    if not begins:
        marks = vault.marks(one.kind)
        return sa.func.substr(raw, 1, len(marks), type_=raw_type(one.kind)) == marks
    empty = raw == b"" if isinstance(one.kind, SealedBytes) else raw.in_(_EMPTY)
    start = sa.func.substr(raw, 1, len(begins), type_=raw_type(one.kind))
    return sa.and_(raw.is_not(None), sa.not_(empty), start != begins)


def reseal_secrets(database: Database, seal: Seal) -> int:
    """Seal keys of projects and secrets of webhooks under the first master key; return how many."""
    done = 0
    key, hook = t.audience_key.c, t.webhook.c
    with database.durable.begin() as connection:
        for row in connection.execute(sa.select(t.audience_key)).all():
            owner = f"audience of {row.project_id}"
            sealed = seal.close_bytes(seal.open_bytes(row.sealed, owner), owner)
            of_row = (key.project_id == row.project_id, key.version == row.version)
            connection.execute(sa.update(t.audience_key).where(*of_row).values(sealed=sealed))
            done += 1
        for row in connection.execute(sa.select(hook.id, hook.secrets)).all():
            secrets = [
                one | {"sealed": seal.close(seal.open(one["sealed"], row.id), row.id)}
                for one in row.secrets
            ]
            connection.execute(
                sa.update(t.webhook).where(hook.id == row.id).values(secrets=secrets)
            )
            done += len(secrets)
    return done


def reseal_artifacts(
    store: ArtifactStore, *, busy: bool, told: Callable[[str, int], None]
) -> tuple[int, int]:
    """Seal all artifacts as new ones are; return how many were, and how many wait.

    Args:
        busy: jobs are at work: a file that is not sealed may have been given to a decoder.
        told: is given each place and how many of its artifacts were sealed anew.
    """
    done = waiting = 0
    for project in store.projects():
        count = 0
        for digest in store.iter_digests(project):
            try:
                if is_current(store, project, digest):
                    continue
                if busy and not store.find(project, digest)[1]:
                    waiting += 1
                    continue
                reseal(store, project, digest)
                count += 1
            except VidereError as error:
                if error.reason is not Reason.ARTIFACT_NOT_FOUND:  # collected meanwhile
                    raise
        done += count
        if count:
            told(f"artifacts of {project}", count)
    return done, waiting


def reseal_all(
    database: Database,
    store: ArtifactStore,
    seal: Seal,
    clock: Clock,
    *,
    encryption: bool,
    new_data_key: bool,
    told: Callable[[str, int], None],
) -> Done:
    """Seal everything as it would be sealed now.

    Args:
        seal: the master keys; the first one seals.
        encryption: whether new values are sealed.
        new_data_key: the database gets another data key first.
        told: is given places, and how much was sealed anew there.

    Raises:
        VidereError: KEY_MISSING, something is sealed under a key that is not here.
    """
    keys = DataKeys(database, clock, seal)
    vault = keys.install(encryption=encryption)
    rows = keys.renew() + reseal_secrets(database, seal)
    told("keys and secrets", rows)
    if vault is not None:
        if new_data_key:
            keys.add()
            vault.reload()
        rows += reseal_rows(database, vault, told)
        keys.retire(vault.newest, in_use=stale_rows(database, vault) > 0)
    running = sa.select(sa.exists().where(t.job.c.state.in_(("QUEUED", "RUNNING"))))
    with database.steps.connect() as connection:
        busy = bool(connection.execute(running).scalar_one())
    done, waiting = reseal_artifacts(store, busy=busy, told=told)
    return Done(rows, done, waiting)
