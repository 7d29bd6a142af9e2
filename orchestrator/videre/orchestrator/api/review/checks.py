"""The limits of requests about reviews, and what requests say as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from google.protobuf.duration_pb2 import Duration

from videre.common.values import NS
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.api.times import instant
from videre.orchestrator.api.validation import REQUEST_ID, Violations
from videre.orchestrator.moderation.template import Category, Medium
from videre.orchestrator.review.model import (
    CAUSES,
    DEFAULT_LEASE_S,
    LONGEST_LEASE_S,
    SHORTEST_LEASE_S,
    Cause,
    Outcome,
    Ruling,
)
from videre.orchestrator.store.review_records import Wanted
from videre.v1 import analysis_pb2
from videre.v1 import review_pb2 as pb

MAX_CLAIMED: Final = 100
MAX_RULINGS: Final = 1_000
_MAX_NOTE: Final = 4_096
MAX_REVIEWER: Final = 128
_OUTCOMES: Final[Mapping[int, Outcome]] = {
    pb.REVIEW_OUTCOME_UPHOLD: Outcome.UPHOLD,
    pb.REVIEW_OUTCOME_OVERTURN: Outcome.OVERTURN,
    pb.REVIEW_OUTCOME_ESCALATE: Outcome.ESCALATE,
}
_CAUSES: Final[Mapping[int, Cause]] = {
    value: Cause(name.removeprefix("REVIEW_REASON_"))
    for name, value in pb.ReviewReason.items()
    if value
}
_OPEN: Final = ("OPEN", "CLAIMED")


def check_reviewer(found: Violations, reviewer: str) -> None:
    """Check the name of a reviewer who is not the caller."""
    found.size("reviewer", reviewer, MAX_REVIEWER)
    if "\0" in reviewer:
        found.add("reviewer", "has a zero character", "no zero character", reviewer)


def lease_ns(found: Violations, given: Duration, *, there: bool) -> int:
    """Return how long a review is to be held."""
    if not there:
        return DEFAULT_LEASE_S * NS
    value = duration_ns(given)
    found.number("lease", value / NS, SHORTEST_LEASE_S, LONGEST_LEASE_S)
    return value


def wanted_of(found: Violations, given: pb.ReviewFilter, *, claiming: bool = False) -> Wanted:
    """Return which reviews are meant.

    Args:
        claiming: of those that nobody holds: states and reviewer are not asked for.
    """
    names = analysis_pb2.ReviewState.keys()[1:]
    for index, state in enumerate(given.states):
        if not state or state not in analysis_pb2.ReviewState.values():
            found.add(f"filter.states[{index}]", "is no state", ", ".join(names), state)
    for index, category in enumerate(given.categories):
        if category not in tuple(Category):
            limit = ", ".join(Category)
            found.add(f"filter.categories[{index}]", "is no category", limit, category)
    for index, severity in enumerate(given.severities):
        if not severity or severity not in pb.ReviewSeverity.values():
            limit = ", ".join(pb.ReviewSeverity.keys()[1:])
            found.add(f"filter.severities[{index}]", "is no severity", limit, severity)
    if claiming:
        for name in ("states", "reviewer"):
            if getattr(given, name):
                found.add(f"filter.{name}", "is not asked for here", "none", "given")
    known = {
        value: name.removeprefix("REVIEW_STATE_")
        for name, value in analysis_pb2.ReviewState.items()
    }
    return Wanted(
        states=tuple(known.get(state, "") for state in given.states) or _OPEN,
        categories=tuple(given.categories),
        severities=tuple(given.severities),
        reviewer=given.reviewer,
        overdue=given.overdue,
        media_id=given.media_id,
        job_id=given.job_id,
        rule_id=given.rule_id,
        min_create_ns=instant(found, given, "min_create_time", "filter."),
        max_create_ns=instant(found, given, "max_create_time", "filter."),
    )


def check_step(
    found: Violations,
    request: (
        pb.DecideReviewRequest
        | pb.AppealReviewRequest
        | pb.UndoDecisionRequest
        | pb.DecideSimilarReviewsRequest
    ),
) -> None:
    """Check what everything that is done to a review has."""
    if request.request_id:
        found.pattern("request_id", request.request_id, REQUEST_ID)
    found.named("review_id", request.review_id)
    found.size("note", request.note, _MAX_NOTE)


def check_decision(found: Violations, request: pb.DecideReviewRequest) -> None:
    """Check everything about a decision that needs no look-up."""
    check_step(found, request)
    check_reviewer(found, request.reviewer)
    found.count("rulings", len(request.rulings), MAX_RULINGS)
    escalates = request.outcome == pb.REVIEW_OUTCOME_ESCALATE
    if escalates and request.rulings:
        found.add("rulings", "have no place beside ESCALATE", "none", len(request.rulings))
    if not request.outcome and not request.rulings:
        found.add("outcome", "is not given, and there are no rulings", _known(_OUTCOMES), "0")
    if request.outcome:
        _check_said(found, "", request, _OUTCOMES)
    elif request.reason:
        found.add("reason", "has no outcome", "an outcome", _name(request.reason))
    for index, ruling in enumerate(request.rulings):
        _check_ruling(found, f"rulings[{index}].", ruling)


def _check_ruling(found: Violations, field: str, ruling: pb.ReviewRuling) -> None:
    if ruling.HasField("finding"):
        found.number(f"{field}finding", ruling.finding, 0, 2**31 - 1)
    elif ruling.category not in tuple(Category):
        limit = ", ".join(Category)
        found.add(f"{field}category", "is no category", limit, ruling.category)
    if ruling.medium and ruling.medium not in tuple(Medium):
        found.add(f"{field}medium", "is no medium", ", ".join(Medium), ruling.medium)
    found.size(f"{field}note", ruling.note, _MAX_NOTE)
    one_by_one = {k: v for k, v in _OUTCOMES.items() if v is not Outcome.ESCALATE}
    _check_said(found, field, ruling, one_by_one)


def _check_said(
    found: Violations,
    field: str,
    said: pb.DecideReviewRequest | pb.ReviewRuling,
    outcomes: Mapping[int, Outcome],
) -> None:
    outcome = outcomes.get(said.outcome)
    if outcome is None:
        found.add(f"{field}outcome", "is no outcome", _known(outcomes), said.outcome)
        return
    fitting = CAUSES[outcome]
    cause = _CAUSES.get(said.reason)
    if cause not in fitting:
        limit = ", ".join(f"REVIEW_REASON_{one}" for one in _CAUSES.values() if one in fitting)
        found.add(f"{field}reason", f"does not fit {outcome}", limit, _name(said.reason))
    if cause is Cause.OTHER and not said.note.strip():
        found.add(f"{field}note", "is needed with the reason OTHER", "1 character", 0)


def _known(outcomes: Mapping[int, Outcome]) -> str:
    return ", ".join(f"REVIEW_OUTCOME_{one}" for one in outcomes.values())


def _name(reason: int) -> str:
    known = pb.ReviewReason.values()
    return (
        pb.ReviewReason.Name(pb.ReviewReason.ValueType(reason)) if reason in known else str(reason)
    )


def outcome_of(value: int) -> Outcome | None:
    """Return an outcome that was checked; None of UNSPECIFIED."""
    return _OUTCOMES.get(value)


def cause_of(value: int) -> Cause | None:
    """Return a reason that was checked; None of UNSPECIFIED."""
    return _CAUSES.get(value)


def rulings_of(given: Iterable[pb.ReviewRuling]) -> tuple[Ruling, ...]:
    """Return rulings that were checked."""
    return tuple(
        Ruling(
            finding=one.finding if one.HasField("finding") else None,
            category="" if one.HasField("finding") else one.category,
            medium="" if one.HasField("finding") else one.medium,
            outcome=_OUTCOMES[one.outcome],
            cause=_CAUSES[one.reason],
            note=one.note,
        )
        for one in given
    )
