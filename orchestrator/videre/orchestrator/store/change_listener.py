"""What other processes have changed: jobs whose events they have added, told by PostgreSQL."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
import sqlalchemy as sa
import structlog

log = structlog.get_logger(__name__)

#: Notified by a trigger of `job_event` with the job's id; its migration names it too.
CHANNEL: Final = "videre_job"
_POLL_S: Final = 0.5
_RECONNECT_S: Final = 1.0


@contextmanager
def told_by(engine: sa.Engine, announce: Callable[[str], None]) -> Iterator[None]:
    """Announce jobs that any process changes, while the block runs.

    What is missed while the session is lost is found by those who look again now and then.
    """
    stop = threading.Event()
    thread = threading.Thread(
        target=_listen, args=(engine, announce, stop), name="changes", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _listen(engine: sa.Engine, announce: Callable[[str], None], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            listening = engine.raw_connection()
            session = listening.driver_connection
            listening.detach()  # it ends here, and does not go back into the pool as it is
            assert isinstance(session, psycopg.Connection)
            with contextlib.closing(session):
                session.set_autocommit(True)
                session.execute(f"LISTEN {CHANNEL}".encode())
                while not stop.is_set():
                    for change in session.notifies(timeout=_POLL_S):
                        announce(change.payload)
        except (sa.exc.DBAPIError, psycopg.Error) as error:
            log.warning("nobody tells of other processes' changes", error=str(error)[:200])
            stop.wait(_RECONNECT_S)
