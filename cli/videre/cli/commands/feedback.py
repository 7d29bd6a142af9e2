"""`videre feedback …`: corrections of analyses."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from videre.v1 import feedback_pb2

app = typer.Typer(no_args_is_help=True, help="Feedback: add, list, import from Label Studio.")


class Kind(StrEnum):
    """Kinds of corrections, as options."""

    WRONG = "wrong"
    MISSING = "missing"
    PERSON = "person"
    TEXT = "text"
    COMMENT = "comment"


Media = Annotated[str, typer.Option(help="Media id, instead of a job.")]
Teaches = Annotated[
    str, typer.Option("--library", help="Library that learns: of persons or pictures.")
]


@app.command()
def add(
    kind: Annotated[Kind, typer.Argument(help="What the correction says.")],
    job: Annotated[str, typer.Option(help="Job whose analysis it is about.")] = "",
    media: Media = "",
    in_list: Annotated[
        str, typer.Option("--list", help="List of the statement, such as labels.")
    ] = "",
    node: Annotated[str, typer.Option(help="Taxonomy node, such as animal.dog.")] = "",
    name: Annotated[str, typer.Option(help="What it is, where no node says it; who it is.")] = "",
    person: Annotated[str, typer.Option(help="Id of the person in the analysis.")] = "",
    text: Annotated[str, typer.Option(help="The words as the analysis has them.")] = "",
    corrected: Annotated[str, typer.Option(help="The words as they should be.")] = "",
    start: shared.Start = None,
    end: shared.End = None,
    box: Annotated[
        list[str] | None,
        typer.Option(metavar="FRAME:X,Y,W,H", help="Where, in shares of the picture; repeatable."),
    ] = None,
    comment: Annotated[str, typer.Option(help="A comment.")] = "",
    library: Teaches = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Say what is wrong with an analysis, or missing in it."""
    from videre.cli.console import out, print_json
    from videre.client import Videre
    from videre.v1 import feedback_pb2

    correction = feedback_pb2.Correction(
        kind=feedback_pb2.CorrectionKind.Value(f"CORRECTION_KIND_{kind.name}"),
        list=in_list, node_id=node, name=name, person_id=person, text=text,
        corrected_text=corrected, comment=comment, boxes=[_box(one) for one in box or []],
    )  # fmt: skip
    if start is not None or end is not None:
        correction.span.start_offset.FromNanoseconds(round((start or 0) * 1e9))
        correction.span.end_offset.FromNanoseconds(round((end or start or 0) * 1e9))
    request = feedback_pb2.SubmitFeedbackRequest(
        source="cli", corrections=[correction], library_id=library
    )
    if media:
        request.media_id = media
    else:
        request.job_id = job
    with Videre(server) as client:
        answer = client.submit_feedback(request)
    if json:
        print_json(answer)
        return
    out().print(f"stored {answer.feedback_ids[0]} with media {answer.media_id}")
    for lesson in answer.lessons:
        what = "not this" if lesson.negative else "this"
        out().print(f"{library} learned: {lesson.entry_id}, {what}", markup=False)


def _box(text: str) -> feedback_pb2.CorrectionBox:
    """Return a box that is written as FRAME:X,Y,WIDTH,HEIGHT.

    Raises:
        typer.BadParameter: it is not.
    """
    from videre.v1 import feedback_pb2, types_pb2

    frame, _, sides = text.partition(":")
    try:
        x, y, width, height = (float(side) for side in sides.split(","))
        where = types_pb2.BoundingBox(x=x, y=y, width=width, height=height)
        return feedback_pb2.CorrectionBox(frame=int(frame), box=where)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no FRAME:X,Y,W,H") from None


@app.command("list")
def list_feedback(
    job: Annotated[str, typer.Option(help="Only of this job's analysis.")] = "",
    media: Media = "",
    kind: Annotated[list[Kind] | None, typer.Option(help="May be repeated.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most shown.")] = 100,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List feedback, oldest first."""
    from itertools import islice

    from videre.cli.console import out, print_json
    from videre.cli.tables import feedback_table
    from videre.client import Videre
    from videre.v1 import feedback_pb2

    kinds = [feedback_pb2.CorrectionKind.Value(f"CORRECTION_KIND_{one.name}") for one in kind or []]
    with Videre(server) as client:
        listed = client.list_feedback(job_id=job, media_id=media, kinds=kinds)
        found = list(islice(listed, limit))
    if json:
        print_json(found)
    else:
        out().print(feedback_table(found, of_one=bool(job or media)))


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="JSON of Label Studio.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what it would store.")
    ] = False,
    library: Teaches = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Store what annotators changed in Label Studio; a file may be imported again."""
    from videre.cli.console import out, print_json
    from videre.cli.feedback_import import import_annotations, outcome_dict
    from videre.cli.tables import import_table
    from videre.client import Videre

    with Videre(server) as client:
        outcomes = import_annotations(
            client, file.read_bytes(), dry_run=dry_run, library_id=library
        )
    if json:
        print_json([outcome_dict(outcome) for outcome in outcomes])
    else:
        out().print(import_table(outcomes))
