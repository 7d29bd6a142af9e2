"""Links of verdicts in a real database: one per published verdict, in order, whoever publishes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from videre.common.clock import FakeClock
from videre.exports.chain import Breach, Broken, check_chain
from videre.orchestrator.moderation.facts import VerdictFacts, instant
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.records import following
from videre.orchestrator.store.verdict_links import VerdictLinkStore

P = "films"


def facts(number: int) -> VerdictFacts:
    return VerdictFacts("m" * 64, f"{number:064x}", "v" * 64, "careful@2", "2", ("a@1",), ("x",))


@pytest.fixture
def links(database: Database) -> VerdictLinkStore:
    return VerdictLinkStore(database)


def publish(
    media: MediaStore, database: Database, media_id: str, number: int, *, judged: bool = True,
    project: str = P,
) -> None:  # fmt: skip
    with database.durable.begin() as connection:
        media.append_analysis(
            connection, media_id=media_id, project_id=project, job_id=f"j{number}",
            document_digest=f"{number:064x}", suggestion="pass", artifacts=[],
            facts=facts(number) if judged else None,
        )  # fmt: skip


def test_every_verdict_gets_the_next_link(
    media: MediaStore, database: Database, links: VerdictLinkStore, clock: FakeClock
) -> None:
    for media_id in ("m1", "m2"):
        media.create(NewMedia(media_id, P, "upload:x", "ada", digest=media_id))
    publish(media, database, "m1", 1)
    publish(media, database, "m2", 2, judged=False)
    publish(media, database, "m2", 3)
    first, second = links.all(P)
    assert [(one.number, one.media_id, one.revision) for one in (first, second)] == [
        (1, "m1", 1), (2, "m2", 2),
    ]  # fmt: skip
    said = first.said()
    assert said["published"] == instant(clock.now_ns())
    assert facts(1).differing(said) == ()
    assert facts(2).differing(said) == ("result_digest",)
    assert check_chain(P, links.all(P))[1] is None
    assert links.of_revision(P, "m2", 2) == second
    assert (links.of_revision(P, "m2", 1), links.at(P, 2), links.before(P, 2)) == (
        None, second, first,
    )  # fmt: skip


def test_revisions_of_many_media_are_linked_in_one_go(
    media: MediaStore, database: Database, links: VerdictLinkStore
) -> None:
    for number in range(3):
        media.create(NewMedia(f"m{number}", P, "upload:x", "ada", digest=str(number)))
        publish(media, database, f"m{number}", number)
    latest = [media.analysis(P, f"m{number}", 0) for number in range(3)]
    later = [following(one, "d" * 64, "block", facts(9)) for one in latest]
    with database.steps.begin() as connection:
        media.append_revisions(connection, later)
    assert [(one.media_id, one.revision) for one in links.all(P)][3:] == [
        ("m0", 2), ("m1", 2), ("m2", 2),
    ]  # fmt: skip
    assert check_chain(P, links.all(P))[1] is None


def test_what_is_not_committed_leaves_no_link_and_no_gap(
    media: MediaStore, database: Database, links: VerdictLinkStore
) -> None:
    media.create(NewMedia("m1", P, "upload:x", "ada", digest="m1"))
    with database.durable.connect() as connection:
        media.append_analysis(
            connection, media_id="m1", project_id=P, job_id="j", document_digest="d",
            suggestion="pass", artifacts=[], facts=facts(1),
        )  # fmt: skip
        connection.rollback()
    assert list(links.all(P)) == []
    publish(media, database, "m1", 2)
    assert [one.number for one in links.all(P)] == [1]


def test_many_threads_make_one_chain_per_project(
    media: MediaStore, database: Database, links: VerdictLinkStore
) -> None:
    for project in (P, "others"):
        for number in range(4):
            media.create(NewMedia(f"{project}{number}", project, "u:x", "ada", digest=str(number)))
    tasks = [(project, number) for project in (P, "others") for number in range(12)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(
            lambda one: publish(
                media, database, f"{one[0]}{one[1] % 4}", one[1], project=one[0]
            ),
            tasks,
        ))  # fmt: skip
    for project in (P, "others"):
        head, broken = check_chain(project, links.all(project))
        assert (head.number, broken) == (12, None)


def test_a_deleted_media_keeps_its_links(
    media: MediaStore, database: Database, links: VerdictLinkStore
) -> None:
    media.create(NewMedia("m1", P, "upload:x", "ada", digest="m1"))
    publish(media, database, "m1", 1)
    media.delete(P, "m1", "")
    (link,) = links.all(P)
    assert link.media_id == "m1"
    assert check_chain(P, [link])[1] is None


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE verdict_link SET facts = replace(facts, 'careful@2', 'lenient@1') WHERE number=3",
         Broken(3, Breach.FACTS)),
        ("UPDATE verdict_link SET digest = '0' || substr(digest, 1, 62) || '0' WHERE number=2",
         Broken(2, Breach.FACTS)),
        ("UPDATE verdict_link SET media_id = 'm9' WHERE number=4", Broken(4, Breach.PLACE)),
        ("UPDATE verdict_link SET number = 9 WHERE number=5", Broken(5, Breach.MISSING)),
        ("DELETE FROM verdict_link WHERE number=1", Broken(1, Breach.MISSING)),
    ],
)  # fmt: skip
def test_rows_that_were_tampered_with_show(
    media: MediaStore, database: Database, links: VerdictLinkStore, statement: str,
    expected: Broken,
) -> None:  # fmt: skip
    media.create(NewMedia("m1", P, "upload:x", "ada", digest="m1"))
    for number in range(5):
        publish(media, database, "m1", number)
    with database.durable.begin() as connection:
        assert connection.execute(sa.text(statement)).rowcount == 1
    assert check_chain(P, links.all(P))[1] == expected


def test_a_long_chain_is_read_in_pieces(database: Database, links: VerdictLinkStore) -> None:
    rows = [
        {"project_id": P, "number": number, "media_id": "m", "revision": number, "facts": "{}",
         "digest": "d"}
        for number in range(1, 2_002)
    ]  # fmt: skip
    with database.durable.begin() as connection:
        connection.execute(sa.insert(t.verdict_link), rows)
    assert [link.number for link in links.all(P)] == list(range(1, 2_002))
