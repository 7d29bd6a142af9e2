"""Reviews, what they are about and what was done, as tables of the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from google.protobuf.timestamp_pb2 import Timestamp
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from videre.cli.formatting import when, word
from videre.cli.tables import colored, table
from videre.v1 import analysis_pb2, review_pb2


def review_table(reviews: Iterable[review_pb2.Review]) -> Table:
    """Return one row per review."""
    made = table("Review", "Severity", "State", "Due", "Verdict", "People", "About", "Media")
    for one in reviews:
        made.add_row(
            one.review_id,
            word(review_pb2.ReviewSeverity, one.severity, "REVIEW_SEVERITY"),
            _state(one),
            _due(one),
            colored(_advice(one.suggestion)),
            colored(_advice(one.people_suggestion)),
            Text(", ".join(one.categories)),
            one.media_id,
        )
    return made


def render_review(answer: review_pb2.GetReviewResponse) -> Iterator[RenderableType]:
    """Yield a review with its findings and what was done."""
    one = answer.review
    yield Text(f"review {one.review_id} of media {one.media_id}, revision {one.revision}")
    severity = word(review_pb2.ReviewSeverity, one.severity, "REVIEW_SEVERITY")
    yield Text(f"{severity}, {_state(one)}, due {_due(one)}, template {one.template}")
    yield Text.assemble(
        "verdict ", colored(_advice(one.suggestion)),
        ", people ", colored(_advice(one.people_suggestion) or "have not decided"),
    )  # fmt: skip
    yield _findings(answer.findings)
    if answer.actions:
        yield _actions(answer.actions)


def similar_table(reviews: Iterable[review_pb2.SimilarReview]) -> RenderableType:
    """Return one row per finding of reviews that are about the same as another one."""
    made = table("Review", "Media", "Finding", "Same as", "Alike in", numbers=["Finding"])
    for one in reviews:
        for pair in one.findings:
            made.add_row(
                one.review.review_id,
                one.review.media_id,
                str(pair.finding),
                str(pair.of_finding),
                word(review_pb2.ReviewLikeness, pair.likeness, "REVIEW_LIKENESS"),
            )
    return made if made.rows else Text("nothing is about the same")


def rate_table(answer: review_pb2.GetRuleRatesResponse) -> RenderableType:
    """Return one row per rule that people were asked about."""
    made = table(
        "Template", "Rule", "Reviews", "Overturned", "95 %", "False positives", "95 %", "",
        numbers=["Reviews", "Overturned", "False positives"],
    )  # fmt: skip
    for one in answer.rates:
        made.add_row(
            one.template,
            one.rule_id,
            str(one.reviews),
            f"{one.overturned} ({one.overturn_rate.value:.0%})",
            _interval(one.overturn_rate),
            f"{one.false_positives} ({one.false_positive_rate.value:.0%})",
            _interval(one.false_positive_rate),
            Text("overturned too often", style="red") if one.flagged else "",
        )
    return made if made.rows else Text("no rule was decided about")


def _interval(rate: review_pb2.ReviewRate) -> str:
    return f"{rate.low:.0%}–{rate.high:.0%}"


def told(review: review_pb2.Review) -> str:
    """Return what became of a review."""
    if review.state == analysis_pb2.REVIEW_STATE_DECIDED:
        people = _advice(review.people_suggestion)
        return f"{review.review_id}: {review.decided_by} advises {people}"
    return f"{review.review_id} is {_state(review)}"


def _state(review: review_pb2.Review) -> str:
    state = word(analysis_pb2.ReviewState, review.state, "REVIEW_STATE")
    if review.claimed_by:
        return f"{state} by {review.claimed_by} until {_clock(review.lease_end_time)}"
    if review.decided_by:
        return f"{state} by {review.decided_by}"
    return f"{state}, passed on" if review.escalations else state


def _due(review: review_pb2.Review) -> str:
    return _clock(review.due_time) + (" overdue" if review.overdue else "")


def _clock(time: Timestamp) -> str:
    return time.ToDatetime().strftime("%Y-%m-%d %H:%M")


def _findings(findings: Iterable[review_pb2.ReviewFinding]) -> Table:
    made = table("No", "Rule", "Verdict", "People", "When", "What", numbers=["No"])
    for one in findings:
        segment = one.segment
        words = ", ".join(dict.fromkeys(hit.text for hit in segment.word_hits))
        what = f"{segment.label} {segment.confidence:.0%} {words}".strip()
        outcome = word(review_pb2.ReviewOutcome, one.outcome, "REVIEW_OUTCOME")
        reason = word(review_pb2.ReviewReason, one.outcome_reason, "REVIEW_REASON")
        made.add_row(
            str(one.index),
            one.rule_id or f"{one.category}.{one.medium}",
            colored(_advice(one.suggestion)),
            f"{outcome}, {reason}" if one.outcome else "",
            when(segment.span) if one.HasField("segment") else "",
            Text(one.reason or what),
        )
    return made


def _actions(actions: Iterable[review_pb2.ReviewAction]) -> Table:
    made = table("When", "Who", "What", "Why", "People advise", "Note")
    for one in actions:
        made.add_row(
            _clock(one.create_time),
            Text(one.reviewer),
            word(review_pb2.ReviewActionKind, one.kind, "REVIEW_ACTION_KIND"),
            word(review_pb2.ReviewReason, one.reason, "REVIEW_REASON"),
            colored(_advice(one.people_suggestion)),
            Text(one.note),
        )
    return made


def _advice(suggestion: analysis_pb2.Suggestion.ValueType) -> str:
    return word(analysis_pb2.Suggestion, suggestion, "SUGGESTION")
