"""Profiles: what they hold depends on which events came, on nothing else."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from videre.orchestrator.recommend import profiles
from videre.orchestrator.recommend.model import NOBODY, Act, Event, Profile, Trait
from videre.orchestrator.recommend.profiles import MOST_EVENTS, event_id, joined, packed, unpacked


def event(number: int, time_ns: int = 0, media_id: str = "m") -> Event:
    return Event(media_id, Act.LIKE, time_ns, 0, f"{number:016x}")


EVENTS = st.lists(st.integers(0, 40).map(lambda n: event(n, n * 7 % 11)), max_size=60)


@given(EVENTS, st.randoms(use_true_random=False), st.integers(1, 60))
def test_order_repeats_and_batches_change_nothing(
    events: list[Event], rng: object, cut: int
) -> None:
    at_once = joined(NOBODY, events).profile
    shuffled = [*events, *events]
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    profile = NOBODY
    for start in range(0, len(shuffled), cut):
        profile = joined(profile, shuffled[start : start + cut]).profile
    assert profile == at_once
    again = joined(profile, shuffled)
    assert (again.profile, again.gained, again.lost) == (profile, (), ())


@settings(max_examples=15)
@given(st.permutations(range(MOST_EVENTS + 5)))
def test_the_newest_are_kept_in_whatever_order_they_come(order: list[int]) -> None:
    profile, gained, lost = NOBODY, 0, 0
    for start in range(0, len(order), 101):
        result = joined(profile, [event(n, n) for n in order[start : start + 101]])
        profile = result.profile
        gained, lost = gained + len(result.gained), lost + len(result.lost)
    assert [one.time_ns for one in profile.events] == list(range(MOST_EVENTS + 4, 4, -1))
    assert gained - lost == MOST_EVENTS
    late = joined(profile, [event(0, 0)])
    assert (late.profile, late.forgotten, late.gained) == (profile, 1, ())


def test_an_event_without_an_id_is_told_by_what_it_says() -> None:
    one = event_id("", "m", Act.LIKE, 5)
    assert one == event_id("", "m", Act.LIKE, 5)
    others = [
        event_id("", "n", Act.LIKE, 5), event_id("", "m", Act.VIEW, 5),
        event_id("", "m", Act.LIKE, 6), event_id("x", "m", Act.LIKE, 5),
    ]  # fmt: skip
    assert len({one, *others}) == 5


@given(EVENTS, st.lists(st.tuples(st.sampled_from(Trait), st.text(), st.integers(-9, 9))))
def test_a_profile_survives_packing(
    events: list[Event], stated: list[tuple[Trait, str, int]]
) -> None:
    profile = Profile(tuple(stated), ("en", "zh"), joined(NOBODY, events).profile.events)
    assert unpacked(packed(profile)) == profile


def test_a_full_profile_is_small() -> None:
    media = [f"01a20392-106e-7000-b7bd-{n:012x}" for n in range(MOST_EVENTS)]
    full = joined(NOBODY, [event(n * 7919, n * 10**12, media[n]) for n in range(MOST_EVENTS)])
    assert len(packed(full.profile)) < 24_000
    assert profiles.MOST_EVENTS == 500
