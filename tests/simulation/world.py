"""What outlives the process: the data folder, the journal's records, the services, the time.

The database, the artifact store and the spool are the real ones, on a folder in memory.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from tests.simulation.channels import Services
from tests.simulation.faults import Killed
from tests.simulation.films import FILMS, Decoders
from tests.simulation.journal import CREATE_QUEUE, Records
from tests.simulation.process import Process, current_process, liveness, task_factory
from tests.simulation.virtual import VirtualClock, VirtualLoop
from videre.common.artifacts import ArtifactStore
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store.database import open_sqlite, sqlite_database

PATIENCE_S: Final = 20.0
#: Signs the links to what jobs made: a fresh key would differ from play to play.
_LINKS_KEY: Final = bytes(32)
_MEMORY: Final = Path("/dev/shm")
_DATABASE_FILES: Final = ("videre.db", "videre.db-wal", "videre.db-shm")


class Ground:
    """What all worlds of a run share, since making it takes longer than playing a seed.

    The database's engines are kept (they know the compiled statements), its file is exchanged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = folder / "files"
        self.files.mkdir()
        for film in FILMS:
            (self.files / f"{film.name}.mp4").write_bytes(film.data)
        (folder / "decoded").mkdir()
        self.decoders = Decoders(folder / "decoded")
        self.data = folder / "data"
        self.settings = OrchestratorSettings(
            data_dir=self.data,
            file_roots=(str(self.files),),
            stage_patience=PATIENCE_S,
            slots=2,
            jobs_at_once=2,
        )
        self._empty = folder / "empty.db"
        made = open_sqlite(self._empty)
        with made.durable.connect() as connection:
            connection.exec_driver_sql(CREATE_QUEUE)
            connection.commit()
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        made.dispose()
        self.database = sqlite_database(self.data / "videre.db")

    def clear(self) -> None:
        """Empty the data folder."""
        self.database.dispose()
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir()
        shutil.copyfile(self._empty, self.data / "videre.db")
        (self.data / "links.key").write_bytes(_LINKS_KEY)
        shutil.rmtree(self.files / "out", ignore_errors=True)
        (self.files / "out").mkdir()


@contextmanager
def ground() -> Iterator[Ground]:
    """Make the ground in a folder in memory, where there is one."""
    place = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="videre-simulation-", dir=place) as folder:
        made = Ground(Path(folder))
        try:
            yield made
        finally:
            made.database.dispose()


class World:
    """One seed's world."""

    def __init__(self, ground: Ground, rng: random.Random, loop: VirtualLoop) -> None:
        ground.clear()
        self.ground = ground
        self.rng = rng
        self.clock = VirtualClock(loop)
        self.records = Records()
        artifacts = ArtifactStore(ground.data / "artifacts")
        self.services = Services(random.Random(rng.random()), loop.time, artifacts.put)
        self.decoders = ground.decoders
        self.decoders.rng = random.Random(rng.random())
        self.decoders.chance, self.decoders.failed = 0.0, 0
        self.settings = ground.settings
        #: Operations after which the process is killed, by number.
        self.kill_at: set[int] = set()
        #: Operations at which it is killed, by name: how many of them are left.
        self.kill_on: Counter[str] = Counter()
        self.killed_at: list[str] = []
        #: How often the process died while a workflow was at work, by the workflow's id.
        self.deaths: Counter[str] = Counter()
        #: What went wrong in the simulation itself, or in tasks that nobody waits for.
        self.broken: list[str] = []
        self.ticks = 0
        self.process: Process | None = None
        self._loop = loop
        loop.set_task_factory(task_factory)
        loop.thread_lives = liveness
        loop.set_exception_handler(self._unhandled)

    def _unhandled(self, _loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        """Report what a callback of the loop raised; of futures, their owners are asked."""
        if "handle" in context:
            self.broken.append(f"{context['message']}: {context.get('exception')}")

    def tick(self, what: str) -> None:
        """Count one operation of the process, or end the process at it."""
        process = current_process.get(None)
        if process is None:
            return
        if not process.alive:
            raise Killed
        self.ticks += 1
        if self.ticks in self.kill_at or self.kill_on[what] > 0:
            self.kill_on[what] -= 1
            self.killed_at.append(what)
            self.deaths.update(self.records.at_work())
            process.die()
            raise Killed

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Count every transaction as two operations: its begin and its commit."""
        engines = (self.ground.database.durable.plain, self.ground.database.steps.plain)

        def begin(_connection: sa.Connection) -> None:
            self.tick("begin transaction")

        def commit(_connection: sa.Connection) -> None:
            self.tick("commit")

        hooks: Mapping[str, Callable[[sa.Connection], None]] = {"begin": begin, "commit": commit}
        for engine in engines:
            for name, hook in hooks.items():
                sa.event.listen(engine, name, hook)
        try:
            yield
        finally:
            for engine in engines:
                for name, hook in hooks.items():
                    sa.event.remove(engine, name, hook)

    def start(self) -> Process:
        """Start the process.

        Raises:
            VidereError: STORE_FAILED when one is running.
        """
        process = Process(
            self.settings, self.ground.database, self.records, self.services, self.decoders,
            self.clock, random.Random(self.rng.random()), self.tick, self.broken.append,
        )  # fmt: skip
        return process

    async def supervise(self) -> None:
        """Keep a process running: start another one some time after each death."""
        while True:
            self.process = self.start()
            self.process.begin()
            await self.process.died.wait()
            await self.process.bury()
            await asyncio.sleep(self.rng.random() * 3.0)
