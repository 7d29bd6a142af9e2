"""Searching for what was erased finds it wherever it stands."""

from __future__ import annotations

import random
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.fresh import fresh_database
from videre.common.errors import Code, Reason
from videre.orchestrator.at_rest import residue
from videre.orchestrator.at_rest.residue import Wanted, in_files, in_rows
from videre.orchestrator.store.failures import refusal

KEY = "0123456789abcdef" * 4
ID = "01a20383-340b-7000-b24d-c02fb55e5ca3"
TEXT = 'The "Größe" of it'
WANTED = Wanted.of({KEY, ID}, {TEXT})


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_what_stands_between_other_bytes_is_seen(before: bytes, after: bytes) -> None:
    edge = b"\0"  # another digit at its side would make it another key
    assert WANTED.seen_in(before + edge + KEY.encode() + edge + after) >= {KEY}
    assert WANTED.seen_in(before + edge + ID.encode() + b".picture00001" + after) >= {ID}
    assert WANTED.seen_in(before + TEXT.encode() + after) >= {TEXT}


def test_a_text_is_seen_as_it_stands_in_json() -> None:
    assert WANTED.seen_in(b'{"title": "The \\"Gr\\u00f6\\u00dfe\\" of it"}') == {TEXT}
    assert WANTED.seen_in(KEY[1:].encode() + TEXT[1:].encode()) == set()
    assert len(WANTED) == 3
    assert len(WANTED.without({KEY, TEXT})) == 1


def test_files_are_searched_across_their_pieces(tmp_path: Path) -> None:
    file = tmp_path / "videre.db"
    file.write_bytes(bytes(residue._PIECE - 20) + TEXT.encode() + bytes(100) + ID.encode())
    assert in_files([file, tmp_path / "none"], WANTED) == {"videre.db": {TEXT, ID}}


def test_rows_are_searched_in_all_tables_and_those_of_the_journal(tmp_path: Path) -> None:
    database = fresh_database(tmp_path / "videre.db")
    try:
        with database.durable.begin() as connection:
            connection.execute(sa.text("CREATE TABLE workflow_status (workflow_uuid TEXT, n INT)"))
            connection.execute(
                sa.text("INSERT INTO workflow_status VALUES (:one, 1), ('x', 2)"),
                {"one": f"{ID}.sound00000"},
            )
            connection.execute(
                sa.text(
                    "INSERT INTO media (id, project_id, title, tags, source, create_ns, created_by)"
                    " VALUES ('m', 'p', :title, '{}', 's', 1, 'ada')"
                ),
                {"title": TEXT},
            )
        assert in_rows(database, WANTED) == {
            "journal/workflow_status": (1, {ID}), "media": (1, {TEXT}),
        }  # fmt: skip
    finally:
        database.dispose()


def test_a_file_that_is_written_anew_has_nothing_but_its_rows(tmp_path: Path) -> None:
    path, numbers = tmp_path / "videre.db", random.Random(1)
    database = fresh_database(path)
    texts = {number: f"TEXT{number:05}" for number in range(1_500)}
    gone = set(numbers.sample(sorted(texts), 700))
    put = sa.text("INSERT INTO words VALUES (:key, :text)")
    drop = sa.text("DELETE FROM words WHERE text LIKE :some")
    try:
        with database.durable.begin() as connection:
            connection.execute(
                sa.text("CREATE TABLE words (key TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID")
            )
        with database.durable.begin() as connection:
            for text in texts.values():
                key = f"{numbers.random():.12f}"
                said = text * numbers.choice((1, 3, 20, 200))
                connection.execute(put, {"key": key, "text": said})
        with database.durable.begin() as connection:
            for number in gone:
                connection.execute(drop, {"some": f"{texts[number]}%"})
        assert database.rewrite()
        data = path.read_bytes()
        left = {text for text in texts.values() if text.encode() in data}
        assert left == {texts[number] for number in texts.keys() - gone}
        assert path.with_name("videre.db-wal").stat().st_size == 0
    finally:
        database.dispose()


def test_a_file_that_others_hold_is_written_anew_by_the_next_purge(tmp_path: Path) -> None:
    path = tmp_path / "videre.db"
    database = fresh_database(path)
    try:
        with database.durable.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=1").close()
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert not database.rewrite()
        other.close()
        assert database.rewrite()
    finally:
        database.dispose()


def test_who_writes_while_the_file_is_written_anew_is_told_to_call_again(tmp_path: Path) -> None:
    """The rewriting stands still, in the midst of it, until everybody has tried."""
    path = tmp_path / "videre.db"
    database = fresh_database(path)
    begun, tried, done = threading.Event(), threading.Event(), []

    def stand_still() -> int:
        begun.set()
        tried.wait()
        return 0

    try:
        with database.durable.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE words (text TEXT)")
            rows = [(f"word {number}",) for number in range(20_000)]
            connection.exec_driver_sql("INSERT INTO words VALUES (?)", rows)
        with database.durable.connect() as connection:  # the one that the pool gives next
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.set_progress_handler(stand_still, 50_000)
        writing = threading.Thread(target=lambda: done.append(database.rewrite()))
        writing.start()
        assert begun.wait(60)
        with database.steps.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=1").close()
            assert connection.exec_driver_sql("SELECT count(*) FROM words").scalar() == len(rows)
        with pytest.raises(sa.exc.OperationalError) as locked, database.steps.begin():
            pass
        told = refusal(locked.value)
        assert told is not None
        assert (told.reason, told.code) == (Reason.STORE_FAILED, Code.UNAVAILABLE)
        assert told.retry_after_s
        tried.set()
        writing.join()
        assert done == [True]
        with database.steps.begin() as connection:
            connection.exec_driver_sql("INSERT INTO words VALUES ('another')")
    finally:
        tried.set()
        database.dispose()
