"""The migrations make the tables that the code speaks of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from videre.orchestrator.store.database import migrate, sqlite_engine
from videre.orchestrator.store.schema import metadata


def described(engine: sa.Engine) -> dict[str, Any]:
    """Return tables by name: columns, keys, uniqueness and indices, in no order of their own."""
    found = sa.inspect(engine)

    def unordered(items: Any) -> list[str]:
        return sorted(str(sorted(item.items(), key=str)) for item in items)

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


def test_the_migrations_make_the_schema(tmp_path: Path) -> None:
    migrated = sqlite_engine(tmp_path / "migrated.db", "NORMAL")
    written = sqlite_engine(tmp_path / "written.db", "NORMAL")
    try:
        migrate(migrated)
        metadata.create_all(written)
        assert described(migrated) == described(written)
        assert set(sa.inspect(migrated).get_table_names()) == {*metadata.tables, "videre_schema"}
    finally:
        migrated.dispose()
        written.dispose()
