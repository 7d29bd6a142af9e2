"""Ads in a real database: put, counted once, reported, forgotten with their users."""

from __future__ import annotations

import pytest

from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.common.sealing import Seal
from videre.orchestrator.ads.matching import NOTHING, Done
from videre.orchestrator.recommend.model import DAY_NS
from videre.orchestrator.recommend.profiles import MOST_SHOWN
from videre.orchestrator.store import ads as module
from videre.orchestrator.store.ads import KEPT_NS, AdDone, AdStore
from videre.orchestrator.store.audience import AudienceStore
from videre.orchestrator.store.database import Database


@pytest.fixture
def audience(database: Database, clock: FakeClock) -> AudienceStore:
    return AudienceStore(database, clock, Seal(b"k" * 32))


@pytest.fixture
def ads(database: Database, clock: FakeClock, audience: AudienceStore) -> AdStore:
    return AdStore(database, clock, audience)


def came(number: int, what: str = "impressions", day: int = 9, **other: str) -> AdDone:
    given = {"ad_id": "car", "media_id": "m1", "roll": "mid", "user_id": ""} | other
    return AdDone(id=f"e{number}", what=what, time_ns=day * DAY_NS + number, **given)


def test_an_ad_takes_the_place_of_the_one_with_its_id(ads: AdStore) -> None:
    for name, data in (("car", b"1"), ("bike", b"2"), ("car", b"3")):
        ads.put("p", name, data)
    assert ads.ads("p") == [(b"2", NOTHING), (b"3", NOTHING)]
    assert ads.ads("q") == []
    ads.remove("p", "bike")
    with pytest.raises(VidereError) as caught:
        ads.remove("p", "bike")
    assert caught.value.reason is Reason.AD_NOT_FOUND


def test_a_library_has_its_limit(ads: AdStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ADS", 1)
    ads.put("p", "car", b"1")
    ads.put("p", "car", b"2")
    with pytest.raises(VidereError) as caught:
        ads.put("p", "bike", b"1")
    assert caught.value.reason is Reason.ADS_FULL
    assert [data for data, _ in ads.ads("p")] == [b"2"]


def test_what_came_is_counted_once_and_reported(ads: AdStore) -> None:
    ads.put("p", "car", b"1")
    some = [came(1), came(2), came(3, "clicks"), came(4, "requests", ad_id="")]
    assert ads.record("p", some) == (4, 0)
    assert ads.record("p", [*some, came(5, "conversions", day=20)]) == (1, 4)
    assert ads.record("p", [came(6), came(6)]) == (1, 1)
    assert ads.record("q", [came(1)]) == (1, 0)
    assert ads.ads("p") == [(b"1", Done(3, 1, 1))]
    everything = ads.report("p", None, None)
    assert [(row.ad_id, row.done) for row in everything] == [
        ("", Done(requests=1)), ("car", Done(3, 1, 1)),
    ]  # fmt: skip
    assert [row.done for row in ads.report("p", 10 * DAY_NS, None)] == [Done(conversions=1)]
    assert [row.done for row in ads.report("p", 9 * DAY_NS, 9 * DAY_NS)][1] == Done(3, 1)
    ads.remove("p", "car")
    assert ads.report("p", None, None) == everything


def test_impressions_are_known_to_their_user_until_forgotten(
    ads: AdStore, audience: AudienceStore
) -> None:
    some = [came(1, user_id="ada"), came(2, user_id="ada"), came(3, "clicks", user_id="ada"),
            came(4, user_id="bob")]  # fmt: skip
    ads.record("p", some)
    ads.record("p", some)
    kept = audience.profile("p", "ada")
    assert kept is not None
    assert kept.profile.shown == (("car", 9 * DAY_NS + 2), ("car", 9 * DAY_NS + 1))
    ads.record("p", [came(n, user_id="ada") for n in range(10, 20 + MOST_SHOWN)])
    kept = audience.profile("p", "ada")
    assert kept is not None
    assert len(kept.profile.shown) == MOST_SHOWN
    assert audience.erase("p", "ada")
    assert audience.profile("p", "ada") is None


def test_old_events_are_forgotten_their_counts_are_not(ads: AdStore, clock: FakeClock) -> None:
    ads.put("p", "car", b"1")
    at = clock.now_ns()
    ads.record("p", [AdDone("old", "clicks", "car", "m1", "pre", "", at)])
    clock.advance(KEPT_NS / 10**9 + 1)
    ads.forget_events()
    assert ads.record("p", [AdDone("old", "clicks", "car", "m1", "pre", "", at)]) == (1, 0)
    assert ads.ads("p")[0][1].clicks == 2
