"""The consumer of the documentation: killed at any statement, its effects happen once each."""

from __future__ import annotations

import importlib.util
import random
import sqlite3
from pathlib import Path
from types import ModuleType

import pytest

from videre.v1 import event_pb2

SOURCE = Path(__file__).parents[3] / "docs" / "how-to" / "feed_consumer.py"


@pytest.fixture(scope="module")
def consumer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("feed_consumer", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def an_event(number: int) -> event_pb2.ProjectEvent:
    event = event_pb2.ProjectEvent(number=number)
    event.data["suggestion"] = ("PASS", "REVIEW", "BLOCK")[number % 3]
    return event


def test_a_consumer_that_crashes_at_any_statement_counts_each_event_once(
    consumer: ModuleType, tmp_path: Path
) -> None:
    path, rng, crashes = str(tmp_path / "own.db"), random.Random(4), 0
    while True:
        database: sqlite3.Connection = consumer.opened(path)
        steps = iter(range(rng.randint(1, 400)))
        # SQLite asks every few instructions whether it is to go on: what is stopped is rolled back.
        database.set_progress_handler(lambda steps=steps: next(steps, None) is None, 1)
        try:
            for number in range(consumer.last_seen(database) + 1, 61):
                consumer.take(database, an_event(number))
            database.set_progress_handler(None, 0)
            break
        except sqlite3.OperationalError:
            crashes += 1
        finally:
            database.close()
    assert crashes > 10
    with sqlite3.connect(path) as own:
        counts = dict(own.execute("SELECT advice, count FROM verdict"))
    assert counts == {"PASS": 20, "REVIEW": 20, "BLOCK": 20}
