"""What the commands of `videre review` ask in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from videre.v1 import review_pb2

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
Reviewer = Annotated[
    str, typer.Option("--as", help="Who reviews, where that is not the caller (admin).")
]
Note = Annotated[str, typer.Option(help="Words for those who look later.")]


def review_filter(
    category: list[str] | None,
    severity: list[str] | None,
    overdue: bool,
    media: str,
    job: str,
    rule: str,
) -> review_pb2.ReviewFilter:
    """Return what a command asks for, of the reviews that are there.

    Raises:
        typer.BadParameter: a severity that there is none of.
    """
    from videre.v1 import review_pb2

    return review_pb2.ReviewFilter(
        categories=category or [], overdue=overdue, media_id=media, job_id=job, rule_id=rule,
        severities=[
            enum_value(review_pb2.ReviewSeverity, "REVIEW_SEVERITY", one) for one in severity or []
        ],
    )  # fmt: skip


def enum_value(enum: Any, prefix: str, name: str) -> Any:
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
