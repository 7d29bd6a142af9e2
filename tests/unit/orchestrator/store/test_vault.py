"""Columns that are sealed: read as they were written, with nothing of it in the database's file."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fresh import fresh_database
from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.common.sealing import Seal
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.data_keys import NAMES, DataKeys
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.vault import Vault, sealed_columns, vault_of

OLD, NEW = b"o" * 32, b"n" * 32
WORD = "planted"
AD = {"project_id": "p", "ad_id": "a", "create_ns": 1, "update_ns": 1}


def opened(folder: Path, *keys: bytes, encryption: bool = True) -> Database:
    database = fresh_database(folder / "videre.db")
    try:
        DataKeys(database, FakeClock(), Seal(*keys)).install(encryption=encryption)
    except VidereError:
        database.dispose()
        raise
    return database


def put(database: Database, document: bytes, ad_id: str = "a") -> None:
    with database.durable.begin() as connection:
        connection.execute(sa.insert(t.ad), AD | {"ad_id": ad_id, "document": document})


def read(database: Database) -> list[bytes]:
    with database.steps.connect() as connection:
        query = sa.select(t.ad.c.document).order_by(t.ad.c.ad_id)
        return list(connection.execute(query).scalars())


@settings(max_examples=25)
@given(
    text=st.text(max_size=40),
    data=st.binary(max_size=40),
    document=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=6,
    ),
)
def test_what_is_sealed_opens_in_its_column_only(text: str, data: bytes, document: object) -> None:
    vault = Vault(lambda: {1: OLD}, NEW + NEW, closes=True)
    values = {"SealedText": text, "SealedName": text, "SealedBytes": data, "SealedJson": document}
    by_kind = {type(one.kind).__name__: one.kind for one in sealed_columns(t.metadata)}
    others = {
        type(one.kind).__name__: one.kind
        for one in sealed_columns(t.metadata)
        if one.kind.column != by_kind[type(one.kind).__name__].column
    }
    assert by_kind.keys() == values.keys()
    for name, kind in by_kind.items():
        sealed = kind.sealed(vault, values[name])
        assert kind.opened(vault, sealed) == values[name]
        assert kind.opened(vault, values[name]) == values[name], "from before"
        with pytest.raises(VidereError) as refused:
            others[name].opened(vault, sealed)
        assert refused.value.reason is Reason.KEY_MISSING


def test_nothing_of_it_is_in_the_file(tmp_path: Path) -> None:
    plain = fresh_database(tmp_path / "videre.db")
    put(plain, b"before", "0")
    assert vault_of(plain.durable.dialect) is None
    plain.dispose()
    database = opened(tmp_path, OLD)
    put(database, WORD.encode(), "1")
    assert read(database) == [b"before", WORD.encode()]
    assert not any(WORD.encode() in path.read_bytes() for path in tmp_path.iterdir())
    database.dispose()
    assert not any(WORD.encode() in path.read_bytes() for path in tmp_path.iterdir())
    off = opened(tmp_path, OLD, encryption=False)
    put(off, WORD.encode(), "2")
    assert read(off) == [b"before", WORD.encode(), WORD.encode()]
    assert WORD.encode() in (tmp_path / "videre.db-wal").read_bytes()
    off.dispose()


def test_names_are_found_by_equality(tmp_path: Path) -> None:
    plain = opened(tmp_path, OLD, encryption=False)
    with plain.durable.begin() as connection:
        rows = [{"project_id": "p", "term": term} for term in ("one", WORD)]
        connection.execute(sa.insert(t.search_term), rows)
    plain.dispose()
    opened(tmp_path, OLD).dispose()
    database = opened(tmp_path, OLD, encryption=False)
    with database.durable.begin() as connection:
        found = sa.select(t.search_term.c.term).where(t.search_term.c.term.in_([WORD, "no"]))
        assert connection.execute(found).scalars().all() == [WORD]
    with pytest.raises(sa.exc.IntegrityError), database.durable.begin() as connection:
        connection.execute(sa.insert(t.search_term), {"project_id": "p", "term": WORD})
    with database.durable.connect() as connection:
        stored = sa.select(sa.type_coerce(t.search_term.c.term, sa.Text))
        assert not any(WORD in one for one in connection.execute(stored).scalars())
    database.dispose()


def test_the_data_keys_are_made_once_and_need_their_master_key(tmp_path: Path) -> None:
    opened(tmp_path, OLD, encryption=False).dispose()
    database = opened(tmp_path, OLD)
    put(database, b"secret")
    keys = DataKeys(database, FakeClock(), Seal(OLD))
    assert keys.all().keys() == {NAMES, 1}
    both = DataKeys(database, FakeClock(), Seal(NEW, OLD))
    assert both.all() == keys.all()
    database.dispose()
    with pytest.raises(VidereError, match="data key 0 is sealed under the master key") as refused:
        opened(tmp_path, NEW, encryption=False)
    assert refused.value.reason is Reason.KEY_MISSING
    database = opened(tmp_path, NEW, OLD)
    assert DataKeys(database, FakeClock(), Seal(NEW, OLD)).renew() == 2
    database.dispose()
    database = opened(tmp_path, NEW)
    assert read(database) == [b"secret"]
    database.dispose()


def test_a_new_data_key_seals_and_old_ones_open(tmp_path: Path) -> None:
    first, second = opened(tmp_path, OLD), opened(tmp_path, OLD)
    keys = DataKeys(first, FakeClock(), Seal(OLD))
    put(first, b"one", "1")
    assert keys.add() == 2
    vault = vault_of(first.durable.dialect)
    assert vault is not None
    vault.reload()
    put(first, b"two", "2")
    assert read(second) == [b"one", b"two"], "another process sees the new key when it meets it"
    clock = FakeClock()
    later = DataKeys(first, clock, Seal(OLD))
    later.retire(2, in_use=False)
    assert set(later.all()) == {NAMES, 1, 2}, "another process may not know the new one yet"
    clock.advance(4_000)
    later.retire(2, in_use=True)
    assert set(later.all()) == {NAMES, 1, 2}
    later.retire(2, in_use=False)
    vault.reload()
    with pytest.raises(VidereError, match="does not open under data key 1"):
        read(first)
    first.dispose()
    second.dispose()
