"""Reviews: the flows."""

from __future__ import annotations

from videre.client._flow import Context, EmitFlow, Flow
from videre.client._pages import every
from videre.client._rpc import (
    CLAIM_REVIEWS,
    DECIDE_REVIEW,
    GET_REVIEW,
    LIST_REVIEWS,
    RELEASE_REVIEW,
    RENEW_REVIEW,
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
