"""Profiles in a real database: sealed, joined, counted, forgotten, sealed anew."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.fresh import fresh_database
from videre.common.clock import FakeClock
from videre.common.errors import VidereError
from videre.common.sealing import Seal
from videre.orchestrator.recommend.model import DAY_NS, Act, Event, ItemRow, Trait
from videre.orchestrator.recommend.profiles import MOST_EVENTS
from videre.orchestrator.recommend.traits import packed
from videre.orchestrator.search.build import packed_given
from videre.orchestrator.search.model import Given
from videre.orchestrator.store import schema as t
from videre.orchestrator.store import segments
from videre.orchestrator.store.audience import AudienceStore, Recorded
from videre.orchestrator.store.audience_items import ItemStore
from videre.orchestrator.store.audience_keys import known_keys
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.search_index import index_media, outdate
from videre.orchestrator.store.segments import SegmentStore

KEY = b"k" * 32
NEW = b"n" * 32


def event(number: int, media_id: str = "m1", act: Act = Act.LIKE, day: int = 9) -> Event:
    return Event(media_id, act, day * DAY_NS + number, 0, f"{number:016x}")


@pytest.fixture
def audience(database: Database, clock: FakeClock, media: MediaStore) -> AudienceStore:
    for name in ("m1", "m2", "a-film-nobody-names"):
        media.create(NewMedia(name, "p", "upload", ""))
    return AudienceStore(database, clock, Seal(KEY))


def counted(audience: AudienceStore) -> dict[tuple[str, int, Act], int]:
    return {(one.media_id, one.day, one.act): one.count for one in audience.counts("p")}


def sealed(database: Database) -> list[tuple[str, bytes, int]]:
    columns = (t.audience_profile.c.pseudonym, t.audience_profile.c.sealed,
               t.audience_profile.c.key_version)  # fmt: skip
    with database.steps.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(*columns))]


def test_events_come_late_twice_and_for_media_that_are_not_there(audience: AudienceStore) -> None:
    first = {"ada": [event(1), event(2, "gone")], "bob": [event(1, act=Act.VIEW)]}
    assert audience.record("p", first) == Recorded(2, 0, 0, ("gone",))
    assert audience.record("p", first) == Recorded(0, 2, 0, ("gone",))
    assert audience.record("p", {"ada": [event(3, "m2", day=2)]}) == Recorded(1, 0, 0, ())
    kept = audience.profile("p", "ada")
    assert kept is not None
    assert [(one.media_id, one.time_ns // DAY_NS) for one in kept.profile.events] == [
        ("m1", 9), ("m2", 2),
    ]  # fmt: skip
    assert counted(audience) == {
        ("m1", 9, Act.LIKE): 1, ("m1", 9, Act.VIEW): 1, ("m2", 2, Act.LIKE): 1,
    }  # fmt: skip
    assert audience.profile("p", "eve") is None
    assert audience.profile("q", "ada") is None


def test_counts_are_the_sum_of_what_profiles_hold(audience: AudienceStore) -> None:
    many = [event(n, day=n // 100) for n in range(MOST_EVENTS + 50)]
    done = audience.record("p", {"ada": many[50:]})
    assert (done.new, done.forgotten) == (MOST_EVENTS, 0)
    assert audience.record("p", {"ada": many[:50]}).forgotten == 50
    assert sum(counted(audience).values()) == MOST_EVENTS
    audience.record("p", {"ada": [event(9_999, "m2", day=50)], "bob": [event(1)]})
    assert sum(counted(audience).values()) == MOST_EVENTS + 1
    assert counted(audience)["m1", 0, Act.LIKE] == 49
    assert audience.erase("p", "ada")
    assert counted(audience) == {("m1", 9, Act.LIKE): 1}
    assert not audience.erase("p", "ada")
    assert not audience.erase("q", "ada")


def test_counts_go_with_their_media(audience: AudienceStore, media: MediaStore) -> None:
    audience.record("p", {"ada": [event(1), event(2, "m2")]})
    media.delete("p", "m1", "")
    assert counted(audience) == {("m2", 9, Act.LIKE): 1}
    assert audience.erase("p", "ada")
    assert counted(audience) == {}


def test_what_is_said_takes_the_place_of_what_was_said(
    audience: AudienceStore, clock: FakeClock
) -> None:
    audience.record("p", {"ada": [event(1)]})
    begun = clock.now_ns()
    clock.advance(5)
    kept = audience.state("p", "ada", ((Trait.TAG, "animal.dog", 5_000),), ("en",))
    assert (kept.create_ns, kept.update_ns) == (begun, begun + 5 * 10**9)
    assert audience.profile("p", "ada") == kept
    assert len(kept.profile.events) == 1
    again = audience.state("p", "ada", (), ())
    assert (again.profile.stated, len(again.profile.events)) == ((), 1)


def test_nothing_is_stored_in_the_open(
    database: Database, audience: AudienceStore, clock: FakeClock
) -> None:
    audience.record("p", {"ada@example.org": [event(1, "a-film-nobody-names")]})
    audience.record("q", {"ada@example.org": []})
    ((pseudonym, blob, _),) = sealed(database)
    assert b"a-film-nobody-names" not in blob
    assert "@" not in pseudonym, "hexadecimal digits may spell a name, no address"
    stranger = AudienceStore(database, clock, Seal(NEW))
    with pytest.raises(VidereError, match="another key"):
        stranger.profile("p", "ada@example.org")
    with database.durable.begin() as connection:  # a profile put in another user's place
        connection.execute(sa.update(t.audience_profile).values(pseudonym="0" * 64))
        connection.execute(
            sa.update(t.audience_profile).values(
                pseudonym=pseudonym, sealed=blob[:-1] + bytes([blob[-1] ^ 1])
            )
        )
    with pytest.raises(VidereError, match="another key"):
        audience.profile("p", "ada@example.org")


def test_profiles_are_sealed_anew_a_few_at_a_time(
    database: Database, audience: AudienceStore, clock: FakeClock
) -> None:
    audience.record("p", {f"u{n}": [event(1)] for n in range(250)})
    before = {pseudonym: blob for pseudonym, blob, _ in sealed(database)}
    moved = AudienceStore(database, clock, Seal(NEW, KEY))
    first = moved.rotate("p", None)
    assert (first.version, first.done, first.left) == (2, 200, 50)
    assert moved.record("p", {"late": [event(1)]}).new == 1
    last = moved.rotate("p", first.version)
    assert (last.version, last.done, last.left) == (2, 50, 0)
    after = {pseudonym: blob for pseudonym, blob, _ in sealed(database)}
    assert {version for _, _, version in sealed(database)} == {2}
    assert before.keys() <= after.keys()
    assert not {*before.values()} & {*after.values()}
    only_new = AudienceStore(database, clock, Seal(NEW))
    kept = only_new.profile("p", "u7")
    assert kept is not None
    assert kept.profile.events == (event(1),)
    with pytest.raises(VidereError, match="another key"):
        audience.profile("p", "u7")


def test_a_forgotten_user_is_nowhere_in_the_file(tmp_path: Path) -> None:
    database, clock = fresh_database(tmp_path / "videre.db"), FakeClock()
    media, seal = MediaStore(database, clock), Seal(KEY)
    audience = AudienceStore(database, clock, seal)
    media.create(NewMedia("m1", "p", "upload", ""))
    user = f"ada-{secrets.token_hex(8)}"
    blobs: set[bytes] = set()
    for turn in range(12):  # profiles that grow, beside others that grow
        some = [event(1_000 * turn + n) for n in range(5 + 20 * turn)]
        audience.record("p", {user: some, **{f"u{n}": some for n in range(5)}})
        blobs |= {blob for _, blob, _ in sealed(database)}
    kept = audience.profile("p", user)
    assert kept is not None
    pseudonym = keyed(database, seal, user)
    left = {blob for name, blob, _ in sealed(database) if name != pseudonym}
    assert audience.erase("p", user)
    found = b"".join(path.read_bytes() for path in tmp_path.glob("videre.db*"))
    database.dispose()
    assert user.encode() not in found
    assert pseudonym.encode() not in found
    pieces = {blob[at : at + 32] for blob in blobs - left for at in range(0, len(blob) - 32, 32)}
    assert len(pieces) > 1_000
    assert not [piece for piece in pieces if piece in found]
    assert all(blob[:64] in found for blob in left)


def keyed(database: Database, seal: Seal, user: str) -> str:
    with database.steps.connect() as connection:
        keys = known_keys(connection, seal, "p")
    assert keys is not None
    return keys.pseudonym(user)


def test_items_are_written_with_the_index_and_go_with_it(
    database: Database, media: MediaStore
) -> None:
    items = ItemStore(database)
    for name, advice in (("m1", "pass"), ("m2", "block")):
        media.create(NewMedia(name, "p", "upload", ""))
        with database.steps.begin() as connection:
            media.append_analysis(
                connection, media_id=name, project_id="p", job_id="j", document_digest="d",
                suggestion=advice, artifacts=(), facts=None,
            )  # fmt: skip
            row = ItemRow(packed([(Trait.TAG, name, 5)]), "en", 7, "eye@1", b"look")
            index_media(connection, "p", name, packed_given(Given("t")), None, item=row)
    first, second = sorted(items.edits("p"))
    assert items.edits("p") == {first: 1, second: 1}
    found = {one.media_id: one for one in items.items([first, second, 999])}
    assert (found["m1"].row.look, found["m2"].key) == (b"look", second)
    assert items.blocked("p") == [second]
    with database.steps.begin() as connection:
        outdate(connection, ["m1"])
        index_media(connection, "p", "m1", packed_given(Given("t")), None)
    assert items.edits("p") == {first: 2, second: 1}
    media.delete("p", "m2", "")
    assert items.edits("p") == {first: 2}
    assert items.edits("q") == {}


def test_segments_are_kept_to_a_limit(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = SegmentStore(database, clock)
    for name, data in (("b", b"1"), ("a", b"2"), ("b", b"3")):
        kept.put("p", name, data)
    assert kept.all("p") == [b"2", b"3"]
    assert kept.all("q") == []
    monkeypatch.setattr(segments, "MAX_SEGMENTS", 2)
    with pytest.raises(VidereError, match="more than 2"):
        kept.put("p", "c", b"4")
    kept.remove("p", "a")
    with pytest.raises(VidereError, match="no segment"):
        kept.remove("p", "a")


def test_profiles_are_read_in_parts(audience: AudienceStore) -> None:
    assert audience.some("p", "", 2) == []
    audience.record("p", {name: [event(1)] for name in "abc"})
    first = audience.some("p", "", 2)
    rest = audience.some("p", first[-1][0], 2)
    assert (len(first), len(rest)) == (2, 1)
    assert {profile.events for _, profile in (*first, *rest)} == {(event(1),)}
