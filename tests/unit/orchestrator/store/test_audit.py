"""The audit log: what a call changes has an entry of its transaction, or neither is there."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from typing import Any

import pytest
import sqlalchemy as sa

from videre.common.clock import FakeClock
from videre.exports.chain import Breach, Broken, check_chain
from videre.orchestrator.access.keys import new_key
from videre.orchestrator.moderation.facts import instant
from videre.orchestrator.store import audit
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.audit import AUDITED, MOST_NAMED, Note
from videre.orchestrator.store.audit_reads import AuditEntry, AuditStore
from videre.orchestrator.store.credentials import CredentialStore, NewCredential
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.media import MediaStore, NewMedia

P = "films"
#: Tables that no call changes by itself, and why their rows need no entry.
NOT_AUDITED = {
    "parts of a row that has an entry": {
        "artifact_ref", "job_input", "job_output", "job_stage", "job_tag", "review_finding",
        "template_use",
    },
    "told by events and chains of their own": {
        "feed_event", "feed_head", "job_event", "review_action", "verdict_link", "audit_entry",
    },
    "made by the suite from what is there": {
        "binding_task", "engine_cost", "evidence", "job_chunk", "library_match", "person_face",
        "search_chunk", "search_head", "search_look", "search_media", "search_posting",
        "search_term", "usage_day",
    },
    "of the installation, not of a project": {"data_key"},
    "counts of what happened": {"ad_count", "ad_event"},
    "what users did and like: it can be erased, an entry could not": {
        "audience_count", "audience_gone", "audience_head", "audience_item", "audience_profile",
    },
}  # fmt: skip


@pytest.fixture
def entries(database: Database) -> AuditStore:
    return AuditStore(database)


@pytest.fixture
def media(database: Database, clock: FakeClock) -> MediaStore:
    return MediaStore(database, clock)


def calling(clock: FakeClock, method: str, work: Any, subject: str = "ada") -> Any:
    """Do something as a call does it."""

    def call() -> Any:
        audit.enter(Note(subject, method, "f" * 64, clock))
        return work()

    return Context().run(call)


def new(number: int, project: str = P) -> NewMedia:
    return NewMedia(f"m{number}", project, "upload:x", "ada", digest=str(number), title="Secret")


def facts(entry: AuditEntry) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(entry.facts)
    return found


def test_every_table_is_audited_or_said_not_to_be() -> None:
    told = set().union(*NOT_AUDITED.values())
    assert told.isdisjoint(AUDITED)
    assert told | AUDITED == set(t.metadata.tables)
    for name in AUDITED - {"project"}:
        assert "project_id" in t.metadata.tables[name].c, name


def test_a_call_says_who_changed_what_from_what_to_what(
    media: MediaStore, entries: AuditStore, clock: FakeClock
) -> None:
    calling(clock, "MediaService/CreateMedia", lambda: media.create(new(1)))
    calling(
        clock, "MediaService/UpdateMedia", lambda: media.change(P, "m1", {"title": "x"}, ""), "bob"
    )
    calling(clock, "MediaService/DeleteMedia", lambda: media.delete(P, "m1", ""))
    made, changed, gone = (facts(entry) for entry in entries.all(P))
    assert {key: made[key] for key in ("project", "number", "time", "subject", "method")} == {
        "project": P, "number": 1, "time": instant(clock.now_ns()), "subject": "ada",
        "method": "MediaService/CreateMedia",
    }  # fmt: skip
    assert (changed["subject"], gone["subject"]) == ("bob", "ada")
    (first,), (second,), (third,) = (one["changes"] for one in (made, changed, gone))
    assert {one["what"] for one in (first, second, third)} == {"media"}
    assert {one["id"] for one in (first, second, third)} == {"m1"}
    assert (first["from"], third["to"]) == ("", "")
    assert first["to"] == second["from"] != second["to"] == third["from"]
    assert check_chain(P, entries.all(P))[1] is None


def test_rows_that_change_twice_were_what_they_were_at_first(
    media: MediaStore, entries: AuditStore, database: Database, clock: FakeClock
) -> None:
    def write() -> None:
        with database.durable.begin() as connection:
            for title in ("x", "y"):
                of = t.media.c.id == "m1"
                connection.execute(sa.update(t.media).where(of).values(title=title))
            both = sa.and_(t.media.c.id == sa.bindparam("of"), t.media.c.project_id == P)
            named = [{"of": "m1"}, {"of": "m2"}]
            connection.execute(sa.update(t.media).where(both).values(title="z"), named)

    def delete() -> None:
        with database.durable.begin() as connection:
            connection.execute(sa.delete(t.media))

    calling(clock, "MediaService/CreateMedia", lambda: media.create(new(1)))
    calling(clock, "MediaService/CreateMedia", lambda: media.create(new(2)))
    calling(clock, "MediaService/UpdateMedia", write)
    calling(clock, "MediaService/DeleteMedia", delete)
    *made, changed, gone = (facts(entry)["changes"] for entry in entries.all(P))
    assert [(one["id"], one["from"]) for one in changed] == [(m["id"], m["to"]) for (m,) in made]
    assert [(one["id"], one["to"]) for one in changed] == [(g["id"], g["from"]) for g in gone]


def test_what_nobody_called_for_has_no_entry(media: MediaStore, entries: AuditStore) -> None:
    media.create(new(1))
    assert list(entries.all(P)) == []


def test_what_changes_nothing_has_no_entry(
    media: MediaStore, entries: AuditStore, database: Database, clock: FakeClock
) -> None:
    media.create(new(1))
    same = sa.update(t.media).where(t.media.c.id == "m1").values(title="Secret")

    def write() -> None:
        with database.durable.begin() as connection:
            connection.execute(same)

    calling(clock, "MediaService/UpdateMedia", write)
    assert list(entries.all(P)) == []


def test_what_is_rolled_back_has_no_entry_and_leaves_no_gap(
    media: MediaStore, entries: AuditStore, database: Database, clock: FakeClock
) -> None:
    def fail() -> None:
        with database.durable.begin() as connection:
            connection.execute(sa.delete(t.media))
            raise RuntimeError

    calling(clock, "MediaService/CreateMedia", lambda: media.create(new(1)))
    with pytest.raises(RuntimeError):
        calling(clock, "MediaService/DeleteMedia", fail)
    calling(clock, "MediaService/CreateMedia", lambda: media.create(new(2)))
    assert [entry.number for entry in entries.all(P)] == [1, 2]


def test_no_secret_and_nothing_that_was_written_is_in_an_entry(
    media: MediaStore, entries: AuditStore, database: Database, clock: FakeClock
) -> None:
    credentials, key = CredentialStore(database, clock), new_key()
    credential = NewCredential("c1", P, "cutting room", ("viewer",), "ada")
    calling(
        clock, "CredentialService/CreateCredential",
        lambda: credentials.create(credential, key, 10**18),
    )  # fmt: skip
    calling(clock, "MediaService/CreateMedia", lambda: media.create(new(1)))
    text = "".join(entry.facts for entry in entries.all(P))
    assert [one["what"] for one in facts(next(entries.all(P)))["changes"]] == [
        "credential", "credential_key",
    ]  # fmt: skip
    for planted in (key.secret, key.secret[-20:], key.digest, "cutting room", "Secret"):
        assert planted not in text


def test_many_rows_of_several_projects_are_told_by_a_digest(
    media: MediaStore, entries: AuditStore, database: Database, clock: FakeClock
) -> None:
    for number in range(MOST_NAMED + 5):
        media.create(new(number))
    media.create(new(99, "others"))

    def write() -> None:
        with database.durable.begin() as connection:
            connection.execute(sa.update(t.media).values(title="all"))

    calling(clock, "MediaService/UpdateMedia", write)
    (entry,), (other,) = entries.all(P), entries.all("others")
    assert (facts(entry)["changed"], len(facts(entry)["changes"])) == (MOST_NAMED + 5, MOST_NAMED)
    assert (facts(other)["changed"], facts(other)["project"]) == (1, "others")


def test_many_threads_make_one_chain(
    media: MediaStore, entries: AuditStore, clock: FakeClock
) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(
            lambda number: calling(clock, "M/C", lambda: media.create(new(number))), range(12)
        ))  # fmt: skip
    head, broken = check_chain(P, entries.all(P))
    assert (head.number, broken) == (12, None)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE audit_entry SET facts = replace(facts, 'ada', 'bob') WHERE number = 2",
         Broken(2, Breach.FACTS)),
        ("UPDATE audit_entry SET subject = 'bob' WHERE number = 2", Broken(2, Breach.PLACE)),
        ("UPDATE audit_entry SET method = 'x' WHERE number = 3", Broken(3, Breach.PLACE)),
        ("DELETE FROM audit_entry WHERE number = 2", Broken(2, Breach.MISSING)),
        ("UPDATE audit_entry SET facts = '[]' WHERE number = 1", Broken(1, Breach.FACTS)),
    ],
)  # fmt: skip
def test_whoever_changes_the_log_is_found_out(
    media: MediaStore, entries: AuditStore, database: Database, clock: FakeClock,
    statement: str, expected: Broken,
) -> None:  # fmt: skip
    for number in range(3):
        calling(clock, "M/C", lambda number=number: media.create(new(number)))
    with database.journal.begin() as connection:
        connection.exec_driver_sql(statement)
    assert check_chain(P, entries.all(P))[1] == expected


def test_pages_go_back_from_the_last_entry(
    media: MediaStore, entries: AuditStore, clock: FakeClock
) -> None:
    for number in range(5):
        name = "ada" if number % 2 else "bob"
        calling(clock, "M/C", lambda number=number: media.create(new(number)), name)
    pages = [entries.page(P, 2, before, subject="", method="") for before in (0, 4, 2)]
    assert [[one.number for one in page] for page in pages] == [[5, 4], [3, 2], [1]]
    assert [one.number for one in entries.page(P, 9, 0, subject="ada", method="M/C")] == [4, 2]
    assert entries.page(P, 9, 0, subject="", method="x") == []
    assert (entries.at(P, 4) is not None, entries.at(P, 9)) == (True, None)
