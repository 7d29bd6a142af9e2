"""Which ads may stand in a film, and which fit best."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.ads.categories import CATEGORIES, OF_ADS, of_media, subjects_of
from videre.orchestrator.ads.matching import (
    NOTHING,
    AdRules,
    Done,
    Fit,
    Refusal,
    Surroundings,
    assigned,
    context_of,
    fit,
    left_of,
    refusal,
    vector_of,
)
from videre.orchestrator.lexicon.topic_map import load_topics
from videre.orchestrator.recommend.catalogue import Catalogue, Vocabulary
from videre.orchestrator.recommend.model import NOBODY, ItemRow, Profile, Trait
from videre.orchestrator.recommend.taste import taste_of
from videre.orchestrator.recommend.traits import packed
from videre.orchestrator.taxonomy.load import load_taxonomy

CAR = (Trait.TAG, "vehicle.car")
FOOD = (Trait.TOPIC, "food")
NOW = 10**18
HOUR = 3_600 * 10**9
RACE = Surroundings(
    frozenset({CAR, (Trait.TAG, "vehicle"), (Trait.KEYWORD, "race")}), "en", True, NOW
)
AD = AdRules("a")


def films() -> Catalogue:
    vocabulary = Vocabulary()
    rows = {
        "race": [(*CAR, 9_000), (Trait.KEYWORD, "race", 5_000)],
        "cooking": [(*FOOD, 9_000), (Trait.KEYWORD, "soup", 5_000)],
        "garage": [(*CAR, 7_000), (*FOOD, 2_000)],
    }
    return Catalogue(
        vocabulary,
        [
            vocabulary.item(at, name, 0, ItemRow(packed(traits), "en"))
            for at, (name, traits) in enumerate(rows.items())
        ],
    )


FILMS = films()


@pytest.mark.parametrize(
    ("ad", "done", "reason", "value"),
    [
        (AD, NOTHING, None, ""),
        (replace(AD, blocked=("IAB2",)), NOTHING, Refusal.CATEGORY, "IAB2"),
        (replace(AD, blocked=("IAB17",)), NOTHING, None, ""),
        (replace(AD, forbidden=((Trait.KEYWORD, "Races"),)), NOTHING, Refusal.CONTEXT, "Races"),
        (replace(AD, forbidden=((Trait.TAG, "race"),)), NOTHING, None, ""),
        (replace(AD, languages=("zh",)), NOTHING, Refusal.LANGUAGE, ""),
        (replace(AD, languages=("zh", "en")), NOTHING, None, ""),
        (replace(AD, paused=True), NOTHING, Refusal.PAUSED, ""),
        (replace(AD, start_ns=NOW + 1), NOTHING, Refusal.FLIGHT, ""),
        (replace(AD, start_ns=NOW, end_ns=NOW + 1), NOTHING, None, ""),
        (replace(AD, end_ns=NOW), NOTHING, Refusal.FLIGHT, ""),
        (replace(AD, max_impressions=5), Done(5), Refusal.BUDGET, ""),
        (replace(AD, max_impressions=5), Done(4), None, ""),
        (replace(AD, budget_micros=10, per_thousand_micros=2_000), Done(5), Refusal.BUDGET, ""),
        (replace(AD, budget_micros=10, per_click_micros=4), Done(99, 2), None, ""),
        (replace(AD, budget_micros=10, per_click_micros=4), Done(99, 3), Refusal.BUDGET, ""),
        (replace(AD, cap=1, cap_window_ns=HOUR), NOTHING, Refusal.FREQUENCY, ""),
        (replace(AD, cap=2, cap_window_ns=HOUR), NOTHING, None, ""),
        (replace(AD, id="b", cap=1, cap_window_ns=HOUR), NOTHING, None, ""),
        (replace(AD, segments=("cooks", "drivers")), NOTHING, None, ""),
        (replace(AD, segments=("cooks",)), NOTHING, Refusal.SEGMENT, ""),
    ],
)
def test_what_must_not_be_is_refused(
    ad: AdRules, done: Done, reason: Refusal | None, value: str
) -> None:
    shown = (("a", NOW - HOUR + 1), ("a", NOW - HOUR), ("c", NOW))
    around = replace(RACE, shown=shown, segments=frozenset({"drivers"}))
    found = refusal(ad, done, around)
    assert (found.reason, found.value) == (reason, value) if found else reason is None


def test_safety_is_told_before_anything_else() -> None:
    ad = replace(AD, blocked=("IAB2",), paused=True, languages=("zh",))
    found = refusal(ad, NOTHING, RACE)
    assert found is not None
    assert found.reason is Refusal.CATEGORY
    doubtful = refusal(replace(AD, blocked=("IAB25",)), NOTHING, replace(RACE, passed=False))
    assert doubtful is not None
    assert doubtful.value == "IAB25"


def test_how_often_an_ad_may_still_be_shown() -> None:
    around = replace(RACE, shown=(("a", NOW),))
    assert left_of(replace(AD, cap=3, cap_window_ns=HOUR), around) == 2
    assert left_of(AD, around) is None


def test_categories_are_told_by_topics_and_labels_that_exist() -> None:
    topics, nodes = load_topics().topics, load_taxonomy(()).nodes
    for kind, value in subjects_of(OF_ADS):
        assert value in (topics if kind is Trait.TOPIC else nodes), value
    assert set(OF_ADS) < set(CATEGORIES)
    assert of_media({FOOD}, passed=True) == ["IAB8"]
    assert of_media({FOOD}, passed=False) == ["IAB8", "IAB25"]


def score(
    ad: AdRules, film: str, profile: Profile = NOBODY, near: tuple[Trait, str] | None = None
) -> Fit:
    context = context_of(FILMS, FILMS.places.get(film), [near] if near else [])
    taste = taste_of(profile, FILMS, NOW)
    return fit(ad, vector_of(ad, FILMS), context, taste, FILMS)


def test_context_and_audience_count() -> None:
    car = replace(AD, subjects=((*CAR, 10_000),))
    driver = Profile(stated=((*CAR, 10_000),))
    cook = Profile(stated=((*FOOD, 10_000), (*CAR, -5_000)))
    assert score(car, "race").context > score(car, "garage").context * 0.5 > 0
    assert score(car, "cooking").context == 0
    assert (
        score(car, "race", driver).score > score(car, "race").score > score(car, "race", cook).score
    )
    assert score(car, "cooking", near=CAR).context > 0
    assert score(car, "unknown").context == 0
    found = score(car, "race", driver)
    assert [(one.value, one.said) for one in found.context_reasons] == [("vehicle.car", True)]
    assert [one.value for one in found.audience_reasons] == ["vehicle.car"]


def test_categories_say_what_an_ad_is_about() -> None:
    assert score(replace(AD, categories=("IAB8",)), "cooking").context > 0
    assert score(replace(AD, subjects=((Trait.NAME, "gone", 10_000),)), "race").score == 0


def fits(*scores: tuple[str, float]) -> list[Fit]:
    return [Fit(name, value, value, 0, (), ()) for name, value in scores]


def test_slots_do_not_all_get_the_same_ad() -> None:
    slot = fits(("a", 0.9), ("b", 0.5), ("c", 0.0))
    found = assigned([slot, slot, slot], {}, 2)
    assert [[one.ad_id for one in some] for some in found] == [["a", "b"], ["b", "a"], ["a", "b"]]
    capped = assigned([slot, slot, slot, slot], {"a": 1, "b": 1, "c": 1}, 3)
    assert [[one.ad_id for one in some] for some in capped] == [
        ["a", "b", "c"],
        ["b", "c"],
        ["c"],
        [],
    ]


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.floats(-1, 2)), unique_by=lambda one: one[0]),
    st.integers(1, 5),
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3)),
)
def test_laws_of_assigning(
    scores: list[tuple[str, float]], slots: int, caps: dict[str, int]
) -> None:
    found = assigned([fits(*scores)] * slots, caps, 2)
    first = [some[0].ad_id for some in found if some]
    assert all(first.count(name) <= most for name, most in caps.items())
    assert all(len(some) <= 2 for some in found)
    assert len(found) == slots
