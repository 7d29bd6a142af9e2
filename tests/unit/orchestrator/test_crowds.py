"""Users of a project held in memory: read once, followed, forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fresh import fresh_database
from videre.common.clock import FakeClock
from videre.common.sealing import Seal
from videre.orchestrator.crowds import Crowds
from videre.orchestrator.recommend.catalogue import Catalogue, Vocabulary
from videre.orchestrator.recommend.model import DAY_NS, Act, Event, ItemRow, Profile
from videre.orchestrator.recommend.taste import taste_of
from videre.orchestrator.store.audience import AudienceStore
from videre.orchestrator.store.audience_feed import AudienceFeed
from videre.orchestrator.store.media import MediaStore, NewMedia

NOW = 100 * DAY_NS
SEAL = Seal(b"k" * 32)


def event(media_id: str, day: int = 9) -> Event:
    return Event(media_id, Act.LIKE, day * DAY_NS, 0, f"{media_id} {day}")


def liked_with(crowds: Crowds, catalogue: Catalogue) -> list[float]:
    """Return how much those who like "a" like every media."""
    taste = taste_of(Profile(events=(event("a"),)), catalogue, NOW)
    return crowds.of("p", catalogue).at(NOW).liking(taste).score.tolist()


@pytest.fixture
def catalogue() -> Catalogue:
    vocabulary, row = Vocabulary(), ItemRow(b"", "en", 60_000)
    return Catalogue(vocabulary, [vocabulary.item(n, name, 0, row) for n, name in enumerate("abc")])


def test_users_are_followed_and_those_erased_are_gone(tmp_path: Path, catalogue: Catalogue) -> None:
    database, clock = fresh_database(tmp_path / "videre.db"), FakeClock()
    media, audience = MediaStore(database, clock), AudienceStore(database, clock, SEAL)
    feed = AudienceFeed(database, clock, SEAL)
    for name in "abc":
        media.create(NewMedia(name, "p", "upload", ""))
    crowds = Crowds(feed)
    assert liked_with(crowds, catalogue) == [0, 0, 0]
    audience.record("p", {f"u{n}": [event("a"), event("b")] for n in range(3)})
    assert liked_with(crowds, catalogue) == [0, 1, 0]
    assert crowds.of("p", catalogue) is crowds.of("p", catalogue), "nothing has changed"
    audience.record("p", {f"v{n}": [event("a"), event("c")] for n in range(3)})
    audience.record("p", {"u0": [event("c", 3)]})
    followed, fresh = liked_with(crowds, catalogue), liked_with(Crowds(feed), catalogue)
    assert followed == fresh
    assert followed[2] == 1 > followed[1] > 0
    audience.erase("p", "u1")
    crowds.forget("p")
    crowds.forget("q")
    assert liked_with(crowds, catalogue) == liked_with(Crowds(feed), catalogue) == [0, 0, 1]
    # Of three users at most those count who did something last.
    some = Crowds(feed, most=3)
    audience.record("p", {"w": [event("b")]})
    assert liked_with(some, catalogue) == [0, 0, 0]
    audience.record("p", {f"v{n}": [event("b", 4)] for n in range(3)})
    assert liked_with(some, catalogue) == liked_with(Crowds(feed, most=3), catalogue) == [0, 1, 1]
    database.dispose()
