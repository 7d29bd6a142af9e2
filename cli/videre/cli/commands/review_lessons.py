"""`videre review …`: the same said of similar reviews, and what is learned of decisions."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.commands import review_options as asked
from videre.cli.exits import Exit


class Form(StrEnum):
    """A form of labels."""

    CSV = "csv"
    JSONL = "jsonl"


def similar(
    review: asked.ReviewId,
    count: Annotated[int, typer.Option(min=1, max=100, help="How many at most.")] = 20,
    reviewer: asked.Reviewer = "",
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


def same(
    review: asked.ReviewId,
    similar: Annotated[
        list[str], typer.Argument(metavar="SIMILAR...", help="Reviews that `similar` showed.")
    ],
    note: asked.Note = "",
    reviewer: asked.Reviewer = "",
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


def learn(
    review: Annotated[list[str], typer.Argument(metavar="REVIEW...", help="Decided reviews.")],
    template: Annotated[str, typer.Option(help="Own template that lets phrases pass.")] = "",
    phrase: Annotated[
        list[str] | None,
        typer.Option(help="This instead of the words around the finding; may be repeated."),
    ] = None,
    library: Annotated[
        str,
        typer.Option(help="Own library of hashes that pass, or of persons or pictures that learn."),
    ] = "",
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
    for shown in answer.samples:
        learns = "would learn" if check else "learns"
        out().print(
            f"{library} {learns}: finding {shown.finding} of {shown.review_id} is not "
            f"{shown.entry_id}", markup=False, soft_wrap=True,
        )  # fmt: skip
    if not answer.phrases and not answer.hashes and not answer.samples:
        out().print("nothing new to learn")


def export_labels(
    form: Annotated[Form, typer.Option("--format", help="csv or jsonl.")] = Form.CSV,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    category: asked.Categories = None,
    media: asked.MediaId = "",
    rule: asked.Rule = "",
    server: shared.Server = shared.DEFAULT_SERVER,
) -> None:
    """Write decided findings as labels: what was found, and whether it holds."""
    import sys

    from videre.client import Videre
    from videre.exports import review_labels
    from videre.v1 import analysis_pb2

    wanted = asked.review_filter(category, None, False, media, "", rule)
    wanted.states.append(analysis_pb2.REVIEW_STATE_DECIDED)
    with Videre(server) as client:
        found = [client.reviews.get(one.review_id) for one in client.reviews.list(wanted)]
    make = review_labels.to_csv if form is Form.CSV else review_labels.to_json_lines
    if output is None:
        sys.stdout.write(make(found))
    else:
        output.write_text(make(found), encoding="utf-8", newline="")
