"""What is recommended to whom, in what order, and why."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.recommend.catalogue import Catalogue, Vocabulary
from videre.orchestrator.recommend.crowd import Crowd
from videre.orchestrator.recommend.looks import SIZE, directions, projected
from videre.orchestrator.recommend.model import (
    DAY_NS,
    NOBODY,
    Act,
    Event,
    ItemRow,
    Profile,
    Trait,
    Weighted,
)
from videre.orchestrator.recommend.ranking import (
    Count,
    Pick,
    Wish,
    eligible,
    popularity,
    recommended,
    scored,
)
from videre.orchestrator.recommend.reasons import interests, why
from videre.orchestrator.recommend.taste import taste_of, weights_of
from videre.orchestrator.recommend.traits import packed, unpacked

NOW = 100 * DAY_NS
DOG: Weighted = (Trait.TAG, "animal.dog", 9_000)
CAT: Weighted = (Trait.TAG, "animal.cat", 9_000)
MUSIC: Weighted = (Trait.TOPIC, "music", 8_000)
FILMS: dict[str, tuple[Weighted, ...]] = {
    "a-dog": (DOG, (Trait.KEYWORD, "Walk", 5_000)),
    "b-dog": (DOG, (Trait.KEYWORD, "walk", 4_000)),
    "c-cat": (CAT,),
    "d-cat": (CAT, (Trait.MOOD, "pleasure", 3_000)),
    "e-song": (MUSIC,),
    "f-song": (MUSIC, (Trait.PERSON, "Ada", 7_000)),
}


def catalogue(**changes: ItemRow) -> Catalogue:
    vocabulary = Vocabulary()
    rows = {name: ItemRow(packed(traits), "en", 60_000) for name, traits in FILMS.items()}
    rows |= {name.replace("_", "-"): row for name, row in changes.items()}
    return Catalogue(
        vocabulary,
        [
            vocabulary.item(key, name, (50 + key) * DAY_NS, row)
            for key, (name, row) in enumerate(sorted(rows.items()))
        ],
    )


ALL = catalogue()


def liked(*media: str, act: Act = Act.LIKE, age: int = 1) -> Profile:
    return Profile(
        events=tuple(Event(one, act, NOW - age * DAY_NS, 0, f"{one}{act}{age}") for one in media)
    )


def asked(
    profile: Profile, of: Catalogue = ALL, counts: tuple[Count, ...] = (), **wanted: object
) -> list[Pick]:
    wish = dataclasses.replace(Wish(NOW), **wanted)
    taste = taste_of(profile, of, wish.now_ns)
    popular = popularity(of, counts, wish.now_ns)
    alone = Crowd(of, {}, []).at(wish.now_ns)
    scores = scored(of, taste, popular, alone.liking(taste), wish.now_ns)
    return recommended(of, scores, eligible(of, taste, wish), wish)


def names(picks: list[Pick], of: Catalogue = ALL) -> list[str]:
    return [of.items[pick.place].media_id for pick in picks]


def test_what_is_like_what_was_liked_comes_first_and_what_was_met_does_not_come() -> None:
    found = names(asked(liked("a-dog")))
    assert found[0] == "b-dog"
    assert "a-dog" not in found
    assert names(asked(liked("a-dog"), met=True))[0] == "a-dog"


def test_what_was_skipped_is_not_shown_more_of() -> None:
    found = names(asked(liked("a-dog", act=Act.SKIP), diversity=0.0))
    assert found[-1] == "b-dog"


def test_stated_interests_count_at_once() -> None:
    profile = Profile(stated=((Trait.TOPIC, "MUSIC", 10_000), (Trait.TAG, "animal.cat", -5_000)))
    found = asked(profile, diversity=0.0)
    assert set(names(found)[:2]) == {"e-song", "f-song"}
    assert set(names(found)[-2:]) == {"c-cat", "d-cat"}
    assert not taste_of(Profile(stated=((Trait.TAG, "gone", 10_000),)), ALL, NOW).mass


def test_who_is_unknown_gets_what_is_popular_then_what_is_new() -> None:
    today = NOW // DAY_NS
    counts = (Count("c-cat", today, Act.LIKE, 5), Count("gone", today, Act.LIKE, 99),
              Count("a-dog", today + 1, Act.LIKE, 99))  # fmt: skip
    assert names(asked(NOBODY, counts=counts, diversity=0.0)) == [
        "c-cat", "f-song", "e-song", "d-cat", "b-dog", "a-dog",
    ]  # fmt: skip


def test_popularity_fades() -> None:
    counts = (Count("a-dog", 99, Act.VIEW, 10), Count("b-dog", 60, Act.VIEW, 10))
    found = popularity(ALL, counts, NOW)
    assert found[0] == 1.0
    assert 0 < found[1] < 0.1


def test_what_was_liked_long_ago_counts_less() -> None:
    fresh, old = (taste_of(liked("a-dog", age=age), ALL, NOW).mass for age in (1, 31))
    assert old == pytest.approx(fresh / 2)
    both = Profile(events=(*liked("a-dog", age=200).events, *liked("c-cat", age=1).events))
    assert names(asked(both))[0] == "d-cat"


def test_what_comes_later_than_asked_is_not_known() -> None:
    then = NOW - 2 * DAY_NS
    assert names(asked(liked("a-dog"), now_ns=then)) == names(asked(NOBODY, now_ns=then))
    assert names(asked(NOBODY, now_ns=52 * DAY_NS, diversity=0.0)) == ["c-cat", "b-dog", "a-dog"]


@pytest.mark.parametrize(
    ("watched_ms", "duration_ms", "weight"),
    [(60_000, 60_000, 1.0), (3_000, 60_000, 0.0), (33_000, 60_000, 0.5), (30_000, 0, 1.0),
     (9e9, 60_000, 1.0)],
)  # fmt: skip
def test_watching_counts_by_its_share(watched_ms: int, duration_ms: int, weight: float) -> None:
    given = (np.array([number], np.int64) for number in (Act.WATCH, watched_ms, duration_ms))
    assert weights_of(*given) == pytest.approx(weight)


def test_a_loop_counts_as_three_likes() -> None:
    many = Profile(events=tuple(Event("a-dog", Act.LIKE, NOW, 0, str(n)) for n in range(50)))
    assert taste_of(many, ALL, NOW).mass == 3.0


def test_media_that_are_gone_count_nothing() -> None:
    assert names(asked(liked("gone"))) == names(asked(NOBODY))


def test_filters() -> None:
    of = catalogue(c_cat=ItemRow(packed((CAT,)), "zh"), d_cat=ItemRow(packed((CAT,)), ""))
    assert names(asked(NOBODY, of, languages=("zh",), diversity=0.0), of) == ["d-cat", "c-cat"]
    assert names(asked(NOBODY, only=frozenset(("a-dog", "gone")))) == ["a-dog"]
    assert "a-dog" not in names(asked(NOBODY, without=("a-dog", "gone")))
    taste = taste_of(NOBODY, ALL, NOW)
    allowed = eligible(ALL, taste, Wish(NOW), [ALL.items[0].key, 999])
    assert allowed.tolist() == [False, True, True, True, True, True]


def test_diversity_alternates() -> None:
    profile = liked("x-dog", "y-cat")
    rows = {"x_dog": ItemRow(packed((DOG,))), "y_cat": ItemRow(packed((CAT,)))}
    of = catalogue(**rows)
    kinds = [name[2:] for name in names(asked(profile, of, diversity=0.5), of)]
    assert {*kinds[:2]} == {"dog", "cat"}
    same = [name[2:] for name in names(asked(liked("x-dog"), of, diversity=0.0), of)]
    assert same[:2] == ["dog", "dog"]


def test_a_draw_gives_places_to_what_few_have_met() -> None:
    counts = tuple(Count(name, 99, Act.LIKE, 5) for name in ("a-dog", "b-dog", "e-song"))
    picks = asked(NOBODY, counts=counts, exploration=0.5, limit=4, draw="1 ada")
    assert [pick.drawn for pick in picks] == [False, True, False, True]
    assert {ALL.items[pick.place].media_id for pick in picks if pick.drawn} <= {
        "c-cat", "d-cat", "f-song",
    }  # fmt: skip
    draws = {
        tuple(names(asked(NOBODY, counts=counts, exploration=0.5, limit=4, draw=f"{seed} ada")))
        for seed in range(12)
    }
    assert len(draws) > 1
    again = asked(NOBODY, counts=counts, exploration=0.5, limit=4, draw="1 ada")
    assert again == picks


LIKES = st.lists(st.sampled_from(sorted(FILMS)), max_size=4, unique=True)
ACTS = st.sampled_from(Act)
SHARE = st.sampled_from((0.0, 0.3, 1.0))


@given(LIKES, ACTS, SHARE, SHARE, st.integers(1, 8))
def test_laws(media: list[str], act: Act, diversity: float, exploration: float, limit: int) -> None:
    profile = liked(*media, act=act)
    picks = asked(profile, diversity=diversity, exploration=exploration, limit=limit)
    assert len(picks) == min(limit, len(FILMS) - len(media))
    assert len({pick.place for pick in picks}) == len(picks)
    assert not {*names(picks)} & {*media}
    for pick in picks:
        assert -1 <= pick.affinity <= 1
        assert 0 <= pick.popularity <= 1
        assert 0 <= pick.freshness <= 1
    if not diversity and not exploration:
        assert [pick.score for pick in picks] == sorted((p.score for p in picks), reverse=True)
    assert picks == asked(profile, diversity=diversity, exploration=exploration, limit=limit)


def test_reasons_are_what_both_have() -> None:
    profile = dataclasses.replace(liked("a-dog"), stated=((Trait.KEYWORD, "walk", 10_000),))
    found = why(ALL, taste_of(profile, ALL, NOW), ALL.places["b-dog"])
    assert [(one.kind, one.value, one.said) for one in found.shared] == [
        (Trait.TAG, "animal.dog", False), (Trait.KEYWORD, "Walk", True),
    ]  # fmt: skip
    assert sum(one.share for one in found.shared) == pytest.approx(1, abs=1e-3)
    assert [ALL.items[one.place].media_id for one in found.liked] == ["a-dog"]
    nothing = why(ALL, taste_of(NOBODY, ALL, NOW), 0)
    assert (nothing.shared, nothing.liked) == ((), ())


def test_interests_are_told_by_strength() -> None:
    profile = Profile(events=(*liked("f-song").events, *liked("c-cat", act=Act.SKIP).events))
    found = interests(ALL, taste_of(profile, ALL, NOW), 10)
    assert abs(found[0].weight) == 1.0
    assert {(one.value, one.weight > 0) for one in found} == {
        ("Ada", True), ("music", True), ("animal.cat", False),
    }  # fmt: skip
    assert interests(ALL, taste_of(NOBODY, ALL, NOW), 10) == []


def test_looks_tell_media_without_words_apart() -> None:
    rng = np.random.default_rng(1)
    reds, blues = rng.normal(size=(2, 64)) * 300
    rows = {}
    for name, middle in {"r1": reds, "r2": reds, "s1": blues, "s2": blues}.items():
        vectors = np.rint(middle + rng.normal(size=(3, 64)) * 30).astype("<i2")
        rows[name] = ItemRow(b"", "", 0, "eye@1", projected(vectors.tobytes(), 3))
    rows["t1"] = ItemRow(b"", "", 0, "other@1", rows["s1"].look)
    of = catalogue(**rows)
    found = names(asked(liked("r1"), of, only=frozenset(rows), diversity=0.0), of)
    assert found[0] == "r2"
    assert not of.looks[of.places["t1"]].any()


def test_a_look_is_one_row_of_small_numbers() -> None:
    assert projected(b"", 0) == b""
    assert projected(bytes(8), 1) == b""
    look = projected(np.array([[1, 2, 3, 4]], "<i2").tobytes(), 1)
    assert len(look) == SIZE
    assert directions([b"", look]).shape == (2, SIZE)


@given(st.lists(st.tuples(st.sampled_from(Trait), st.text(), st.integers(0, 10_000))))
def test_traits_survive_packing(traits: list[Weighted]) -> None:
    assert unpacked(packed(traits)) == tuple(traits)


def test_nothing_to_recommend() -> None:
    empty = Catalogue(Vocabulary(), [])
    assert asked(NOBODY, empty) == []
    assert asked(liked("a-dog"), empty) == []
