"""`videre moderation …`, `videre verify-report`: why verdicts say what they say, and proof."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from videre.cli.commands import options as shared

app = typer.Typer(no_args_is_help=True, help="Why verdicts say what they say, and proof.")
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
    _name_subject(request, job, media)
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


@app.command()
def report(
    job: Job = "",
    media: Media = "",
    revision: Revision = 0,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; else the server's name.")
    ] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write a signed report of a verdict, for `videre verify-report`."""
    from videre.cli.console import say
    from videre.client import Videre
    from videre.v1 import moderation_pb2

    request = moderation_pb2.ExportVerdictReportRequest(revision=revision)
    _name_subject(request, job, media)
    with Videre(server) as client:
        made = client.moderation.report(request)
    path = output or Path(made.file_name)
    path.write_bytes(made.data)
    told = f"wrote {path}: {len(made.data)} bytes"
    say({"file": str(path), "size": len(made.data)}, told, as_json=json)


@app.command()
def key(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show the public key of signed reports."""
    import sys

    from videre.cli.console import print_json, say
    from videre.client import Videre

    with Videre(server) as client:
        found = client.moderation.report_key()
    if output is not None:
        output.write_text(found.public_key, encoding="ascii")
        say(found, f"wrote {output}: {found.fingerprint}", as_json=json)
    elif json:
        print_json(found)
    else:
        sys.stdout.write(found.public_key)


def verify_report(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    public_key: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="PEM file of whoever should have signed."),
    ] = None,
    media: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The media: its bytes are compared."),
    ] = None,
    json: shared.Json = False,
) -> None:
    """Check a signed report of a verdict, without a server; ends with 1 unless it holds."""
    from videre.cli.console import out, print_json
    from videre.cli.failures import CommandError
    from videre.cli.moderation_tables import check_lines
    from videre.cli.report_check import file_digest, read_key
    from videre.exports.verdict_report import Level, NoReportError, check_report

    key = read_key(public_key) if public_key is not None else None
    digest = file_digest(media) if media is not None else ""
    try:
        checks = check_report(file.read_bytes(), key, digest)
    except NoReportError as error:
        raise CommandError(f"{file}: {error}") from error
    if json:
        print_json([{"check": one.name, "level": one.level, "words": one.words} for one in checks])
    else:
        out().print(*check_lines(checks), sep="\n")
    if any(one.level is Level.FAILED for one in checks):
        raise typer.Exit(1)


def _name_subject(request: Any, job: str, media: str) -> None:
    """Say in a request which verdict is meant.

    Raises:
        typer.BadParameter: a job and a media are given.
    """
    if job and media:
        raise typer.BadParameter("give a job or --media, not both")
    if media:
        request.media_id = media
    else:
        request.job_id = job
