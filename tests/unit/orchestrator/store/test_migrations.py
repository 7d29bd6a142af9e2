"""What `alembic revision --autogenerate` would find to do: nothing; defaults: see test_schema."""

from __future__ import annotations

import re
from pathlib import Path

import alembic.command
import alembic.config
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from videre.common.clock import FakeClock
from videre.orchestrator.store import database
from videre.orchestrator.store.media import MediaStore
from videre.orchestrator.store.records import AnalysisRecord
from videre.orchestrator.store.schema import metadata

OPTIONS = {"compare_type": True, "version_table": "videre_schema"}


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    return database.sqlite_engine(tmp_path / "videre.db", "NORMAL")


def differences(engine: sa.Engine, wanted: sa.MetaData) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=OPTIONS)
        return list(compare_metadata(context, wanted))


def test_a_migrated_database_has_the_schema(engine: sa.Engine) -> None:
    database.migrate(engine)
    found = differences(engine, metadata)
    engine.dispose()
    assert not found, f"write a migration for: {found}"


def test_a_difference_would_be_seen(engine: sa.Engine) -> None:
    """Proof of the test above: each kind of change shows."""
    database.migrate(engine)
    changed = sa.MetaData()
    for table in metadata.tables.values():
        table.to_metadata(changed)
    changed.tables["job"].append_column(sa.Column("added", sa.Text))
    sa.Index("added_index", changed.tables["media"].c.title)
    sa.Table("added_table", changed, sa.Column("id", sa.Integer, primary_key=True))
    found = differences(engine, changed)
    engine.dispose()
    kinds = {difference[0] for difference in found if isinstance(difference, tuple)}
    assert kinds >= {"add_column", "add_index", "add_table"}


def test_migrating_again_changes_nothing(engine: sa.Engine) -> None:
    def schema() -> list[tuple[str, str]]:
        with engine.connect() as connection:
            rows = connection.execute(sa.text("SELECT name, sql FROM sqlite_master ORDER BY name"))
            return [(row.name, row.sql) for row in rows]

    database.migrate(engine)
    first = schema()
    database.migrate(engine)
    assert schema() == first
    assert len(first) > 15
    engine.dispose()


def test_an_analysis_of_before_templates_is_read(engine: sa.Engine, tmp_path: Path) -> None:
    old = {
        "media_id": "m1", "revision": 1, "project_id": "films", "job_id": "j1",
        "document_digest": "d1", "result_digest": "d1", "suggestion": "review", "create_ns": 7,
    }  # fmt: skip
    media = {
        "id": "m1", "project_id": "films", "tags": {}, "source": "upload", "latest_revision": 1,
        "create_ns": 5, "created_by": "ada",
    }  # fmt: skip
    config = alembic.config.Config()
    folder = Path(database.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "0006")
        for table, row in (("media", media), ("analysis", old)):
            known = sa.Table(table, sa.MetaData(), autoload_with=connection)
            connection.execute(known.insert(), row)
    engine.dispose()
    opened = database.open_sqlite(tmp_path / "videre.db")
    found = MediaStore(opened, FakeClock()).analysis("films", "m1", 1)
    opened.dispose()
    assert found == AnalysisRecord(**old, judged_digest="")


def test_migrations_are_one_line_of_numbers() -> None:
    config = alembic.config.Config()
    folder = Path(database.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())
    numbers = [script.revision for script in reversed(scripts)]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    assert len(list((folder / "versions").glob("*.py"))) == len(numbers)


#: Many small rows, reached by nothing but keys of rows that have a project.
IN_INDEX = {"search_chunk", "search_posting"}


def test_every_row_that_a_caller_can_reach_has_a_project() -> None:
    without = {name for name, table in metadata.tables.items() if "project_id" not in table.c}
    assert without - IN_INDEX == {"data_key", "engine_cost", "project"}, "they are nobody's"


def test_names_of_tables_and_columns_need_no_quotes() -> None:
    for table in metadata.tables.values():
        for name in (table.name, *table.c.keys()):
            assert re.fullmatch(r"[a-z][a-z_]*", name)


def test_the_newest_revision_is_the_head_of_the_scripts() -> None:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    assert database.newest_revision() == ScriptDirectory.from_config(config).get_current_head()
