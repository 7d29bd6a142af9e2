"""Clocks: the machine's, and one that stands still."""

import time

import pytest

from videre.common.clock import FakeClock, SystemClock


def test_a_fake_clock_moves_only_when_told() -> None:
    clock = FakeClock(now_ns=1_000)
    assert (clock.now_ns(), clock.monotonic()) == (1_000, 0.0)
    clock.advance(1.5)
    assert (clock.now_ns(), clock.monotonic()) == (1_500_001_000, 1.5)
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(-1)


def test_the_system_clock_is_the_machines() -> None:
    clock = SystemClock()
    assert abs(clock.now_ns() - time.time_ns()) < 60 * 10**9
    assert clock.monotonic() <= clock.monotonic()
