"""`videre review …`: what a moderation template wants people to look at."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.commands import review_lessons
from videre.cli.commands import review_options as asked

if TYPE_CHECKING:
    from videre.v1 import review_pb2

app = typer.Typer(no_args_is_help=True, help="Reviews by people: list, claim, decide.")
Minutes = Annotated[float, typer.Option("--minutes", help="How long it is held, 0.17 to 480.")]
LeaseId = Annotated[str, typer.Option("--lease", help="Lease id; none = the one that is held.")]


class Outcome(StrEnum):
    """What is said."""

    UPHOLD = "uphold"
    OVERTURN = "overturn"
    ESCALATE = "escalate"


class Reason(StrEnum):
    """Why."""

    VIOLATION = "violation"
    FALSE_POSITIVE = "false-positive"
    CONTEXT = "context"
    CLEAN = "clean"
    RULES_UNCLEAR = "rules-unclear"
    SECOND_OPINION = "second-opinion"
    OTHER = "other"


@app.command("list")
def list_reviews(
    state: Annotated[
        list[str] | None,
        typer.Option(help="open, claimed, decided or superseded; none = open and claimed."),
    ] = None,
    category: asked.Categories = None,
    severity: asked.Severities = None,
    reviewer: Annotated[str, typer.Option(help="Only held or decided by this one.")] = "",
    overdue: asked.Overdue = False,
    media: asked.MediaId = "",
    job: asked.JobId = "",
    rule: asked.Rule = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List reviews, those due first first."""
    from videre.cli.console import out, print_json
    from videre.cli.review_tables import review_table
    from videre.client import Videre
    from videre.v1 import analysis_pb2

    wanted = asked.review_filter(category, severity, overdue, media, job, rule)
    wanted.reviewer = reviewer
    for one in state or []:
        wanted.states.append(asked.enum_value(analysis_pb2.ReviewState, "REVIEW_STATE", one))
    with Videre(server) as client:
        found = list(client.reviews.list(wanted))
    if json:
        print_json(found)
    else:
        out().print(review_table(found))


@app.command()
def show(
    review: asked.ReviewId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show a review: what was found, and what was done."""
    from videre.cli.console import out, print_json
    from videre.cli.review_tables import render_review
    from videre.client import Videre

    with Videre(server) as client:
        found = client.reviews.get(review)
    if json:
        print_json(found)
    else:
        out().print(*render_review(found), sep="\n")


@app.command()
def claim(
    review: Annotated[
        list[str] | None,
        typer.Argument(metavar="[REVIEW]...", help="None = the most urgent that nobody holds."),
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=100, help="How many, without REVIEW.")] = 1,
    minutes: Minutes = 15.0,
    category: asked.Categories = None,
    severity: asked.Severities = None,
    overdue: asked.Overdue = False,
    media: asked.MediaId = "",
    job: asked.JobId = "",
    rule: asked.Rule = "",
    reviewer: asked.Reviewer = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Take reviews to decide; nobody else can until the time is over."""
    from videre.cli.console import out, print_json
    from videre.cli.review_tables import review_table
    from videre.client import Videre
    from videre.v1 import review_pb2

    request = review_pb2.ClaimReviewsRequest(review_ids=review or [], reviewer=reviewer)
    request.lease.FromNanoseconds(round(minutes * 60e9))
    if not review:
        request.max_reviews = count
        request.filter.CopyFrom(asked.review_filter(category, severity, overdue, media, job, rule))
    with Videre(server) as client:
        found = list(client.reviews.claim(request))
    if json:
        print_json(found)
    elif found:
        out().print(review_table(found))
    else:
        out().print("nothing to review")


@app.command()
def renew(
    review: asked.ReviewId,
    minutes: Minutes = 15.0,
    lease: LeaseId = "",
    reviewer: asked.Reviewer = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Hold a review longer."""
    from videre.cli.console import say
    from videre.client import Videre
    from videre.v1 import review_pb2

    request = review_pb2.RenewReviewRequest(review_id=review, lease_id=lease, reviewer=reviewer)
    request.lease.FromNanoseconds(round(minutes * 60e9))
    with Videre(server) as client:
        found = client.reviews.renew(request)
    end = found.lease_end_time.ToJsonString()
    say(found, f"{found.claimed_by} holds {found.review_id} until {end}", as_json=json)


@app.command()
def release(
    review: asked.ReviewId,
    lease: LeaseId = "",
    reviewer: asked.Reviewer = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Give a review back to the queue."""
    from videre.cli.console import say
    from videre.client import Videre
    from videre.v1 import review_pb2

    request = review_pb2.ReleaseReviewRequest(review_id=review, lease_id=lease, reviewer=reviewer)
    with Videre(server) as client:
        found = client.reviews.release(request)
    say(found, f"{found.review_id} is back in the queue", as_json=json)


@app.command()
def decide(
    review: asked.ReviewId,
    outcome: Annotated[
        Outcome | None,
        typer.Argument(metavar="[OUTCOME]", help="uphold, overturn or escalate; of all findings."),
    ] = None,
    reason: Annotated[Reason | None, typer.Option(help="Why.")] = None,
    note: asked.Note = "",
    ruling: Annotated[
        list[str] | None,
        typer.Option(
            "--ruling",
            metavar="WHICH=OUTCOME:REASON",
            help="Of a finding (its number) or of category or category/medium; may be repeated.",
        ),
    ] = None,
    lease: LeaseId = "",
    reviewer: asked.Reviewer = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Say what holds of a review that was claimed."""
    from videre.cli.console import say
    from videre.cli.review_tables import told
    from videre.client import Videre
    from videre.v1 import review_pb2

    request = review_pb2.DecideReviewRequest(
        review_id=review, lease_id=lease, reviewer=reviewer, note=note,
        rulings=[_ruling(one) for one in ruling or []],
    )  # fmt: skip
    if outcome is not None:
        request.outcome = asked.enum_value(review_pb2.ReviewOutcome, "REVIEW_OUTCOME", outcome)
    if reason is not None:
        request.reason = asked.enum_value(review_pb2.ReviewReason, "REVIEW_REASON", reason)
    with Videre(server) as client:
        answer = client.reviews.decide(request)
    say(answer, told(answer.review), as_json=json)


@app.command()
def appeal(
    review: asked.ReviewId,
    note: Annotated[str, typer.Option(help="Why.")],
    author: Annotated[str, typer.Option(help="Who appeals, where that is not the caller.")] = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Have a decision looked at by another reviewer."""
    from videre.cli.console import say
    from videre.cli.review_tables import told
    from videre.client import Videre
    from videre.v1 import review_pb2

    request = review_pb2.AppealReviewRequest(review_id=review, note=note, author=author)
    with Videre(server) as client:
        found = client.reviews.appeal(request)
    say(found, told(found), as_json=json)


@app.command()
def undo(
    review: asked.ReviewId,
    note: asked.Note = "",
    reviewer: asked.Reviewer = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Take your last decision back, soon after it was made; you hold the review again."""
    from videre.cli.console import say
    from videre.cli.review_tables import told
    from videre.client import Videre
    from videre.v1 import review_pb2

    request = review_pb2.UndoDecisionRequest(review_id=review, note=note, reviewer=reviewer)
    with Videre(server) as client:
        found = client.reviews.undo(request)
    say(found, told(found), as_json=json)


app.command()(review_lessons.similar)
app.command()(review_lessons.same)
app.command()(review_lessons.rates)
app.command()(review_lessons.learn)
app.command("export")(review_lessons.export_labels)


def _ruling(text: str) -> review_pb2.ReviewRuling:
    from videre.v1 import review_pb2

    which, _, said = text.partition("=")
    outcome, _, reason = said.partition(":")
    made = review_pb2.ReviewRuling(
        outcome=asked.enum_value(review_pb2.ReviewOutcome, "REVIEW_OUTCOME", outcome),
        reason=asked.enum_value(review_pb2.ReviewReason, "REVIEW_REASON", reason),
    )
    if which.isascii() and which.isdigit():
        made.finding = int(which)
    else:
        made.category, _, made.medium = which.partition("/")
    return made
