"""ReviewService."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final, ParamSpec, TypeVar

import grpc.aio

from videre.common.auth import current_principal
from videre.common.errors import Reason, VidereError
from videre.common.values import NS, canonical_json, sha256_hex
from videre.orchestrator.api.analyses.revisions import AnalysisReader
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.replies import LARGEST_REPLY, fitting
from videre.orchestrator.api.review import checks as check
from videre.orchestrator.api.review.learning import Learner
from videre.orchestrator.api.review.messages import (
    action_message,
    review_message,
    similar_message,
)
from videre.orchestrator.api.review.people import reviewer_of
from videre.orchestrator.api.review.rating import rule_rates
from videre.orchestrator.api.review.shown import finding_messages
from videre.orchestrator.api.validation import REQUEST_ID, Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.review.model import Severity
from videre.orchestrator.review.opening import due_ns
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.orchestrator.store.review_actions import Decision, Step
from videre.orchestrator.store.review_records import ReviewRecord
from videre.v1 import review_pb2 as pb
from videre.v1 import review_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
P = ParamSpec("P")
T = TypeVar("T")
_DEFAULT_PAGE: Final = 50
_DEFAULT_SIMILAR: Final = 20


class ReviewServicer(review_pb2_grpc.ReviewServiceServicer):
    """See review.proto."""

    def __init__(self, app: Orchestrator, reader: AnalysisReader) -> None:
        self._app, self._reader = app, reader
        self._learner = Learner(app)
        #: Writers of the database wait by looking again and again, the unlucky ones for long;
        #: reviewers wait in the order in which they came. Who holds what does not rest on it.
        self._turn = asyncio.Lock()

    # --- reading -----------------------------------------------------------------------------

    async def ListReviews(
        self, request: pb.ListReviewsRequest, context: Context
    ) -> pb.ListReviewsResponse:
        """See review.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        wanted = check.wanted_of(found, request.filter)
        found.raise_if_any()
        limit = request.page_size or _DEFAULT_PAGE
        asked = request.filter.SerializeToString(deterministic=True)
        filters = {"reviews": project, "filter": sha256_hex(asked)}
        after = None
        if request.page_token:
            after = _position(request.page_token, filters)
        records = await asyncio.to_thread(
            self._app.reviews.page, project, wanted, limit=limit, after=after
        )
        shown = fitting(self._message(record) for record in records)
        token = ""
        if len(records) == limit or len(shown) < len(records):
            last_shown = records[len(shown) - 1]
            token = page_token(f"{last_shown.due_ns} {last_shown.id}", filters)
        return pb.ListReviewsResponse(reviews=shown, next_page_token=token)

    async def GetReview(
        self, request: pb.GetReviewRequest, context: Context
    ) -> pb.GetReviewResponse:
        """See review.proto."""
        _check_named(request.review_id)
        record = await self._review(request.review_id)
        actions = await asyncio.to_thread(self._app.reviews.actions, record.id)
        verdict, findings = await finding_messages(self._app, self._reader, record)
        answer = pb.GetReviewResponse(
            review=self._message(record),
            actions=fitting(map(action_message, actions), LARGEST_REPLY // 4),
            verdict=verdict,
        )
        answer.findings.extend(fitting(findings, LARGEST_REPLY - answer.ByteSize()))
        return answer

    async def _review(self, review_id: str) -> ReviewRecord:
        return await asyncio.to_thread(self._app.reviews.get, project_of(""), review_id)

    def _message(self, record: ReviewRecord, *, with_lease: bool = False) -> pb.Review:
        return review_message(record, self._app.clock.now_ns(), with_lease=with_lease)

    async def _write(self, change: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Change something when it is this call's turn."""
        async with self._turn:
            return await asyncio.to_thread(change, *given, **named)

    # --- leases ------------------------------------------------------------------------------

    async def ClaimReviews(
        self, request: pb.ClaimReviewsRequest, context: Context
    ) -> pb.ClaimReviewsResponse:
        """See review.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.count("review_ids", len(request.review_ids), check.MAX_CLAIMED)
        for index, review_id in enumerate(request.review_ids):
            found.named(f"review_ids[{index}]", review_id)
        found.number("max_reviews", request.max_reviews, 0, check.MAX_CLAIMED)
        if request.review_ids and (request.HasField("filter") or request.max_reviews):
            found.add("review_ids", "stand alone", "no filter, no max_reviews", "both")
        if request.request_id:
            found.pattern("request_id", request.request_id, REQUEST_ID)
        check.check_reviewer(found, request.reviewer)
        lease = check.lease_ns(found, request.lease, there=request.HasField("lease"))
        wanted = check.wanted_of(found, request.filter, claiming=True)
        found.raise_if_any()
        reviewer, reviews = reviewer_of(request.reviewer), self._app.reviews
        if request.review_ids:
            records = await self._write(reviews.claim, project, reviewer, lease, request.review_ids)
        else:
            records = await self._write(
                reviews.claim_next, project, reviewer, lease, wanted, request.max_reviews or 1,
                _lease_id(reviewer, request.request_id),
            )  # fmt: skip
        return pb.ClaimReviewsResponse(
            reviews=[self._message(record, with_lease=True) for record in records]
        )

    async def RenewReview(
        self, request: pb.RenewReviewRequest, context: Context
    ) -> pb.RenewReviewResponse:
        """See review.proto."""
        found = Violations()
        found.named("review_id", request.review_id)
        check.check_reviewer(found, request.reviewer)
        lease = check.lease_ns(found, request.lease, there=request.HasField("lease"))
        found.raise_if_any()
        record = await self._write(
            self._app.reviews.renew, project_of(""), request.review_id,
            reviewer_of(request.reviewer), request.lease_id, lease,
        )  # fmt: skip
        return pb.RenewReviewResponse(review=self._message(record, with_lease=True))

    async def ReleaseReview(
        self, request: pb.ReleaseReviewRequest, context: Context
    ) -> pb.ReleaseReviewResponse:
        """See review.proto."""
        found = Violations()
        found.named("review_id", request.review_id)
        check.check_reviewer(found, request.reviewer)
        found.raise_if_any()
        record = await self._write(
            self._app.reviews.release, project_of(""), request.review_id,
            reviewer_of(request.reviewer), request.lease_id,
        )  # fmt: skip
        return pb.ReleaseReviewResponse(review=self._message(record))

    # --- decisions ---------------------------------------------------------------------------

    async def DecideReview(
        self, request: pb.DecideReviewRequest, context: Context
    ) -> pb.DecideReviewResponse:
        """See review.proto."""
        found = Violations()
        check.check_decision(found, request)
        found.raise_if_any()
        decision = Decision(
            project_id=project_of(""),
            review_id=request.review_id,
            lease_id=request.lease_id,
            reviewer=reviewer_of(request.reviewer),
            outcome=check.outcome_of(request.outcome),
            cause=check.cause_of(request.reason),
            note=request.note,
            rulings=check.rulings_of(request.rulings),
            created_by=current_principal().subject,
            request_id=request.request_id or None,
            request_digest=_digest(request),
        )
        record, reused = await self._write(self._app.reviews.decide, decision)
        return pb.DecideReviewResponse(review=self._message(record), reused=reused)

    async def AppealReview(
        self, request: pb.AppealReviewRequest, context: Context
    ) -> pb.AppealReviewResponse:
        """See review.proto."""
        found = Violations()
        check.check_step(found, request)
        found.size("author", request.author, check.MAX_REVIEWER)
        if not request.note.strip():
            found.add("note", "is empty", "1 character", 0)
        found.raise_if_any()
        author = request.author or current_principal().subject
        step = self._step(request, request.review_id, author)

        def appeal() -> tuple[ReviewRecord, bool]:
            record = self._app.reviews.get(step.project_id, step.review_id)
            return self._app.reviews.appeal(step, self._due_again(record))

        record, reused = await self._write(appeal)
        return pb.AppealReviewResponse(review=self._message(record), reused=reused)

    def _due_again(self, record: ReviewRecord) -> int:
        """Return when a review that is appealed should be decided: as if it were opened now."""
        policy = self._app.templates.review_policy(record.project_id, record.template)
        usual, now = self._app.settings.review_due_ns, self._app.clock.now_ns()
        return due_ns(Severity(record.severity), policy, usual, now)

    async def UndoDecision(
        self, request: pb.UndoDecisionRequest, context: Context
    ) -> pb.UndoDecisionResponse:
        """See review.proto."""
        found = Violations()
        check.check_step(found, request)
        check.check_reviewer(found, request.reviewer)
        found.raise_if_any()
        step = self._step(request, request.review_id, reviewer_of(request.reviewer))
        limit = round(self._app.settings.review_undo * NS)
        record, reused = await self._write(self._app.reviews.undo, step, limit)
        return pb.UndoDecisionResponse(review=self._message(record, with_lease=True), reused=reused)

    def _step(self, request: Any, review_id: str, reviewer: str) -> Step:
        return Step(
            project_id=project_of(""),
            review_id=review_id,
            reviewer=reviewer,
            note=request.note,
            created_by=current_principal().subject,
            request_id=request.request_id or None,
            request_digest=_digest(request),
        )

    # --- the same again ----------------------------------------------------------------------

    async def ListSimilarReviews(
        self, request: pb.ListSimilarReviewsRequest, context: Context
    ) -> pb.ListSimilarReviewsResponse:
        """See review.proto."""
        found = Violations()
        found.named("review_id", request.review_id)
        found.number("max_reviews", request.max_reviews, 0, check.MAX_CLAIMED)
        check.check_reviewer(found, request.reviewer)
        found.raise_if_any()
        record = await self._review(request.review_id)
        similar = await asyncio.to_thread(
            self._app.reviews.similar, record, reviewer_of(request.reviewer),
            request.max_reviews or _DEFAULT_SIMILAR,
        )  # fmt: skip
        now = self._app.clock.now_ns()
        return pb.ListSimilarReviewsResponse(
            reviews=fitting(similar_message(one, same, now) for one, same in similar)
        )

    async def DecideSimilarReviews(
        self, request: pb.DecideSimilarReviewsRequest, context: Context
    ) -> pb.DecideSimilarReviewsResponse:
        """See review.proto."""
        found = Violations()
        check.check_step(found, request)
        check.check_reviewer(found, request.reviewer)
        if not 1 <= len(request.similar_review_ids) <= check.MAX_CLAIMED:
            limit = f"1..{check.MAX_CLAIMED}"
            found.add("similar_review_ids", f"must be {limit}", limit,
                      len(request.similar_review_ids))  # fmt: skip
        for index, review_id in enumerate(request.similar_review_ids):
            found.named(f"similar_review_ids[{index}]", review_id)
        found.raise_if_any()
        source = await self._review(request.review_id)
        reviewer = reviewer_of(request.reviewer)
        answer = pb.DecideSimilarReviewsResponse()
        for review_id in dict.fromkeys(request.similar_review_ids):
            step = self._step(request, review_id, reviewer)
            try:
                record, _ = await self._write(self._app.reviews.decide_like, step, source)
            except VidereError as error:
                if error.reason is Reason.REQUEST_ID_REUSED:
                    raise
                answer.not_decided.add(
                    review_id=review_id, reason=str(error.reason), message=error.message
                )
            else:
                answer.reviews.append(self._message(record))
        return answer

    # --- what follows ------------------------------------------------------------------------

    async def GetRuleRates(
        self, request: pb.GetRuleRatesRequest, context: Context
    ) -> pb.GetRuleRatesResponse:
        """See review.proto."""
        return await rule_rates(self._app, request)

    async def LearnFromReviews(
        self, request: pb.LearnFromReviewsRequest, context: Context
    ) -> pb.LearnFromReviewsResponse:
        """See review.proto."""
        return await self._learner.learn(request)


def _check_named(review_id: str) -> None:
    found = Violations()
    found.named("review_id", review_id)
    found.raise_if_any()


def _position(token: str, filters: Mapping[str, str]) -> tuple[int, str]:
    """Return due time and id of the last review of the page before.

    Raises:
        VidereError: PAGE_TOKEN_INVALID.
    """
    due, _, last = read_token(token, filters, str).partition(" ")
    if not (due.isascii() and due.isdigit() and int(due) < 2**63):
        due = str(read_token("", filters, int))  # refused as any other token that is none
    return int(due), last


def _lease_id(reviewer: str, request_id: str) -> str:
    """Return the lease that a repeated request asks for again; "" where it is not repeated."""
    return sha256_hex(canonical_json([reviewer, request_id]))[:32] if request_id else ""


def _digest(request: Any) -> str:
    """Return what a repeated request must have in common with the first."""
    copy = type(request)()
    copy.CopyFrom(request)
    copy.ClearField("request_id")
    named = request.DESCRIPTOR.name.encode()  # a request of another kind may have the same bytes
    return sha256_hex(named + copy.SerializeToString(deterministic=True))
