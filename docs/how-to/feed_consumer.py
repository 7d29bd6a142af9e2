"""A consumer of the feed whose effects happen once each, whenever it is killed.

    feed_consumer.py DATABASE [SERVER]

It counts verdicts by their advice. What an event changes and the number of the event are one
transaction of the consumer's own database: after a crash it goes on behind the last event whose
effect is there. A bridge to a message queue is the same, with one difference: what is published
cannot be undone, so it may be published again after a crash, under the same id.
"""

from __future__ import annotations

import sqlite3
import sys

from videre.client import Videre
from videre.v1 import event_pb2


def opened(path: str) -> sqlite3.Connection:
    """Return the consumer's database, with its tables."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("CREATE TABLE IF NOT EXISTS seen (one INTEGER PRIMARY KEY, number INTEGER)")
    database.execute("CREATE TABLE IF NOT EXISTS verdict (advice TEXT PRIMARY KEY, count INTEGER)")
    return database


def last_seen(database: sqlite3.Connection) -> int:
    """Return the number of the last event whose effect is there; 0 = none is."""
    row = database.execute("SELECT number FROM seen").fetchone()
    return row[0] if row else 0


def take(database: sqlite3.Connection, event: event_pb2.ProjectEvent) -> None:
    """Do what an event asks for and note its number, both or neither."""
    with database:
        database.execute("BEGIN IMMEDIATE")
        database.execute(
            "INSERT INTO verdict VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1",
            [event.data["suggestion"]],
        )
        database.execute("INSERT OR REPLACE INTO seen VALUES (1, ?)", [event.number])


def main(path: str, server: str) -> None:
    """Take events for ever."""
    database = opened(path)
    with Videre(server) as videre:
        kinds = ["analysis.published"]
        for event in videre.events.watch(after_number=last_seen(database), types=kinds):
            take(database, event)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1:7700")
