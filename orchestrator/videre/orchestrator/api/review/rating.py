"""GetRuleRates: what people made of each rule."""

from __future__ import annotations

import asyncio
from typing import Final

from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.times import instant
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.review.rates import RuleRate, Share, rates
from videre.v1 import review_pb2 as pb

#: A rule is flagged where more than this share of its reviews was overturned, of at least so many.
_DEFAULT_LIMIT: Final = 0.5
_DEFAULT_LEAST: Final = 20
_MOST: Final = 1_000_000


async def rule_rates(app: Orchestrator, request: pb.GetRuleRatesRequest) -> pb.GetRuleRatesResponse:
    """Return the rates of all rules that people were asked about.

    Raises:
        VidereError: FIELD_INVALID, PROJECT_FORBIDDEN.
    """
    project = project_of(request.project_id)
    found = Violations()
    low = instant(found, request, "min_decide_time")
    high = instant(found, request, "max_decide_time")
    limit, least = _DEFAULT_LIMIT, _DEFAULT_LEAST
    if request.HasField("max_overturn_rate"):
        limit = request.max_overturn_rate
        found.number("max_overturn_rate", limit, 0, 1)
    if request.HasField("min_reviews"):
        least = request.min_reviews
        found.number("min_reviews", least, 1, _MOST)
    found.raise_if_any()
    said = await asyncio.to_thread(
        app.reviews.said, project, template=request.template, min_ns=low, max_ns=high
    )
    return pb.GetRuleRatesResponse(
        rates=[_message(rate, limit, least) for rate in rates(said)],
        max_overturn_rate=limit,
        min_reviews=least,
    )


def _message(rate: RuleRate, limit: float, least: int) -> pb.RuleRate:
    return pb.RuleRate(
        template=rate.template,
        rule_id=rate.rule_id,
        reviews=rate.reviews,
        overturned=rate.overturned,
        false_positives=rate.false_positives,
        overturn_rate=_share(rate.overturn_share),
        false_positive_rate=_share(rate.false_positive_share),
        flagged=rate.reviews >= least and rate.overturn_share.value > limit,
    )


def _share(share: Share) -> pb.ReviewRate:
    return pb.ReviewRate(value=share.value, low=share.low, high=share.high)
