"""Everything sealed anew beside those who write, and words looked for in files."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa

from tests.fresh import fresh_database
from videre.common.artifact_sealing import Sealing
from videre.common.artifacts import ArtifactStore
from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.common.sealing import Seal
from videre.orchestrator.at_rest.finding import find_words
from videre.orchestrator.at_rest.resealing import Done, reseal_all, stale_rows
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.data_keys import DataKeys
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.vault import vault_of

OLD, NEW = b"o" * 32, b"n" * 32
WORD = "planted"
ROWS = 120


def opened(folder: Path, encryption: bool, *keys: bytes) -> tuple[Database, ArtifactStore, Seal]:
    seal = Seal(*keys)
    database = fresh_database(folder / "videre.db")
    DataKeys(database, FakeClock(), seal).install(encryption=encryption)
    sealing = Sealing(lambda: seal, closes=encryption, opened=folder / "opened")
    return database, ArtifactStore(folder / "artifacts", sealing), seal


def resealed(folder: Path, encryption: bool, *keys: bytes, new_data_key: bool = False) -> Done:
    database = fresh_database(folder / "videre.db")
    seal = Seal(*keys)
    sealing = Sealing(lambda: seal, closes=encryption, opened=folder / "opened")
    store = ArtifactStore(folder / "artifacts", sealing)
    try:
        return reseal_all(
            database, store, seal, FakeClock(), encryption=encryption,
            new_data_key=new_data_key, told=lambda place, count: None,
        )  # fmt: skip
    finally:
        database.dispose()


def row(number: int) -> dict[str, object]:
    return {
        "project_id": "p", "template_id": "t", "version": number, "create_ns": 1,
        "created_by": "ada", "document": {"text": f"{WORD} {number}"},
    }  # fmt: skip


def test_it_is_turned_on_renewed_and_turned_off_under_load(tmp_path: Path) -> None:
    database, store, _ = opened(tmp_path, False, OLD)
    digest = store.put("p", WORD.encode())
    with database.durable.begin() as connection:
        template = {"project_id": "p", "id": "t", "number": 1, "kind": "k", "latest_version": 1}
        connection.execute(sa.insert(t.template), template)
        connection.execute(sa.insert(t.template_version), [row(n) for n in range(ROWS)])
    database.dispose()
    steps = [(True, (OLD,), False), (True, (NEW, OLD), True), (False, (NEW,), False)]
    written = ROWS
    for encryption, keys, new_data_key in steps:
        database, store, _ = opened(tmp_path, encryption, *keys)
        stop = Event()

        def work(database: Database, first: int, stop: Event) -> int:
            number = first
            while not stop.is_set():
                with database.durable.begin() as connection:
                    connection.execute(sa.insert(t.template_version), row(number))
                number += 1
                with database.steps.connect() as connection:
                    query = sa.select(t.template_version.c.document, t.template_version.c.version)
                    for document, version in connection.execute(query.limit(50)):
                        assert document == {"text": f"{WORD} {version}"}
            return number

        with ThreadPoolExecutor(1) as pool:
            working = pool.submit(work, database, written, stop)
            try:
                done = resealed(tmp_path, encryption, *keys, new_data_key=new_data_key)
            finally:
                stop.set()
            written = working.result()
        assert done.rows >= ROWS
        assert (done.artifacts, done.waiting) == (1, 0)
        assert store.read("p", digest) == WORD.encode()
        vault = vault_of(database.durable.dialect)
        assert vault is not None
        vault.reload()
        resealed(tmp_path, encryption, *keys)  # what was written under the key before
        assert stale_rows(database, vault) == 0
        assert resealed(tmp_path, encryption, *keys).artifacts == 0, "it is done"
        database.dispose()
        with_words = {path.name for path, _ in find_words([tmp_path / "artifacts"], [WORD])}
        assert bool(with_words) is not encryption


def test_a_key_that_is_not_here_is_named_and_nothing_is_changed(tmp_path: Path) -> None:
    database, store, _ = opened(tmp_path, True, OLD)
    digest = store.put("p", WORD.encode())
    database.dispose()
    with pytest.raises(VidereError, match="is sealed under the master key") as refused:
        resealed(tmp_path, True, NEW)
    assert refused.value.reason is Reason.KEY_MISSING
    assert store.read("p", digest) == WORD.encode()


def test_words_are_found_in_every_form_and_over_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videre.orchestrator.at_rest.finding._PIECE", 5)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_bytes(b"...... Planted ...")
    (tmp_path / "b").write_bytes("张三 PLANTED".encode("utf-16-le"))
    (tmp_path / "c").write_bytes(b"plant ed")
    (tmp_path / "link").symlink_to(tmp_path / "b")
    found = {(path.name, word) for path, word in find_words([tmp_path], [WORD, "张三", ""])}
    assert found == {("a", WORD), ("b", WORD), ("b", "张三")}
