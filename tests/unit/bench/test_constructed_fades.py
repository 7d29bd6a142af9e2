"""The plan of the films with gradual changes: what the truth says is what is drawn."""

from __future__ import annotations

import pytest

from bench.constructed.fades import CHANGES, changes
from videre.cli.evaluation.truth import FadeKind

FRAME_RATE = 25


@pytest.mark.parametrize("kind", FadeKind)
def test_a_film_holds_many_different_changes_in_less_than_a_minute(kind: FadeKind) -> None:
    plan = changes(kind)
    assert len(plan) == CHANGES >= 24
    assert len({(one.length, one.held, one.before) for one in plan}) >= 12
    assert {8, 50} <= {one.length for one in plan}
    assert sum(one.steady + one.length for one in plan) < 58 * FRAME_RATE


@pytest.mark.parametrize("kind", [FadeKind.BLACK, FadeKind.WHITE])
def test_a_fade_rises_to_the_colour_holds_it_and_falls(kind: FadeKind) -> None:
    for one in changes(kind):
        shares = [one.share(step) for step in range(one.length)]
        held = slice(one.before, one.before + one.held)
        assert shares[held] == [1.0] * one.held
        assert shares[: one.before] == sorted(shares[: one.before])
        assert shares[held.stop :] == sorted(shares[held.stop :], reverse=True)
        assert all(0 < share < 1 for share in shares[: one.before] + shares[held.stop :])
        assert shares[one.middle] == 1


def test_a_dissolve_is_half_done_in_its_middle() -> None:
    for one in changes(FadeKind.DISSOLVE):
        shares = [one.share(step) for step in range(one.length)]
        assert shares == sorted(shares)
        assert abs(one.share(one.middle) - 0.5) <= 1 / one.length
