"""Credentials and their keys. Every change is one durable transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.access.keys import NewKey
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database

#: Keys of a credential that can be used at the same time: the old one and the new one.
_MOST_LIVE: Final = 2
_CREDENTIAL: Final = t.credential.c
_KEY: Final = t.credential_key.c


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A row of `credential_key`."""

    id: str
    credential_id: str
    project_id: str
    digest: str
    create_ns: int
    expire_ns: int
    last_use_ns: int | None
    revoke_ns: int | None

    def live(self, now_ns: int) -> bool:
        """Tell whether it can be used."""
        return self.revoke_ns is None and now_ns < self.expire_ns


@dataclass(frozen=True, slots=True)
class CredentialRecord:
    """A row of `credential`; its keys, the newest first."""

    id: str
    project_id: str
    name: str
    roles: Sequence[str]
    create_ns: int
    created_by: str
    keys: tuple[KeyRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A credential to be stored with its first key."""

    id: str
    project_id: str
    name: str
    roles: tuple[str, ...]
    created_by: str


class CredentialStore:
    """Reads and writes of credentials. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db, self._clock = database, clock

    def create(self, new: NewCredential, key: NewKey, lifetime_ns: int) -> CredentialRecord:
        """Store a credential with its first key."""
        now = self._clock.now_ns()
        row = {name: getattr(new, name) for name in NewCredential.__slots__}
        with self._db.durable.begin() as connection:
            connection.execute(
                sa.insert(t.credential), {**row, "roles": list(new.roles), "create_ns": now}
            )
            _insert_key(connection, new.id, new.project_id, key, now, lifetime_ns)
            return _get(connection, new.project_id, new.id)

    def get(self, projects: tuple[str, ...], credential_id: str) -> CredentialRecord:
        """Return a credential of one of the projects.

        Raises:
            VidereError: CREDENTIAL_NOT_FOUND.
        """
        query = sa.select(_CREDENTIAL.project_id).where(
            _CREDENTIAL.id == credential_id, _CREDENTIAL.project_id.in_(projects)
        )
        with self._db.steps.connect() as connection:
            project_id = connection.execute(query).scalar()
            if project_id is None:
                raise _missing(credential_id)
            return _get(connection, project_id, credential_id)

    def page(self, project_id: str, limit: int, after_id: str) -> list[CredentialRecord]:
        """Return credentials of a project in the order of their ids."""
        query = (
            sa.select(t.credential)
            .where(_CREDENTIAL.project_id == project_id, _CREDENTIAL.id > after_id)
            .order_by(_CREDENTIAL.id)
            .limit(limit)
        )
        with self._db.steps.connect() as connection:
            rows = connection.execute(query).all()
            return [
                CredentialRecord(**row._mapping, keys=_keys(connection, row.id)) for row in rows
            ]

    def add_key(
        self, project_id: str, credential_id: str, key: NewKey, lifetime_ns: int
    ) -> CredentialRecord:
        """Add a key.

        Raises:
            VidereError: CREDENTIAL_NOT_FOUND, CREDENTIAL_KEYS_FULL.
        """
        now = self._clock.now_ns()
        with self._db.durable.begin() as connection:
            record = _get(connection, project_id, credential_id)
            if sum(one.live(now) for one in record.keys) >= _MOST_LIVE:
                raise VidereError(
                    Reason.CREDENTIAL_KEYS_FULL,
                    f"credential {credential_id} has {_MOST_LIVE} live keys; revoke one first",
                    metadata={"credential_id": credential_id, "limit": str(_MOST_LIVE)},
                )
            _insert_key(connection, credential_id, project_id, key, now, lifetime_ns)
            return _get(connection, project_id, credential_id)

    def revoke(self, project_id: str, credential_id: str, key_id: str) -> CredentialRecord:
        """End a key; again is no error.

        Raises:
            VidereError: CREDENTIAL_NOT_FOUND.
        """
        with self._db.durable.begin() as connection:
            record = _get(connection, project_id, credential_id)
            if key_id not in {key.id for key in record.keys}:
                raise _missing(key_id)
            connection.execute(
                sa.update(t.credential_key)
                .where(_KEY.id == key_id, _KEY.revoke_ns.is_(None))
                .values(revoke_ns=self._clock.now_ns())
            )
            return _get(connection, project_id, credential_id)

    def delete(self, project_id: str, credential_id: str) -> None:
        """Delete a credential with its keys.

        Raises:
            VidereError: CREDENTIAL_NOT_FOUND.
        """
        with self._db.durable.begin() as connection:
            _get(connection, project_id, credential_id)
            connection.execute(sa.delete(t.credential).where(_CREDENTIAL.id == credential_id))

    def find(self, key_id: str) -> tuple[CredentialRecord, KeyRecord] | None:
        """Return the credential and key with a key's id, of any project."""
        query = sa.select(t.credential).join(t.credential_key).where(_KEY.id == key_id)
        with self._db.steps.connect() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            key = sa.select(t.credential_key).where(_KEY.id == key_id)
            found = KeyRecord(**connection.execute(key).one()._mapping)
        return CredentialRecord(**row._mapping), found

    def note_use(self, key_id: str) -> None:
        """Note that a key was used now."""
        with self._db.steps.begin() as connection:
            connection.execute(
                sa.update(t.credential_key)
                .where(_KEY.id == key_id)
                .values(last_use_ns=self._clock.now_ns())
            )

    def any_live(self, project_id: str, role: str) -> bool:
        """Tell whether a key of a project with a role can be used."""
        now = self._clock.now_ns()
        with self._db.steps.connect() as connection:
            rows = connection.execute(
                sa.select(t.credential).where(_CREDENTIAL.project_id == project_id)
            ).all()
            return any(
                key.live(now)
                for row in rows
                if role in row.roles
                for key in _keys(connection, row.id)
            )


def _insert_key(
    connection: sa.Connection,
    credential_id: str,
    project_id: str,
    key: NewKey,
    now_ns: int,
    lifetime_ns: int,
) -> None:
    row = {
        "id": key.id,
        "credential_id": credential_id,
        "project_id": project_id,
        "digest": key.digest,
        "create_ns": now_ns,
        "expire_ns": now_ns + lifetime_ns,
    }
    connection.execute(sa.insert(t.credential_key), row)


def _get(connection: sa.Connection, project_id: str, credential_id: str) -> CredentialRecord:
    query = sa.select(t.credential).where(
        _CREDENTIAL.id == credential_id, _CREDENTIAL.project_id == project_id
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise _missing(credential_id)
    return CredentialRecord(**row._mapping, keys=_keys(connection, credential_id))


def _keys(connection: sa.Connection, credential_id: str) -> tuple[KeyRecord, ...]:
    query = (
        sa.select(t.credential_key)
        .where(_KEY.credential_id == credential_id)
        .order_by(_KEY.create_ns.desc(), _KEY.id)
    )
    return tuple(KeyRecord(**row._mapping) for row in connection.execute(query))


def _missing(identifier: str) -> VidereError:
    return VidereError(
        Reason.CREDENTIAL_NOT_FOUND,
        f"no credential or key {identifier!r}",
        metadata={"id": identifier},
    )
