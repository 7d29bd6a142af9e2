"""How often people overturn what a rule finds, with how sure that is. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from videre.orchestrator.review.model import Cause, Outcome

#: Standard deviations of a normal distribution between which 95 % of it lie.
_Z: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """A share of all, and the interval that it is in with 95 %: 0..1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SaidOfRule:
    """What was said, once or more often, of findings of one rule in one review."""

    template: str
    rule_id: str
    review_id: str
    outcome: str
    cause: str


@dataclass(frozen=True, slots=True)
class RuleRate:
    """What people made of a rule.

    Args:
        reviews: decided ones in which it found something.
        overturned: of these, those in which nothing that it found holds.
        false_positives: of these, those in which nothing that it found is there at all.
    """

    template: str
    rule_id: str
    reviews: int
    overturned: int
    false_positives: int

    @property
    def overturn_share(self) -> Share:
        """Share of its reviews that were overturned."""
        return wilson(self.overturned, self.reviews)

    @property
    def false_positive_share(self) -> Share:
        """Share of its reviews in which it was wrong."""
        return wilson(self.false_positives, self.reviews)


def wilson(hits: int, of: int) -> Share:
    """Return a share with its score interval (Wilson 1927); of nothing, everything is possible."""
    if of == 0:
        return Share(0.0, 0.0, 1.0)
    share = hits / of
    weight = 1 + _Z**2 / of
    middle = (share + _Z**2 / (2 * of)) / weight
    reach = _Z / weight * math.sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    # At the ends the formula is exact, its arithmetic is not.
    low = 0.0 if hits == 0 else max(0.0, middle - reach)
    high = 1.0 if hits == of else min(1.0, middle + reach)
    return Share(share, low, high)


def rates(said: Iterable[SaidOfRule]) -> tuple[RuleRate, ...]:
    """Return the rates of all rules, those overturned most often first."""
    by_review: dict[tuple[str, str], dict[str, set[tuple[str, str]]]] = defaultdict(
        lambda: defaultdict(set)
    )
    for one in said:
        by_review[one.template, one.rule_id][one.review_id].add((one.outcome, one.cause))
    found = [
        RuleRate(
            template,
            rule_id,
            reviews=len(reviews),
            overturned=sum(map(_overturned, reviews.values())),
            false_positives=sum(map(_wrong, reviews.values())),
        )
        for (template, rule_id), reviews in by_review.items()
    ]
    return tuple(
        sorted(found, key=lambda rate: (-rate.overturn_share.value, rate.template, rate.rule_id))
    )


def _overturned(said: set[tuple[str, str]]) -> bool:
    return all(outcome == Outcome.OVERTURN for outcome, _ in said)


def _wrong(said: set[tuple[str, str]]) -> bool:
    return said == {(Outcome.OVERTURN.value, Cause.FALSE_POSITIVE.value)}
