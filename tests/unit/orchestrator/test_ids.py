"""Identifiers: UUIDv7, strictly rising, repeatable from a seed."""

import random
import uuid

from hypothesis import given
from hypothesis import strategies as st

from videre.common.clock import FakeClock
from videre.orchestrator.ids import TimeIds

MOMENTS = st.integers(1, 2**47 * 1_000_000)


def made_at(now_ns: int, seed: int = 1) -> TimeIds:
    return TimeIds(FakeClock(now_ns), random.Random(seed))


@given(MOMENTS)
def test_the_form_is_that_of_the_standard(now_ns: int) -> None:
    made = uuid.UUID(made_at(now_ns).new())
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert abs((made.int >> 80) - now_ns // 1_000_000) <= 1


@given(MOMENTS, st.integers(2_000_000, 10**12))
def test_later_sorts_after_earlier(now_ns: int, later_ns: int) -> None:
    assert made_at(now_ns).new() < made_at(now_ns + later_ns).new()


def test_identifiers_of_one_moment_rise_even_beyond_the_counter() -> None:
    ids = made_at(10**18)
    made = [ids.new() for _ in range(10_000)]
    assert made == sorted(set(made))


def test_a_clock_that_jumps_back_does_not_take_identifiers_along() -> None:
    class Jumping(FakeClock):
        moments = iter([5 * 10**9, 10**9])

        def now_ns(self) -> int:
            return next(self.moments)

    ids = TimeIds(Jumping(), random.Random(1))
    assert ids.new() < ids.new()


def test_a_seed_repeats_them() -> None:
    first, second = made_at(10**18, 7), made_at(10**18, 7)
    assert [first.new() for _ in range(5)] == [second.new() for _ in range(5)]
