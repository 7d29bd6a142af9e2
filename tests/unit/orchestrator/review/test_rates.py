"""How often people overturn what a rule finds, and how sure that is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.review.rates import SaidOfRule, rates, wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (30, 40, 0.5981, 0.8581),
        (1, 1_000, 0.0002, 0.0056),
    ],
)
def test_intervals_are_those_of_the_table(hits: int, of: int, low: float, high: float) -> None:
    """Computed with statsmodels' proportion_confint(method="wilson")."""
    share = wilson(hits, of)
    assert share.value == hits / of
    assert (share.low, share.high) == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_everything_is_possible() -> None:
    share = wilson(0, 0)
    assert (share.value, share.low, share.high) == (0.0, 0.0, 1.0)


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_share_lies_in_its_interval_which_mirrors(pair: tuple[int, int]) -> None:
    hits, of = pair
    share, other = wilson(hits, of), wilson(of - hits, of)
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.low == pytest.approx(1 - other.high)
    assert wilson(hits * 2, of * 2).high - share.value <= share.high - share.value + 1e-12


def said(review: str, outcome: str, cause: str, rule: str = "porn.image") -> SaidOfRule:
    return SaidOfRule("house@1", rule, review, outcome, cause)


def test_a_review_counts_once_for_a_rule_and_only_where_nothing_holds() -> None:
    found = rates(
        [
            said("r1", "OVERTURN", "FALSE_POSITIVE"),
            said("r2", "OVERTURN", "FALSE_POSITIVE"),
            said("r2", "OVERTURN", "CONTEXT"),
            said("r3", "OVERTURN", "FALSE_POSITIVE"),
            said("r3", "UPHOLD", "VIOLATION"),
            said("r1", "UPHOLD", "VIOLATION", "ad.text"),
        ]
    )
    told = [(one.rule_id, one.reviews, one.overturned, one.false_positives) for one in found]
    assert told == [("porn.image", 3, 2, 1), ("ad.text", 1, 0, 0)]
    assert rates([]) == ()
