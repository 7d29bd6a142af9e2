"""A real PostgreSQL in a folder of its own, for tests: started once, a database for each use."""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin")
#: Nothing of a test outlives the machine, so nothing waits for the disk.
_SETTINGS = (
    "fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=150",
    "listen_addresses=", "log_min_messages=fatal", "max_wal_size=256MB",
)  # fmt: skip


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; None where it is not installed."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    folders = [folder for place in _PLACES for folder in Path("/").glob(place[1:])]
    there = [folder for folder in folders if (folder / "initdb").exists()]
    return max(there, key=lambda folder: folder.parent.name, default=None)


class Postgres:
    """A server that listens on a socket in its folder only."""

    def __init__(self, folder: Path, own: Path) -> None:
        self.folder, self._own = folder, own
        self._count = itertools.count()
        # PostgreSQL refuses to run as root.
        self._user = None if os.geteuid() else pwd.getpwnam("nobody")
        if self._user is not None:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        self.run("initdb", "-D", "data", "-U", "videre", "-A", "trust", "--no-sync",
                  "-E", "UTF8", "--locale=C")  # fmt: skip
        self.start()

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the user of the server."""
        subprocess.run(
            [self._own / program, *arguments],
            cwd=self.folder,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self._user.pw_uid if self._user is not None else None,
            group=self._user.pw_gid if self._user is not None else None,
            extra_groups=[] if self._user is not None else None,
        )

    def start(self) -> None:
        """Start the server; returns when it answers."""
        options = " ".join(f"-c {one}" for one in _SETTINGS) + f" -k {self.folder}"
        self.run("pg_ctl", "-D", "data", "-s", "-w", "-o", options, "-l", "log", "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server: "fast" ends connections in order, "immediate" is a crash."""
        self.run("pg_ctl", "-D", "data", "-s", "-w", "-m", mode, "stop")

    def url(self, name: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://videre@/{name}?host={self.folder}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run a statement outside transactions."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def make(self, template: str = "template0") -> str:
        """Make a database and return its URL."""
        name = f"videre_{next(self._count)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server for the length of a block; the test is skipped where there is none."""
    own = programs()
    if own is None:
        pytest.skip("PostgreSQL is not installed on this machine (apt-get install postgresql)")
    # Not in pytest's folder, which other users may not enter; and a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="videre-pg-") as folder:
        server = Postgres(Path(folder), own)
        try:
            yield server
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):  # a test has stopped it
                server.stop()
