"""Reviews: the flows."""

from __future__ import annotations

from videre.client._flow import Context, EmitFlow, Flow
from videre.client._pages import every
from videre.client._rpc import (
    APPEAL_REVIEW,
    CLAIM_REVIEWS,
    DECIDE_REVIEW,
    DECIDE_SIMILAR_REVIEWS,
    GET_REVIEW,
    GET_RULE_RATES,
    LEARN_FROM_REVIEWS,
    LIST_REVIEWS,
    LIST_SIMILAR_REVIEWS,
    RELEASE_REVIEW,
    RENEW_REVIEW,
    UNDO_DECISION,
)
from videre.client._submit import new_request_id
from videre.v1 import review_pb2 as pb


def list_reviews(context: Context, request: pb.ListReviewsRequest) -> EmitFlow[pb.Review]:
    """Emit reviews, those due first first, page after page."""
    return every(context, LIST_REVIEWS, request, lambda page: page.reviews)


def get_review(context: Context, review_id: str) -> Flow[pb.GetReviewResponse]:
    """Return a review with what was found and what was done."""
    return (yield from context.call(GET_REVIEW, pb.GetReviewRequest(review_id=review_id)))


def claim_reviews(context: Context, request: pb.ClaimReviewsRequest) -> Flow[list[pb.Review]]:
    """Claim reviews; return those that are held now."""
    asked = pb.ClaimReviewsRequest()
    asked.CopyFrom(request)
    asked.request_id = request.request_id or new_request_id()
    answer = yield from context.call(CLAIM_REVIEWS, asked)
    return list(answer.reviews)


def renew_review(context: Context, request: pb.RenewReviewRequest) -> Flow[pb.Review]:
    """Prolong a lease."""
    answer = yield from context.call(RENEW_REVIEW, request)
    return answer.review


def release_review(context: Context, request: pb.ReleaseReviewRequest) -> Flow[pb.Review]:
    """Give a review back."""
    answer = yield from context.call(RELEASE_REVIEW, request)
    return answer.review


def decide_review(
    context: Context, request: pb.DecideReviewRequest
) -> Flow[pb.DecideReviewResponse]:
    """Say what holds of a review."""
    asked = pb.DecideReviewRequest()
    asked.CopyFrom(request)
    asked.request_id = request.request_id or new_request_id()
    return (yield from context.call(DECIDE_REVIEW, asked))


def appeal_review(context: Context, request: pb.AppealReviewRequest) -> Flow[pb.Review]:
    """Have a decision looked at by another reviewer."""
    asked = pb.AppealReviewRequest()
    asked.CopyFrom(request)
    asked.request_id = request.request_id or new_request_id()
    answer = yield from context.call(APPEAL_REVIEW, asked)
    return answer.review


def undo_decision(context: Context, request: pb.UndoDecisionRequest) -> Flow[pb.Review]:
    """Take a decision back."""
    asked = pb.UndoDecisionRequest()
    asked.CopyFrom(request)
    asked.request_id = request.request_id or new_request_id()
    answer = yield from context.call(UNDO_DECISION, asked)
    return answer.review


def similar_reviews(
    context: Context, request: pb.ListSimilarReviewsRequest
) -> Flow[list[pb.SimilarReview]]:
    """Return reviews that are about the same."""
    answer = yield from context.call(LIST_SIMILAR_REVIEWS, request)
    return list(answer.reviews)


def decide_similar_reviews(
    context: Context, request: pb.DecideSimilarReviewsRequest
) -> Flow[pb.DecideSimilarReviewsResponse]:
    """Say of reviews what was said of one that is about the same."""
    asked = pb.DecideSimilarReviewsRequest()
    asked.CopyFrom(request)
    asked.request_id = request.request_id or new_request_id()
    return (yield from context.call(DECIDE_SIMILAR_REVIEWS, asked))


def rule_rates(context: Context, request: pb.GetRuleRatesRequest) -> Flow[pb.GetRuleRatesResponse]:
    """Return what people made of each rule."""
    return (yield from context.call(GET_RULE_RATES, request))


def learn_from_reviews(
    context: Context, request: pb.LearnFromReviewsRequest
) -> Flow[pb.LearnFromReviewsResponse]:
    """Teach a template and a list of hashes what was overturned."""
    return (yield from context.call(LEARN_FROM_REVIEWS, request))
