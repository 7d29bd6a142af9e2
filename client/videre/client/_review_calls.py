"""The calls about reviews, blocking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from videre.client import _reviews
from videre.client._flow import Context
from videre.client._transport import BlockingTransport
from videre.v1 import review_pb2 as pb


class ReviewCalls:
    """The blocking calls about reviews; `videre.reviews` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: BlockingTransport) -> None:
        self._context, self._transport = context, transport

    def list(
        self, filter: pb.ReviewFilter | None = None, *, project_id: str = ""
    ) -> Iterator[pb.Review]:
        """Yield reviews, those due first first; without a filter those that are not decided."""
        request = pb.ListReviewsRequest(project_id=project_id, filter=filter)
        return self._transport.iterate(_reviews.list_reviews(self._context, request))

    def get(self, review_id: str) -> pb.GetReviewResponse:
        """Return a review with what was found and what was done."""
        return self._transport.run(_reviews.get_review(self._context, review_id))

    def claim(self, request: pb.ClaimReviewsRequest) -> Sequence[pb.Review]:
        """Claim reviews; return those that are held now."""
        return self._transport.run(_reviews.claim_reviews(self._context, request))

    def renew(self, request: pb.RenewReviewRequest) -> pb.Review:
        """Prolong a lease."""
        return self._transport.run(_reviews.renew_review(self._context, request))

    def release(self, request: pb.ReleaseReviewRequest) -> pb.Review:
        """Give a review back to the queue."""
        return self._transport.run(_reviews.release_review(self._context, request))

    def decide(self, request: pb.DecideReviewRequest) -> pb.DecideReviewResponse:
        """Say what holds of a review."""
        return self._transport.run(_reviews.decide_review(self._context, request))

    def appeal(self, request: pb.AppealReviewRequest) -> pb.Review:
        """Have a decision looked at by another reviewer."""
        return self._transport.run(_reviews.appeal_review(self._context, request))

    def undo(self, request: pb.UndoDecisionRequest) -> pb.Review:
        """Take a decision back; the reviewer holds the review again."""
        return self._transport.run(_reviews.undo_decision(self._context, request))

    def similar(self, request: pb.ListSimilarReviewsRequest) -> Sequence[pb.SimilarReview]:
        """Return reviews that nobody holds and that are about the same."""
        return self._transport.run(_reviews.similar_reviews(self._context, request))

    def decide_similar(
        self, request: pb.DecideSimilarReviewsRequest
    ) -> pb.DecideSimilarReviewsResponse:
        """Say of confirmed reviews what was said of one that is about the same."""
        return self._transport.run(_reviews.decide_similar_reviews(self._context, request))

    def rates(self, request: pb.GetRuleRatesRequest) -> pb.GetRuleRatesResponse:
        """Return, per rule, how often people overturned what it found."""
        return self._transport.run(_reviews.rule_rates(self._context, request))

    def learn(self, request: pb.LearnFromReviewsRequest) -> pb.LearnFromReviewsResponse:
        """Make of what people overturned what moderation lets pass; again adds nothing."""
        return self._transport.run(_reviews.learn_from_reviews(self._context, request))
