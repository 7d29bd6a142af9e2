"""`videre review …`: what a moderation template wants people to look at."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from videre.cli.commands import options as shared
from videre.cli.exits import Exit

if TYPE_CHECKING:
    from videre.v1 import review_pb2

app = typer.Typer(no_args_is_help=True, help="Reviews by people: list, claim, decide.")
ReviewId = Annotated[str, typer.Argument(metavar="REVIEW", help="Review id.")]
Categories = Annotated[
    list[str] | None, typer.Option("--category", help="Only about this; may be repeated.")
]
Severities = Annotated[
    list[str] | None,
    typer.Option("--severity", help="Only low, medium, high or critical; may be repeated."),
]
Overdue = Annotated[bool, typer.Option("--overdue", help="Only what should be decided by now.")]
MediaId = Annotated[str, typer.Option("--media", help="Only of this media.")]
JobId = Annotated[str, typer.Option("--job", help="Only of this job's analysis.")]
Rule = Annotated[str, typer.Option("--rule", help="Only with a finding of it, as porn.image.")]
Minutes = Annotated[float, typer.Option("--minutes", help="How long it is held, 0.17 to 480.")]
Reviewer = Annotated[
    str, typer.Option("--as", help="Who reviews, where that is not the caller (admin).")
]
LeaseId = Annotated[str, typer.Option("--lease", help="Lease id; none = the one that is held.")]
Note = Annotated[str, typer.Option(help="Words for those who look later.")]


class Outcome(StrEnum):
    """What is said."""

    UPHOLD = "uphold"
    OVERTURN = "overturn"
    ESCALATE = "escalate"


class Form(StrEnum):
    """A form of labels."""

    CSV = "csv"
    JSONL = "jsonl"


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
    category: Categories = None,
    severity: Severities = None,
    reviewer: Annotated[str, typer.Option(help="Only held or decided by this one.")] = "",
    overdue: Overdue = False,
    media: MediaId = "",
    job: JobId = "",
    rule: Rule = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List reviews, those due first first."""
    from videre.cli.console import out, print_json
    from videre.cli.review_tables import review_table
    from videre.client import Videre
    from videre.v1 import analysis_pb2

    wanted = _filter(category, severity, overdue, media, job, rule)
    wanted.reviewer = reviewer
    for one in state or []:
        wanted.states.append(_value(analysis_pb2.ReviewState, "REVIEW_STATE", one))
    with Videre(server) as client:
        found = list(client.reviews.list(wanted))
    if json:
        print_json(found)
    else:
        out().print(review_table(found))


@app.command()
def show(
    review: ReviewId,
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
    category: Categories = None,
    severity: Severities = None,
    overdue: Overdue = False,
    media: MediaId = "",
    job: JobId = "",
    rule: Rule = "",
    reviewer: Reviewer = "",
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
        request.filter.CopyFrom(_filter(category, severity, overdue, media, job, rule))
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
    review: ReviewId,
    minutes: Minutes = 15.0,
    lease: LeaseId = "",
    reviewer: Reviewer = "",
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
    review: ReviewId,
    lease: LeaseId = "",
    reviewer: Reviewer = "",
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
    review: ReviewId,
    outcome: Annotated[
        Outcome | None,
        typer.Argument(metavar="[OUTCOME]", help="uphold, overturn or escalate; of all findings."),
    ] = None,
    reason: Annotated[Reason | None, typer.Option(help="Why.")] = None,
    note: Note = "",
    ruling: Annotated[
        list[str] | None,
        typer.Option(
            "--ruling",
            metavar="WHICH=OUTCOME:REASON",
            help="Of a finding (its number) or of category or category/medium; may be repeated.",
        ),
    ] = None,
    lease: LeaseId = "",
    reviewer: Reviewer = "",
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
        request.outcome = _value(review_pb2.ReviewOutcome, "REVIEW_OUTCOME", outcome)
    if reason is not None:
        request.reason = _value(review_pb2.ReviewReason, "REVIEW_REASON", reason)
    with Videre(server) as client:
        answer = client.reviews.decide(request)
    say(answer, told(answer.review), as_json=json)


@app.command()
def appeal(
    review: ReviewId,
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
    review: ReviewId,
    note: Note = "",
    reviewer: Reviewer = "",
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


@app.command()
def similar(
    review: ReviewId,
    count: Annotated[int, typer.Option(min=1, max=100, help="How many at most.")] = 20,
    reviewer: Reviewer = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show reviews that are about the same as one."""
    from videre.cli.console import out, print_json
    from videre.cli.review_tables import similar_table
    from videre.client import Videre
    from videre.v1 import review_pb2

    request = review_pb2.ListSimilarReviewsRequest(
        review_id=review, max_reviews=count, reviewer=reviewer
    )
    with Videre(server) as client:
        found = list(client.reviews.similar(request))
    if json:
        print_json(found)
    else:
        out().print(similar_table(found))


@app.command()
def same(
    review: ReviewId,
    similar: Annotated[
        list[str], typer.Argument(metavar="SIMILAR...", help="Reviews that `similar` showed.")
    ],
    note: Note = "",
    reviewer: Reviewer = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Say of similar reviews what was said of REVIEW."""
    from videre.cli.console import out, print_json
    from videre.cli.review_tables import told
    from videre.client import Videre
    from videre.v1 import review_pb2

    request = review_pb2.DecideSimilarReviewsRequest(
        review_id=review, similar_review_ids=similar, note=note, reviewer=reviewer
    )
    with Videre(server) as client:
        answer = client.reviews.decide_similar(request)
    if json:
        print_json(answer)
    else:
        for one in answer.reviews:
            out().print(told(one), markup=False)
        for miss in answer.not_decided:
            out().print(f"{miss.review_id}: {miss.reason}: {miss.message}", markup=False)
    if answer.not_decided:
        raise typer.Exit(int(Exit.ERROR))


@app.command()
def rates(
    template: Annotated[str, typer.Option(help="Only of this template, id or id@version.")] = "",
    limit: Annotated[
        float, typer.Option(min=0, max=1, help="Flag rules overturned more often than this.")
    ] = 0.5,
    least: Annotated[int, typer.Option(min=1, help="Of at least so many reviews.")] = 20,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show, per rule, how often people overturned what it found."""
    from videre.cli.console import out, print_json
    from videre.cli.review_tables import rate_table
    from videre.client import Videre
    from videre.v1 import review_pb2

    request = review_pb2.GetRuleRatesRequest(
        template=template, max_overturn_rate=limit, min_reviews=least
    )
    with Videre(server) as client:
        found = client.reviews.rates(request)
    if json:
        print_json(found)
    else:
        out().print(rate_table(found))


@app.command()
def learn(
    review: Annotated[list[str], typer.Argument(metavar="REVIEW...", help="Decided reviews.")],
    template: Annotated[str, typer.Option(help="Own template that lets phrases pass.")] = "",
    phrase: Annotated[
        list[str] | None,
        typer.Option(help="This instead of the words around the finding; may be repeated."),
    ] = None,
    library: Annotated[str, typer.Option(help="Own library of hashes that pass.")] = "",
    check: Annotated[bool, typer.Option("--check", help="Check only; store nothing.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write the template to.")
    ] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Make of what was overturned what moderation lets pass."""
    from videre.cli.console import out, print_json
    from videre.client import Videre
    from videre.v1 import review_pb2

    request = review_pb2.LearnFromReviewsRequest(
        review_ids=review, template_id=template, phrases=phrase or [], library_id=library,
        validate_only=check,
    )  # fmt: skip
    with Videre(server) as client:
        answer = client.reviews.learn(request)
    if output is not None:
        output.write_text(answer.yaml, encoding="utf-8")
    if json:
        print_json(answer)
        return
    would = "would let pass" if check else "lets pass"
    for one in answer.phrases:
        out().print(f"{answer.template} {would}: {one}", markup=False)
    for found in answer.hashes:
        out().print(f"{library} {would}: {found.value}", markup=False)
    if not answer.phrases and not answer.hashes:
        out().print("nothing new to learn")


@app.command("export")
def export_labels(
    form: Annotated[Form, typer.Option("--format", help="csv or jsonl.")] = Form.CSV,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    category: Categories = None,
    media: MediaId = "",
    rule: Rule = "",
    server: shared.Server = shared.DEFAULT_SERVER,
) -> None:
    """Write decided findings as labels: what was found, and whether it holds."""
    import sys

    from videre.client import Videre
    from videre.exports import review_labels
    from videre.v1 import analysis_pb2

    wanted = _filter(category, None, False, media, "", rule)
    wanted.states.append(analysis_pb2.REVIEW_STATE_DECIDED)
    with Videre(server) as client:
        found = [client.reviews.get(one.review_id) for one in client.reviews.list(wanted)]
    make = review_labels.to_csv if form is Form.CSV else review_labels.to_json_lines
    if output is None:
        sys.stdout.write(make(found))
    else:
        output.write_text(make(found), encoding="utf-8", newline="")


def _filter(
    category: list[str] | None,
    severity: list[str] | None,
    overdue: bool,
    media: str,
    job: str,
    rule: str,
) -> review_pb2.ReviewFilter:
    from videre.v1 import review_pb2

    return review_pb2.ReviewFilter(
        categories=category or [], overdue=overdue, media_id=media, job_id=job, rule_id=rule,
        severities=[
            _value(review_pb2.ReviewSeverity, "REVIEW_SEVERITY", one) for one in severity or []
        ],
    )  # fmt: skip


def _value(enum: Any, prefix: str, name: str) -> Any:
    """Return the value that a name means, as "false-positive".

    Raises:
        typer.BadParameter: there is none.
    """
    found = f"{prefix}_{name.upper().replace('-', '_')}"
    names = enum.keys()[1:]
    if found not in names:
        known = [one.removeprefix(f"{prefix}_").lower().replace("_", "-") for one in names]
        raise typer.BadParameter(f"{name!r} is none of {', '.join(known)}")
    return enum.Value(found)


def _ruling(text: str) -> review_pb2.ReviewRuling:
    from videre.v1 import review_pb2

    which, _, said = text.partition("=")
    outcome, _, reason = said.partition(":")
    made = review_pb2.ReviewRuling(
        outcome=_value(review_pb2.ReviewOutcome, "REVIEW_OUTCOME", outcome),
        reason=_value(review_pb2.ReviewReason, "REVIEW_REASON", reason),
    )
    if which.isascii() and which.isdigit():
        made.finding = int(which)
    else:
        made.category, _, made.medium = which.partition("/")
    return made
