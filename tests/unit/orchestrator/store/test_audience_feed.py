"""What has changed of media and users, in a real database."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from videre.common.clock import FakeClock
from videre.common.sealing import Seal
from videre.common.values import NS
from videre.orchestrator.recommend.model import DAY_NS, Act, Event, ItemRow, Trait
from videre.orchestrator.recommend.traits import packed
from videre.orchestrator.search.build import packed_given
from videre.orchestrator.search.model import Given
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.audience import AudienceStore
from videre.orchestrator.store.audience_feed import KEPT_NS, AudienceFeed, Kind, Place
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.search_index import index_media

SEAL = Seal(b"k" * 32)


def event(number: int, media_id: str = "m1") -> Event:
    return Event(media_id, Act.LIKE, 9 * DAY_NS + number, 0, f"{number:016x}")


@pytest.fixture
def audience(database: Database, clock: FakeClock, media: MediaStore) -> AudienceStore:
    for name in ("m1", "m2", "m3"):
        media.create(NewMedia(name, "p", "upload", ""))
    return AudienceStore(database, clock, SEAL)


@pytest.fixture
def feed(database: Database, clock: FakeClock) -> AudienceFeed:
    return AudienceFeed(database, clock, SEAL)


def index(database: Database, media_id: str) -> None:
    with database.steps.begin() as connection:
        row = ItemRow(packed([(Trait.TAG, media_id, 5)]), "en", 7)
        index_media(connection, "p", media_id, packed_given(Given("t")), None, item=row)


def test_media_come_in_the_order_of_their_changes(
    database: Database, audience: AudienceStore, feed: AudienceFeed, media: MediaStore
) -> None:
    assert (feed.items("p", Place(), 9), feed.last("p", Kind.ITEM)) == ([], 0)
    for name in ("m2", "m1", "m3"):
        index(database, name)
    found = feed.items("p", Place(), 2)
    assert [(one.number, one.media_id) for one in found] == [(1, "m2"), (2, "m1")]
    assert found[0].row == ItemRow(packed([(Trait.TAG, "m2", 5)]), "en", 7)
    assert feed.last("p", Kind.ITEM) == 3
    media.delete("p", "m1", "")
    index(database, "m2")
    rest = feed.items("p", Place(2, "m1", gone=3), 9)
    assert [(one.number, one.media_id, one.row is None) for one in rest] == [
        (3, "m3", False), (4, "m1", True), (5, "m2", False),
    ]  # fmt: skip
    assert [one.media_id for one in feed.items("p", Place(gone=4), 9)] == ["m3", "m2"]
    assert [one.media_id for one in feed.items("p", Place(2, "m1"), 2)] == ["m3", "m1"]
    assert feed.items("q", Place(), 9) == []


def test_users_come_under_another_name_and_go(
    database: Database, audience: AudienceStore, feed: AudienceFeed
) -> None:
    assert feed.users("p", Place(), 9) == []
    audience.record("p", {"ada": [event(1)], "bob": [event(2)]})
    audience.record("p", {"ada": [event(1), event(3)]})
    bob, ada = feed.users("p", Place(), 9)
    assert [(one.number, len(one.events or ())) for one in (bob, ada)] == [(1, 1), (2, 2)]
    assert ada.events is not None
    assert {one.id: one.number for one in ada.events} == {event(1).id: 1, event(3).id: 2}
    audience.state("p", "bob", (), ("en",))
    assert feed.users("p", Place(), 9) == [bob, ada], "what is said is no event"
    assert feed.users("p", Place(bob.number, bob.pseudonym), 9) == [ada]
    with database.steps.connect() as connection:
        stored = set(connection.execute(sa.select(t.audience_profile.c.pseudonym)).scalars())
    assert {ada.pseudonym, bob.pseudonym} == stored
    assert not {ada.exported, bob.exported} & stored
    assert audience.erase("p", "ada")
    left, gone = feed.users("p", Place(), 9)
    assert (left, gone.exported, gone.events) == (bob, ada.exported, None)
    with database.steps.connect() as connection:
        kept = connection.execute(sa.select(t.audience_gone.c.subject)).scalars().all()
    assert kept == [ada.exported], "nothing is left of the name that profiles stand under"
    audience.record("p", {"ada": [event(1)]})
    *_, erased, again = feed.users("p", Place(), 9)
    assert (erased.number, again.number, again.exported) == (3, 4, ada.exported)
    audience.erase("p", "ada")
    assert [one.number for one in feed.users("p", Place(), 9)] == [1, 5]


def test_deletions_are_told_for_some_time(
    audience: AudienceStore, feed: AudienceFeed, clock: FakeClock
) -> None:
    audience.record("p", {"ada": [event(1)]})
    audience.erase("p", "ada")
    clock.advance(KEPT_NS / NS)
    assert feed.forget() == 0
    clock.advance(1)
    assert feed.forget() == 1
    assert feed.users("p", Place(), 9) == []
