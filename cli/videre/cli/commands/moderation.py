"""`videre moderation …`: why verdicts say what they say."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from videre.cli.commands import options as shared

app = typer.Typer(no_args_is_help=True, help="Moderation: why verdicts say what they say.")
Job = Annotated[str, typer.Argument(metavar="[JOB]", help="Job id; or give --media.")]
Media = Annotated[str, typer.Option(help="Media id, instead of a job.")]
Revision = Annotated[
    int, typer.Option(min=0, help="Revision of the media's analysis; 0 = the latest.")
]


class Category(StrEnum):
    """What is looked for."""

    PORN = "porn"
    TERRORISM = "terrorism"
    POLITICAL = "political"
    PROHIBITED = "prohibited"
    AD = "ad"
    CUSTOM = "custom"


class Medium(StrEnum):
    """Where it is looked for."""

    IMAGE = "image"
    SPEECH = "speech"
    TEXT = "text"
    SOUND = "sound"
    METADATA = "metadata"


@app.command()
def explain(
    job: Job = "",
    media: Media = "",
    revision: Revision = 0,
    category: Annotated[Category | None, typer.Option(help="Only this category.")] = None,
    medium: Annotated[Medium | None, typer.Option(help="Only this medium.")] = None,
    segment: Annotated[
        int | None,
        typer.Option(min=0, help="Only this segment, 0 = the worst; with --category, --medium."),
    ] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Explain a verdict: rules, thresholds, segments, evidence, and what stayed below."""
    from videre.cli.console import out, print_json
    from videre.cli.moderation_tree import explanation_tree
    from videre.client import Videre
    from videre.v1 import moderation_pb2

    request = moderation_pb2.ExplainVerdictRequest(
        revision=revision, category=category or "", medium=medium or "", segment=segment
    )
    if media:
        request.media_id = media
    else:
        request.job_id = job
    if job and media:
        raise typer.BadParameter("give a job or --media, not both")
    with Videre(server) as client:
        found = client.moderation.explain(request)
    if json:
        print_json(found)
    else:
        out().print(explanation_tree(found))


@app.command()
def audit(
    media: Annotated[
        list[str] | None, typer.Option("--media", help="Only this media; may be repeated.")
    ] = None,
    job: Annotated[
        list[str] | None, typer.Option("--job", help="Only the media of this job; may be repeated.")
    ] = None,
    chain_only: Annotated[
        bool, typer.Option("--chain-only", help="Check the chain; judge nothing again.")
    ] = False,
    known: Annotated[
        str,
        typer.Option(metavar="NUMBER:DIGEST", help="A link that the chain must still have."),
    ] = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Judge again by the same versions, and check the chain; ends with 1 where anything differs."""
    from videre.cli.console import out, print_json
    from videre.cli.moderation_tables import is_sound, render_audit
    from videre.client import Videre
    from videre.v1 import moderation_pb2

    request = moderation_pb2.AuditVerdictsRequest(
        media_ids=media or (), job_ids=job or (), chain_only=chain_only
    )
    if known:
        number, _, digest = known.partition(":")
        if not number.isdecimal() or not digest:
            raise typer.BadParameter(f"{known!r} is not NUMBER:DIGEST")
        request.known_link_number, request.known_link_digest = int(number), digest
    with Videre(server) as client:
        found = client.moderation.audit(request)
    if json:
        print_json(found)
    else:
        out().print(*render_audit(found), sep="\n")
    if not is_sound(found):
        raise typer.Exit(1)
