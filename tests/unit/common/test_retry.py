"""Trying again: with growing, jittered waits, never against advice, never for ever."""

import random

import pytest

from videre.common.errors import Reason, VidereError
from videre.common.retry import Backoff, retrying


class Flaky:
    """Fails with the given errors, one per call, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.waits: list[float] = []

    async def call(self) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return "answer"

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def run(self, *, patience_s: float = 100.0) -> str:
        return await retrying(
            self.call,
            retry_if=lambda error: isinstance(error, OSError | VidereError),
            patience_s=patience_s,
            rng=random.Random(1),
            backoff=Backoff(base_s=1.0, cap_s=4.0),
            sleep=self.sleep,
        )


async def test_goes_on_until_it_succeeds_with_bounded_waits() -> None:
    flaky = Flaky(*(OSError() for _ in range(6)))
    assert await flaky.run() == "answer"
    assert len(flaky.waits) == 6
    for wait, bound in zip(flaky.waits, (1, 2, 4, 4, 4, 4), strict=True):
        assert 0 <= wait <= bound
    assert len(set(flaky.waits)) == 6


async def test_a_final_error_is_raised_at_once() -> None:
    flaky = Flaky(KeyError("x"))
    with pytest.raises(KeyError):
        await flaky.run()
    assert flaky.waits == []


async def test_the_other_sides_advice_is_a_lower_bound() -> None:
    flaky = Flaky(VidereError(Reason.OVERLOADED, "full", retry_after_s=30.0))
    assert await flaky.run() == "answer"
    assert flaky.waits == [30.0]


async def test_patience_ends_before_an_attempt_that_would_start_too_late() -> None:
    flaky = Flaky(VidereError(Reason.OVERLOADED, "full", retry_after_s=30.0))
    with pytest.raises(VidereError, match="full"):
        await flaky.run(patience_s=29.0)
    assert flaky.waits == []
