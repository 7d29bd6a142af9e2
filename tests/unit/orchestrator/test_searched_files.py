"""Searching the files of a database that is in use."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from videre.orchestrator.at_rest.residue import Wanted, in_files

OTHER = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT b FROM a')"


def test_the_log_stays_when_another_process_closes_the_database(tmp_path: Path) -> None:
    path = tmp_path / "videre.db"
    files = [path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm")]
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE a(b)")
        database.execute("INSERT INTO a VALUES ('something that is searched for')")
        database.commit()
        wanted = Wanted.of(set(), {"something that is searched for"})
        assert in_files(files, wanted)
        subprocess.run([sys.executable, "-c", f"{OTHER}; c.close()", str(path)], check=True)
        assert all(file.exists() for file in files)
