"""The migrations make the tables that the code speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from videre.orchestrator.store.database import migrate, sqlite_engine
from videre.orchestrator.store.postgres import postgres_engine
from videre.orchestrator.store.schema import metadata


def described(engine: sa.Engine) -> dict[str, Any]:
    """Return tables by name: columns, keys, uniqueness and indices, in no order of their own."""
    found = sa.inspect(engine)

    def plain(value: Any) -> Any:
        # The condition of a partial index is an object: its text counts.
        if isinstance(value, dict):
            return {key: plain(one) for key, one in value.items()}
        return str(value) if isinstance(value, sa.TextClause) else value

    def unordered(items: Any) -> list[str]:
        return sorted(str(sorted(plain(dict(item)).items(), key=str)) for item in items)

    return {
        name: (
            unordered(found.get_columns(name)),
            found.get_pk_constraint(name),
            unordered(found.get_foreign_keys(name)),
            unordered(found.get_unique_constraints(name)),
            unordered(found.get_indexes(name)),
        )
        for name in metadata.tables
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def engines(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[sa.Engine]]:
    if request.param == "sqlite":
        made = [sqlite_engine(tmp_path / f"{number}.db", "NORMAL") for number in range(2)]
    else:
        server = request.getfixturevalue("server")
        made = [postgres_engine(server.make()) for _ in range(2)]
    yield made
    for engine in made:
        engine.dispose()


def test_the_migrations_make_the_schema(engines: list[sa.Engine]) -> None:
    migrated, written = engines
    migrate(migrated)
    metadata.create_all(written)
    assert described(migrated) == described(written)
    assert set(sa.inspect(migrated).get_table_names()) == {*metadata.tables, "videre_schema"}
