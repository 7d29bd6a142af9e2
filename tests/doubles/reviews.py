"""Reviews of the double: as they were put in; whoever asks gets what is there."""

from __future__ import annotations

from typing import Any

from doubles.world import Fault, Service

from videre.v1 import analysis_pb2, review_pb2_grpc
from videre.v1 import review_pb2 as pb


class ReviewApi(Service, review_pb2_grpc.ReviewServiceServicer):
    """Reviews with one finding each."""

    def ListReviews(self, request: Any, context: Any) -> Any:
        answer = pb.ListReviewsResponse(reviews=self.world.reviews.values())
        return self.answer(context, request, lambda: answer, "ListReviews")

    def GetReview(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            found = self._find(request.review_id)
            if isinstance(found, Fault):
                return found
            finding = pb.ReviewFinding(
                category="porn", medium="image", rule_id="porn.image",
                suggestion=analysis_pb2.SUGGESTION_REVIEW, outcome=pb.REVIEW_OUTCOME_OVERTURN,
                outcome_reason=pb.REVIEW_REASON_CONTEXT,
            )  # fmt: skip
            finding.segment.label, finding.segment.confidence = "porn", 0.8
            unseen = pb.ReviewFinding(
                index=1, category="ad", medium="text", reason="NOT_CHECKED",
                suggestion=analysis_pb2.SUGGESTION_REVIEW,
            )  # fmt: skip
            action = pb.ReviewAction(
                kind=pb.REVIEW_ACTION_KIND_DECIDED, reviewer="ann", note="A [painting].",
                reason=pb.REVIEW_REASON_CONTEXT, people_suggestion=analysis_pb2.SUGGESTION_PASS,
            )  # fmt: skip
            return pb.GetReviewResponse(review=found, findings=[finding, unseen], actions=[action])

        return self.answer(context, request, work, "GetReview")

    def ClaimReviews(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            held = [one for one in self.world.reviews.values() if not one.claimed_by]
            for one in held:
                one.state, one.claimed_by = analysis_pb2.REVIEW_STATE_CLAIMED, "ann"
                one.lease_id = "l1"
            return pb.ClaimReviewsResponse(reviews=held)

        return self.answer(context, request, work, "ClaimReviews")

    def RenewReview(self, request: Any, context: Any) -> Any:
        return self._one(request, context, "RenewReview", pb.RenewReviewResponse)

    def ReleaseReview(self, request: Any, context: Any) -> Any:
        return self._one(request, context, "ReleaseReview", pb.ReleaseReviewResponse)

    def DecideReview(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            found = self._find(request.review_id)
            if isinstance(found, Fault):
                return found
            if request.outcome != pb.REVIEW_OUTCOME_ESCALATE:
                found.state = analysis_pb2.REVIEW_STATE_DECIDED
                found.decided_by = "ann"
                found.people_suggestion = analysis_pb2.SUGGESTION_PASS
            else:
                found.escalations += 1
            return pb.DecideReviewResponse(review=found)

        return self.answer(context, request, work, "DecideReview")

    def AppealReview(self, request: Any, context: Any) -> Any:
        return self._one(request, context, "AppealReview", pb.AppealReviewResponse)

    def UndoDecision(self, request: Any, context: Any) -> Any:
        return self._one(request, context, "UndoDecision", pb.UndoDecisionResponse)

    def ListSimilarReviews(self, request: Any, context: Any) -> Any:
        answer = pb.ListSimilarReviewsResponse()
        for one in self.world.reviews.values():
            if one.review_id != request.review_id:
                shown = answer.reviews.add(review=one)
                shown.findings.add(finding=2, of_finding=1, likeness=pb.REVIEW_LIKENESS_PICTURE)
        return self.answer(context, request, lambda: answer, "ListSimilarReviews")

    def DecideSimilarReviews(self, request: Any, context: Any) -> Any:
        answer = pb.DecideSimilarReviewsResponse()
        for review_id in request.similar_review_ids:
            found = self._find(review_id)
            if isinstance(found, Fault):
                answer.not_decided.add(
                    review_id=review_id, reason=found.reason, message=found.message
                )
            else:
                found.state = analysis_pb2.REVIEW_STATE_DECIDED
                found.decided_by = "ann"
                found.people_suggestion = analysis_pb2.SUGGESTION_PASS
                answer.reviews.append(found)
        return self.answer(context, request, lambda: answer, "DecideSimilarReviews")

    def GetRuleRates(self, request: Any, context: Any) -> Any:
        answer = pb.GetRuleRatesResponse()
        if self.world.reviews:
            answer.rates.add(
                template="careful@2", rule_id="porn.image", reviews=40, overturned=30,
                false_positives=20, overturn_rate=pb.ReviewRate(value=0.75, low=0.6, high=0.86),
                false_positive_rate=pb.ReviewRate(value=0.5, low=0.35, high=0.65), flagged=True,
            )  # fmt: skip
        return self.answer(context, request, lambda: answer, "GetRuleRates")

    def LearnFromReviews(self, request: Any, context: Any) -> Any:
        answer = pb.LearnFromReviewsResponse()
        if request.template_id:
            answer.template, answer.yaml = f"{request.template_id}@2", "template_id: house\n"
            answer.phrases.extend(request.phrases or ["a song"])
        if request.library_id:
            answer.hashes.add(value="00ff00ff00ff00ff", review_id=request.review_ids[0])
        return self.answer(context, request, lambda: answer, "LearnFromReviews")

    def _one(self, request: Any, context: Any, method: str, kind: Any) -> Any:
        def work() -> Any:
            found = self._find(request.review_id)
            return found if isinstance(found, Fault) else kind(review=found)

        return self.answer(context, request, work, method)

    def _find(self, review_id: str) -> pb.Review | Fault:
        found = self.world.reviews.get(review_id)
        return found or Fault("NOT_FOUND", "REVIEW_NOT_FOUND", f"no review {review_id}")
