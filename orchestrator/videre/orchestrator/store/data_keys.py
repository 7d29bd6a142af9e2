"""The data keys of the database: made, opened, renewed. Blocking: call through threads."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.keys import KEY_BYTES
from videre.common.sealing import Seal
from videre.common.values import NS
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once
from videre.orchestrator.store.vault import (
    NAME_KEY_BYTES,
    SealedName,
    Vault,
    put_vault,
    sealed_columns,
)

_KEY: Final = t.data_key.c
#: Orchestrators look for new keys whenever they sweep; until so long after, one may seal under the
#: key before.
_LEARNED_NS: Final = 3600 * NS
#: The number of the key of names.
NAMES: Final = 0


class DataKeys:
    """Reads and writes of `data_key`.

    Args:
        seal: the master keys.
    """

    def __init__(self, database: Database, clock: Clock, seal: Seal) -> None:
        self._db, self._clock, self._seal = database, clock, seal

    def install(self, *, encryption: bool) -> Vault | None:
        """Seal the columns of the database, and read what is sealed; None = nothing is.

        Args:
            encryption: whether what is written from now on is sealed.

        Raises:
            VidereError: KEY_MISSING, the keys are sealed under a master key that is not here.
        """
        if encryption:
            self._make()
        keys = self.all()
        if not keys:
            return None
        names = keys[NAMES]
        vault = Vault(self._numbered, names, closes=encryption)
        for engine in (self._db.durable.plain, self._db.steps.plain):
            put_vault(engine, vault)
        return vault

    def all(self) -> dict[int, bytes]:
        """Return the keys by their numbers.

        Raises:
            VidereError: KEY_MISSING.
        """
        with self._db.steps.connect() as connection:
            rows = connection.execute(sa.select(t.data_key)).all()
        for row in rows:
            self._seal.require(row.master_id, f"the database's data key {row.number}")
        return {row.number: self._seal.open_bytes(row.sealed, _owner(row.number)) for row in rows}

    def _numbered(self) -> Mapping[int, bytes]:
        return {number: key for number, key in self.all().items() if number != NAMES}

    def _make(self) -> None:
        with self._db.durable.begin() as connection:
            if connection.execute(sa.select(sa.func.count()).select_from(t.data_key)).scalar():
                return
            names, first = secrets.token_bytes(NAME_KEY_BYTES), secrets.token_bytes(KEY_BYTES)
            for number, key in ((NAMES, names), (1, first)):
                self._add(connection, number, key)
            seal_names(connection, Vault(lambda: {1: first}, names, closes=True))

    def add(self) -> int:
        """Add a data key that seals from now on; return its number."""
        with self._db.durable.begin() as connection:
            newest = connection.execute(sa.select(sa.func.max(_KEY.number))).scalar_one()
            self._add(connection, newest + 1, secrets.token_bytes(KEY_BYTES))
        return int(newest) + 1

    def renew(self) -> int:
        """Seal the data keys under the first master key; return how many were under another.

        Raises:
            VidereError: KEY_MISSING.
        """
        first = self._seal.key_ids[0]
        with self._db.durable.begin() as connection:
            rows = connection.execute(sa.select(t.data_key).where(_KEY.master_id != first)).all()
            for row in rows:
                self._seal.require(row.master_id, f"the database's data key {row.number}")
                plain = self._seal.open_bytes(row.sealed, _owner(row.number))
                connection.execute(
                    sa.update(t.data_key)
                    .where(_KEY.number == row.number)
                    .values(
                        master_id=first, sealed=self._seal.close_bytes(plain, _owner(row.number))
                    )
                )
        return len(rows)

    def retire(self, newest: int, *, in_use: bool) -> None:
        """Remove the data keys before the newest, once every process seals under that one.

        Args:
            newest: number of the newest.
            in_use: something is sealed under an older one: they stay.
        """
        created = sa.select(_KEY.create_ns).where(_KEY.number == newest)
        with self._db.durable.begin() as connection:
            age_ns = self._clock.now_ns() - int(connection.execute(created).scalar_one())
            if not in_use and age_ns > _LEARNED_NS:
                connection.execute(
                    sa.delete(t.data_key).where(_KEY.number != NAMES, _KEY.number < newest)
                )

    def _add(self, connection: sa.Connection, number: int, key: bytes) -> None:
        row = {
            "number": number,
            "master_id": self._seal.key_ids[0],
            "sealed": self._seal.close_bytes(key, _owner(number)),
            "create_ns": self._clock.now_ns(),
        }
        insert_once(connection, t.data_key, row)


def seal_names(connection: sa.Connection, vault: Vault) -> None:
    """Seal the names that are there: from now on they are looked for sealed.

    Args:
        connection: whose engine seals nothing yet.
    """
    for one in sealed_columns(t.metadata):
        if not isinstance(one.kind, SealedName):
            continue
        # As it is stored: the engine must not meet the column before it has its vault.
        names = [key.name for key in one.table.primary_key]
        stored = sa.table(one.table.name, *map(sa.column, names), sa.column(one.column.name))
        value = stored.c[one.column.name]
        rows = connection.execute(sa.select(stored).where(value != "")).all()
        of_row = [stored.c[name] == sa.bindparam(f"of_{name}") for name in names]
        if rows:
            connection.execute(
                sa.update(stored).where(*of_row).values({value: sa.bindparam("sealed")}),
                [
                    {f"of_{name}": part for name, part in zip(names, row, strict=False)}
                    | {"sealed": one.kind.sealed(vault, row[-1])}
                    for row in rows
                ],
            )


def _owner(number: int) -> str:
    return f"data key {number}"
