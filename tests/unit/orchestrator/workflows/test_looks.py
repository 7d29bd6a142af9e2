"""Looks for queued work: as often as asked where something was written, else for nothing."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from dbos._sys_db import SystemDatabase

from tests.fresh import fresh_database
from videre.orchestrator import workflows
from videre.orchestrator.store.commits import Commits
from videre.orchestrator.workflows.looks import look_after_commits


class Tables:
    """The engine's tables: what waits on each queue, and how often they were asked."""

    def __init__(self) -> None:
        self.commits = 0
        self.waiting: dict[str, list[str]] = {}
        self.room = 1
        self.asked: list[str] = []

    def get_queue(self, name: str, **_: Any) -> Any:
        self.asked.append(f"get {name}")
        return SimpleNamespace(name=name, of=self.commits)

    def list_queues(self, **_: Any) -> list[str]:
        self.asked.append("list")
        return sorted(self.waiting)

    def transition_delayed_workflows(self) -> None:
        self.asked.append("delayed")

    def cancel_timed_out_workflows(self, limit: int) -> list[str]:
        self.asked.append(f"overdue {limit}")
        return []

    def start_queued_workflows(self, queue: Any, *_: Any, **__: Any) -> tuple[list[str], Any]:
        self.asked.append(f"start {queue.name}")
        if not self.room:
            return [], "worker_concurrency"
        waiting = self.waiting.get(queue.name, [])
        found, waiting[:] = waiting[: self.room], waiting[self.room :]
        return found, None

    def put(self, name: str, *workflows: str) -> None:
        self.waiting.setdefault(name, []).extend(workflows)
        self.commits += 1


def watched() -> tuple[Tables, Any]:
    tables = Tables()
    look_after_commits(cast(SystemDatabase, tables), lambda: tables.commits)
    return tables, SimpleNamespace(name="jobs")


def test_an_empty_queue_is_asked_once_for_each_commit() -> None:
    tables, jobs = watched()
    for _ in range(3):
        assert tables.start_queued_workflows(jobs, "me") == ([], None)
    assert tables.asked == ["start jobs"]
    tables.put("others", "a")
    for _ in range(3):
        assert tables.start_queued_workflows(jobs, "me") == ([], None)
    assert tables.asked == ["start jobs"] * 2
    tables.put("jobs", "b")
    assert tables.start_queued_workflows(jobs, "me") == (["b"], None)


def test_what_was_left_is_asked_for_until_nothing_is() -> None:
    tables, jobs = watched()
    tables.put("jobs", "a", "b")
    found = [tables.start_queued_workflows(jobs, "me")[0] for _ in range(4)]
    assert found == [["a"], ["b"], [], []]
    assert len(tables.asked) == 3


def test_room_that_comes_free_without_a_commit_is_found() -> None:
    tables, jobs = watched()
    tables.put("jobs", "a")
    tables.room = 0
    assert tables.start_queued_workflows(jobs, "me") == ([], "worker_concurrency")
    tables.room = 1
    assert tables.start_queued_workflows(jobs, "me") == (["a"], None)


def test_what_is_written_while_the_tables_are_asked_is_found_by_the_next_look() -> None:
    tables, jobs = watched()
    tables.put("other")
    ask = tables.__class__.start_queued_workflows

    class Late(Tables):
        def start_queued_workflows(self, *given: Any, **more: Any) -> tuple[list[str], Any]:
            answer = ask(self, *given, **more)
            if len(self.asked) == 1:
                self.put("jobs", "late")
            return answer

    late = Late()
    look_after_commits(cast(SystemDatabase, late), lambda: late.commits)
    assert late.start_queued_workflows(jobs) == ([], None)
    assert late.start_queued_workflows(jobs) == (["late"], None)


def test_queues_are_read_again_after_a_commit() -> None:
    tables, _ = watched()
    assert tables.get_queue("jobs") is tables.get_queue("jobs")
    assert tables.get_queue("chunks").name == "chunks"
    assert tables.list_queues(application_name="a") == tables.list_queues(application_name="a")
    assert tables.asked == ["get jobs", "get chunks", "list"]
    tables.put("jobs")
    assert tables.get_queue("jobs").of == 1
    assert tables.list_queues(application_name="a") == ["jobs"]


def test_nothing_is_written_again_and_again() -> None:
    tables, _ = watched()
    for _ in range(3):
        tables.transition_delayed_workflows()
        assert tables.cancel_timed_out_workflows(100) == []
    assert tables.asked == ["delayed", "overdue 100"]
    tables.put("jobs")
    tables.transition_delayed_workflows()
    assert tables.asked[-1] == "delayed"


def test_no_workflow_waits_for_a_time_or_has_to_end_by_one() -> None:
    """Otherwise time alone would change what the tables answer."""
    for path in Path(workflows.__file__).parent.glob("*.py"):
        source = path.read_text("utf-8")
        assert not re.search(r"SetWorkflowTimeout|delay_seconds|debounce|workflow_timeout", source)


def test_commits_of_all_connections_count(tmp_path: Path) -> None:
    path = tmp_path / "videre.db"
    database = fresh_database(path)
    commits = Commits(str(path))
    try:
        first = commits.count()
        with database.steps.begin() as connection:
            connection.exec_driver_sql("SELECT 1")
        assert commits.count() == first  # nothing was changed
        seen = [first]
        for engine in (database.durable, database.steps):
            with engine.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS written (number INTEGER)")
                connection.exec_driver_sql("INSERT INTO written VALUES (1)")
                assert commits.count() == seen[-1]  # not before it is committed
            seen.append(commits.count())
        assert len(set(seen)) == 3
        assert database.rewrite()  # the counter's connection holds nobody up
        assert commits.count() != seen[-1]
    finally:
        commits.close()
        database.dispose()
