"""Users of projects: their profiles sealed, what they did counted. Every change is one transaction.

A user is known by a pseudonym, a keyed hash of the name that callers use. A project has a key of
its own for pseudonyms and one for profiles, both sealed under the installation's: who has the
database alone can neither tell who a profile is of nor read it.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.keys import KEY_BYTES
from videre.common.sealing import Seal
from videre.orchestrator.recommend.model import NOBODY, Act, Event, Profile, Weighted
from videre.orchestrator.recommend.profiles import joined, with_shown
from videre.orchestrator.recommend.ranking import Count
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.audience_counts import add_counts, counted, known_media
from videre.orchestrator.store.audience_feed import Kind, next_change, note_gone
from videre.orchestrator.store.audience_keys import ProjectKeys, known_keys, sealed_pair
from videre.orchestrator.store.database import Database, insert_once

_KEY: Final = t.audience_key.c
_PROFILE: Final = t.audience_profile.c
_COUNT: Final = t.audience_count.c
#: Profiles that are sealed anew in one transaction.
_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A profile, and when it was begun and last changed."""

    profile: Profile
    create_ns: int
    update_ns: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of events.

    Args:
        new: number of those that are kept.
        repeated: of those that were there before.
        forgotten: of those that are older than all that their user's profile keeps.
        unknown: media that the project does not have; their events are not kept.
    """

    new: int
    repeated: int
    forgotten: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rotated:
    """How far profiles are sealed under the newest key."""

    version: int
    done: int
    left: int


class AudienceStore:
    """Reads and writes of profiles and counts. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock, seal: Seal) -> None:
        self._db, self._clock, self._seal = database, clock, seal

    # --- profiles ----------------------------------------------------------------------------

    def record(self, project_id: str, events: Mapping[str, Sequence[Event]]) -> Recorded:
        """Add events to the profiles of their users, by the callers' names of these.

        Raises:
            VidereError: KEY_MISSING, a profile cannot be opened.
        """
        new = repeated = forgotten = 0
        counts: Counter[tuple[str, int, Act]] = Counter()
        with self._db.durable.begin() as connection:
            keys = self._keys(connection, project_id)
            named = {one.media_id for some in events.values() for one in some}
            unknown = named - known_media(connection, project_id, sorted(named))
            number = next_change(connection, project_id)
            for user_id, some in sorted(events.items()):
                known = [replace(one, number=number) for one in some if one.media_id not in unknown]
                pseudonym = keys.pseudonym(user_id)
                kept = _read(connection, keys, pseudonym)
                result = joined(kept.profile if kept else NOBODY, known)
                repeated += result.repeated
                forgotten += result.forgotten
                new += len(result.gained)
                if result.gained:
                    self._write(connection, keys, pseudonym, result.profile, number=number)
                    counts.update(map(counted, result.gained))
                    counts.subtract(map(counted, result.lost))
            add_counts(connection, project_id, counts)
        return Recorded(new, repeated, forgotten, tuple(sorted(unknown)))

    def note_shown(
        self,
        connection: sa.Connection,
        project_id: str,
        shown: Mapping[str, Sequence[tuple[str, int]]],
    ) -> None:
        """Add the ads that users were shown, with times, to their profiles.

        Args:
            connection: of the transaction that counts them.

        Raises:
            VidereError: KEY_MISSING, a profile cannot be opened.
        """
        if not shown:
            return
        keys = self._keys(connection, project_id)
        for user_id, some in sorted(shown.items()):
            pseudonym = keys.pseudonym(user_id)
            kept = _read(connection, keys, pseudonym)
            profile = with_shown(kept.profile if kept else NOBODY, some)
            self._write(connection, keys, pseudonym, profile)

    def state(
        self,
        project_id: str,
        user_id: str,
        stated: tuple[Weighted, ...],
        languages: tuple[str, ...],
    ) -> Kept:
        """Make this what a user says they like.

        Raises:
            VidereError: KEY_MISSING, the profile cannot be opened.
        """
        with self._db.durable.begin() as connection:
            keys = self._keys(connection, project_id)
            pseudonym = keys.pseudonym(user_id)
            kept = _read(connection, keys, pseudonym)
            profile = replace(kept.profile if kept else NOBODY, stated=stated, languages=languages)
            now = self._write(connection, keys, pseudonym, profile)
            return Kept(profile, kept.create_ns if kept else now, now)

    def profile(self, project_id: str, user_id: str) -> Kept | None:
        """Return what is known of a user; None where nothing is.

        Raises:
            VidereError: KEY_MISSING, the profile cannot be opened.
        """
        with self._db.steps.connect() as connection:
            keys = known_keys(connection, self._seal, project_id)
            return _read(connection, keys, keys.pseudonym(user_id)) if keys else None

    def some(self, project_id: str, after: str, limit: int) -> list[tuple[str, Profile]]:
        """Return profiles in the order of their pseudonyms.

        Args:
            after: greater pseudonyms only.

        Raises:
            VidereError: KEY_MISSING, a profile cannot be opened.
        """
        query = (
            sa.select(t.audience_profile)
            .where(_PROFILE.project_id == project_id, _PROFILE.pseudonym > after)
            .order_by(_PROFILE.pseudonym)
            .limit(limit)
        )
        with self._db.steps.connect() as connection:
            keys = known_keys(connection, self._seal, project_id)
            rows = connection.execute(query).all() if keys else ()
        return [
            (row.pseudonym, keys.open(row.sealed, row.key_version, row.pseudonym))
            for row in rows
            if keys is not None
        ]

    def erase(self, project_id: str, user_id: str) -> str:
        """Remove all that is known of a user; return the pseudonym, "" where nothing was known.

        What they did is taken out of the counts. Those who have copies are told by the name under
        which the user was exported, see `audience_feed`. Under SQLite what is removed is
        overwritten, in the log of the database too.

        Raises:
            VidereError: KEY_MISSING, the profile cannot be opened.
        """
        with self._db.durable.begin() as connection:
            keys = known_keys(connection, self._seal, project_id)
            if keys is None:
                return ""
            pseudonym = keys.pseudonym(user_id)
            kept = _read(connection, keys, pseudonym)
            if kept is None:
                return ""
            counts: Counter[tuple[str, int, Act]] = Counter()
            counts.subtract(map(counted, kept.profile.events))
            add_counts(connection, project_id, counts)
            connection.execute(sa.delete(t.audience_profile).where(*_is(project_id, pseudonym)))
            number, exported = next_change(connection, project_id), keys.exported(pseudonym)
            now = self._clock.now_ns()
            note_gone(connection, project_id, Kind.USER, exported, number, now)
        self._db.empty_log()
        return pseudonym

    def _write(
        self,
        connection: sa.Connection,
        keys: ProjectKeys,
        pseudonym: str,
        profile: Profile,
        *,
        number: int | None = None,
    ) -> int:
        """Store a profile; return when.

        Args:
            number: of the call that brought events; None = none came.
        """
        now = self._clock.now_ns()
        values: dict[str, object] = {
            "key_version": keys.newest, "sealed": keys.close(profile, pseudonym), "update_ns": now,
        }  # fmt: skip
        if number is not None:
            values["number"] = number
        row = {"project_id": keys.project_id, "pseudonym": pseudonym, "create_ns": now, **values}
        if not insert_once(connection, t.audience_profile, row):
            connection.execute(
                sa.update(t.audience_profile)
                .where(*_is(keys.project_id, pseudonym))
                .values(**values)
            )
        return now

    # --- counts ------------------------------------------------------------------------------

    def counts(self, project_id: str) -> list[Count]:
        """Return what was done with the media of a project, by day."""
        query = sa.select(_COUNT.media_id, _COUNT.day, _COUNT.act, _COUNT.count).where(
            _COUNT.project_id == project_id
        )
        with self._db.steps.connect() as connection:
            return [
                Count(media_id, day, Act(act), count)
                for media_id, day, act, count in connection.execute(query)
            ]

    # --- keys --------------------------------------------------------------------------------

    def rotate(self, project_id: str, version: int | None) -> Rotated:
        """Seal profiles under a new key, a few per call; the old ones go with the last.

        Args:
            version: that an earlier call began with; None = begin.

        Raises:
            VidereError: KEY_MISSING, a profile cannot be opened.
        """
        with self._db.durable.begin() as connection:
            keys = self._keys(connection, project_id)
            if version is None:
                self._add_key(connection, project_id, keys.newest + 1, keys.pseudonyms)
                keys = self._keys(connection, project_id)
            older = sa.and_(_PROFILE.project_id == project_id, _PROFILE.key_version < keys.newest)
            rows = connection.execute(
                sa.select(t.audience_profile)
                .where(older)
                .order_by(_PROFILE.pseudonym)
                .limit(_BATCH)
            ).all()
            for row in rows:
                profile = keys.open(row.sealed, row.key_version, row.pseudonym)
                sealed = keys.close(profile, row.pseudonym)
                connection.execute(
                    sa.update(t.audience_profile)
                    .where(*_is(project_id, row.pseudonym))
                    .values(sealed=sealed, key_version=keys.newest)
                )
            left = int(connection.execute(sa.select(sa.func.count()).where(older)).scalar_one())
            if not left:
                connection.execute(
                    sa.delete(t.audience_key).where(
                        _KEY.project_id == project_id, _KEY.version < keys.newest
                    )
                )
        if not left:
            self._db.empty_log()
        return Rotated(keys.newest, len(rows), left)

    def _keys(self, connection: sa.Connection, project_id: str) -> ProjectKeys:
        """Return the keys of a project, made where it has none; inside a writer's transaction."""
        known = known_keys(connection, self._seal, project_id)
        if known is None:
            self._add_key(connection, project_id, 1, secrets.token_bytes(KEY_BYTES))
            known = known_keys(connection, self._seal, project_id)
        assert known is not None
        return known

    def _add_key(
        self, connection: sa.Connection, project_id: str, version: int, pseudonyms: bytes
    ) -> None:
        key = secrets.token_bytes(KEY_BYTES)
        row = {
            "project_id": project_id,
            "version": version,
            "sealed": sealed_pair(self._seal, project_id, key, pseudonyms),
            "create_ns": self._clock.now_ns(),
        }
        connection.execute(sa.insert(t.audience_key), row)


def _is(project_id: str, pseudonym: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (_PROFILE.project_id == project_id, _PROFILE.pseudonym == pseudonym)


def _read(connection: sa.Connection, keys: ProjectKeys, pseudonym: str) -> Kept | None:
    query = sa.select(t.audience_profile).where(*_is(keys.project_id, pseudonym))
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    profile = keys.open(row.sealed, row.key_version, pseudonym)
    return Kept(profile, row.create_ns, row.update_ns)
