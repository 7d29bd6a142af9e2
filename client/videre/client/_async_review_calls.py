"""The calls about reviews, awaiting."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from videre.client import _reviews
from videre.client._flow import Context
from videre.client._transport import AsyncTransport
from videre.v1 import review_pb2 as pb


class AsyncReviewCalls:
    """The awaiting calls about reviews; `videre.reviews` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: AsyncTransport) -> None:
        self._context, self._transport = context, transport

    def list(
        self, filter: pb.ReviewFilter | None = None, *, project_id: str = ""
    ) -> AsyncIterator[pb.Review]:
        """Yield reviews, those due first first; without a filter those that are not decided."""
        request = pb.ListReviewsRequest(project_id=project_id, filter=filter)
        return self._transport.iterate(_reviews.list_reviews(self._context, request))

    async def get(self, review_id: str) -> pb.GetReviewResponse:
        """Return a review with what was found and what was done."""
        return await self._transport.run(_reviews.get_review(self._context, review_id))

    async def claim(self, request: pb.ClaimReviewsRequest) -> Sequence[pb.Review]:
        """Claim reviews; return those that are held now."""
        return await self._transport.run(_reviews.claim_reviews(self._context, request))

    async def renew(self, request: pb.RenewReviewRequest) -> pb.Review:
        """Prolong a lease."""
        return await self._transport.run(_reviews.renew_review(self._context, request))

    async def release(self, request: pb.ReleaseReviewRequest) -> pb.Review:
        """Give a review back to the queue."""
        return await self._transport.run(_reviews.release_review(self._context, request))

    async def decide(self, request: pb.DecideReviewRequest) -> pb.DecideReviewResponse:
        """Say what holds of a review."""
        return await self._transport.run(_reviews.decide_review(self._context, request))

    async def appeal(self, request: pb.AppealReviewRequest) -> pb.Review:
        """Have a decision looked at by another reviewer."""
        return await self._transport.run(_reviews.appeal_review(self._context, request))

    async def undo(self, request: pb.UndoDecisionRequest) -> pb.Review:
        """Take a decision back; the reviewer holds the review again."""
        return await self._transport.run(_reviews.undo_decision(self._context, request))

    async def similar(self, request: pb.ListSimilarReviewsRequest) -> Sequence[pb.SimilarReview]:
        """Return reviews that nobody holds and that are about the same."""
        return await self._transport.run(_reviews.similar_reviews(self._context, request))

    async def decide_similar(
        self, request: pb.DecideSimilarReviewsRequest
    ) -> pb.DecideSimilarReviewsResponse:
        """Say of confirmed reviews what was said of one that is about the same."""
        return await self._transport.run(_reviews.decide_similar_reviews(self._context, request))

    async def rates(self, request: pb.GetRuleRatesRequest) -> pb.GetRuleRatesResponse:
        """Return, per rule, how often people overturned what it found."""
        return await self._transport.run(_reviews.rule_rates(self._context, request))

    async def learn(self, request: pb.LearnFromReviewsRequest) -> pb.LearnFromReviewsResponse:
        """Make of what people overturned what moderation lets pass; again adds nothing."""
        return await self._transport.run(_reviews.learn_from_reviews(self._context, request))
