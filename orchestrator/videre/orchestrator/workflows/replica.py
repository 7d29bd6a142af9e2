"""Several orchestrators on one PostgreSQL: who lives, and who goes on with what a dead one left.

Every replica that runs workflows holds an advisory lock of its own name as long as its session
lives. Whoever gets the lock of another one knows that it is dead, and puts its work back on the
queues. A replica that has only lost its session reconnects: the journal sees to it that a workflow
which was put back has one owner, and steps may run twice. See `docs/cluster.md`.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import sqlalchemy as sa
import structlog

from videre.orchestrator.store.postgres import replica_lock

log = structlog.get_logger(__name__)

#: Seconds between two looks for dead replicas; drawn anew each time, so that replicas which were
#: started together do not look together.
_LOOKS_S: Final = (1.6, 2.4)
_RECONNECT_S: Final = 0.5
#: A name that was in use a moment ago is waited for: its session may not be gone yet.
_OWN_S: Final = 30.0
_SWEEPER: Final = "sweeper"
_PENDING: Final = sa.text(
    "SELECT DISTINCT executor_id FROM dbos.workflow_status "
    "WHERE status = 'PENDING' AND application_version = :flow AND executor_id <> :me"
)

#: Puts the work of replicas back on the queues; returns how many workflows there were.
Recover = Callable[[Sequence[str]], int]


class Replica:
    """The session that says that this replica lives. Its thread looks for dead ones.

    Args:
        engine: of the shared database, without the writer's lock.
        name: of this replica; no other one that lives may have it.
        flow: version of the journal that this replica can go on with.
        recover: called with the names of dead replicas.
    """

    def __init__(self, engine: sa.Engine, name: str, flow: str, recover: Recover) -> None:
        self.name = name
        self._engine, self._flow, self._recover = engine, flow, recover
        self._session: sa.Connection | None = None
        self._stop = threading.Event()
        self._leads = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def leads(self) -> bool:
        """Whether this one of the replicas does what one of them has to do."""
        return self._leads.is_set()

    def own(self) -> None:
        """Take this replica's lock; to be called before it takes work.

        Raises:
            RuntimeError: another replica has the name.
        """
        deadline = time.monotonic() + _OWN_S
        self._close()
        while True:
            self._session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if self._lock(self._session, self.name):
                return
            self._close()
            if time.monotonic() > deadline or self._stop.wait(_RECONNECT_S):
                raise RuntimeError(f"another orchestrator is called {self.name}")

    def start(self) -> None:
        """Look for dead replicas from now on, the first time at once."""
        self._thread = threading.Thread(target=self._run, name="takeover", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread and the session: what this replica has not finished is taken over."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        if self._session is not None:
            with contextlib.suppress(sa.exc.SQLAlchemyError):  # lost: they went with it
                self._session.execute(sa.select(sa.func.pg_advisory_unlock_all()))
        self._close()

    def look(self) -> list[str]:
        """Take over the work of replicas that are dead; return their names."""
        session = self._session
        assert session is not None, "own() first"
        if not self.leads and self._lock(session, _SWEEPER):
            self._leads.set()
        dead = []
        given = {"flow": self._flow, "me": self.name}
        for (other,) in session.execute(_PENDING, given).all():
            if not self._lock(session, other):
                continue
            try:
                count = self._recover([other])
                log.warning("took over the work of a replica", replica=other, workflows=count)
                dead.append(other)
            finally:
                self._unlock(session, other)
        return dead

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except sa.exc.DBAPIError as error:
                log.warning("the session of this replica was lost", error=str(error.orig)[:200])
                self._reconnect()
            except Exception:
                log.exception("looking for dead replicas failed")  # it looks again
            if self._stop.wait(random.uniform(*_LOOKS_S)):
                return

    def _reconnect(self) -> None:
        self._leads.clear()
        while not self._stop.wait(_RECONNECT_S):
            try:
                self.own()
            except (sa.exc.DBAPIError, RuntimeError):
                continue
            return

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.invalidate()  # the locks go with the session, not back into the pool
            session.close()

    def _lock(self, session: sa.Connection, name: str) -> bool:
        return bool(self._ask(session, sa.func.pg_try_advisory_lock, name))

    def _unlock(self, session: sa.Connection, name: str) -> None:
        self._ask(session, sa.func.pg_advisory_unlock, name)

    @staticmethod
    def _ask(session: sa.Connection, function: Callable[[int], Any], name: str) -> Any:
        return session.execute(sa.select(function(replica_lock(name)))).scalar_one()
