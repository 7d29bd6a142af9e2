"""Several orchestrators on one PostgreSQL and one S3 store, with the services they share."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.doubles.postgres import Postgres, postgres
from tests.doubles.s3 import s3
from tests.running import Processes
from videre.cli.supervise.ports import SERVICES

_LOOK_S = 0.02
_OWNER = (
    "SELECT executor_id FROM dbos.workflow_status WHERE workflow_uuid = %s AND status = 'PENDING'"
)


@dataclass(frozen=True)
class Cluster:
    """The processes, and the server of their database."""

    suite: Processes
    server: Postgres
    url: str

    def orchestrator(self, name: str, role: str) -> None:
        """Start an orchestrator with a role."""
        self.suite.replica(name, VIDERE_DATABASE_URL=self.url, VIDERE_ROLE=role)
        self.suite.start(name)

    def replica_of(self, name: str) -> str:
        """Return what a process that runs workflows is called in the journal."""
        told = re.sub(r"\x1b\[[0-9;]*m", "", (self.suite.folder / f"{name}.log").read_text())
        return str(re.findall(r"\] replica\s+.*?name=(\S+)", told)[-1])

    def owner(self, job_id: str) -> str | None:
        """Return the replica that works on a job; None while it waits, and when it has ended."""
        with psycopg.connect(self.url) as connection:
            found = connection.execute(_OWNER, (job_id,)).fetchone()
        return None if found is None else found[0]

    def owned_by(self, job_id: str, replicas: set[str], timeout_s: float) -> float:
        """Wait until one of some replicas has a job; return how many seconds that took."""
        begun = time.monotonic()
        while self.owner(job_id) not in replicas:
            if time.monotonic() - begun > timeout_s:
                raise TimeoutError(f"nobody has taken {job_id}: {self.owner(job_id)}")
            time.sleep(_LOOK_S)
        return time.monotonic() - begun


@contextlib.contextmanager
def cluster(folder: Path, *services: str, **settings: str) -> Iterator[Cluster]:
    """Run the services of a cluster; its orchestrators are the test's to start."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        postgres() as server,
        s3(folder / "s3", "videre") as environment,
        contextlib.closing(
            Processes(
                folder,
                **environment,
                VIDERE_ARTIFACT_URL="s3://videre/artifacts",
                VIDERE_UPLOAD_DIR=str(folder / "uploads"),
                VIDERE_KEY_DIR=str(folder / "keys"),
                **settings,
            )
        ) as suite,
    ):
        suite.start(*(services or SERVICES))
        yield Cluster(suite, server, server.make())
