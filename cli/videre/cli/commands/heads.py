"""`videre train-head`, `videre library restore-head`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.exits import Exit

if TYPE_CHECKING:
    from videre.v1 import library_pb2

Library = Annotated[str, typer.Argument(metavar="LIBRARY", help="Library of heads.")]
Head = Annotated[str, typer.Argument(metavar="HEAD", help="Id of the head.")]
Etag = Annotated[str, typer.Option(help="Refuse unless the library has this etag.")]


def train_head(
    library: Library,
    head: Head,
    feedback: Annotated[
        bool, typer.Option("--feedback", help="Learn from stored feedback about its label.")
    ] = False,
    folder: Annotated[
        Path | None, typer.Option("--set", metavar="DIR", help="Learn from a set with truth.json.")
    ] = None,
    label: Annotated[
        str, typer.Option("--label", help="With --set: label of the truth; empty = the head's id.")
    ] = "",
    example: Annotated[
        list[str] | None,
        typer.Option("--example", metavar="MEDIA[@S-S]", help="Shows it; may be repeated."),
    ] = None,
    other: Annotated[
        list[str] | None,
        typer.Option("--not", metavar="MEDIA[@S-S]", help="Does not show it; may be repeated."),
    ] = None,
    name: Annotated[str, typer.Option(help="Name that answers show.")] = "",
    node: Annotated[str, typer.Option(help="Taxonomy node that it speaks for.")] = "",
    engine: Annotated[
        str, typer.Option(help="name@version of the embeddings; empty = what most media have.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Fit and measure; keep nothing.")] = (
        False
    ),
    etag: Etag = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Fit a classifier to labelled media; kept where it is better than the one there."""
    from videre.cli.console import out, print_json
    from videre.cli.head_tables import head_table
    from videre.client import Videre
    from videre.v1 import library_pb2

    request = library_pb2.TrainHeadRequest(
        library_id=library, entry_id=head, name=name, node_id=node, from_feedback=feedback,
        engine=engine, validate_only=dry_run, etag=etag,
    )  # fmt: skip
    request.examples.extend(_example(text, negative=False) for text in example or ())
    request.examples.extend(_example(text, negative=True) for text in other or ())
    if folder is not None:
        request.examples.extend(_examples_of(server, folder, label or head))
    with Videre(server) as client:
        answer = client.libraries.train_head(request)
    if json:
        print_json(answer)
    else:
        out().print(head_table(answer))
        kept = "would be kept" if dry_run else f"kept as version {answer.entry.version}"
        said = kept if answer.kept else "not kept: what is there is at least as good"
        out().print(said, markup=False)
    if not answer.kept:
        raise typer.Exit(int(Exit.JOB))


def restore_head(
    library: Library,
    head: Head,
    version: Annotated[
        int, typer.Option(min=0, help="Version of the form; 0 = the one before the present one.")
    ] = 0,
    etag: Etag = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Bring an earlier form of a head back."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        answer = client.libraries.restore_head(library, head, version=version, etag=etag)
    say(answer, f"restored {head}, now version {answer.entry.version}", as_json=json)


def _example(text: str, *, negative: bool) -> library_pb2.HeadExample:
    """Return MEDIA or MEDIA@START-END, in seconds, as an example.

    Raises:
        typer.BadParameter: it is neither.
    """
    from videre.v1 import library_pb2

    media_id, at, times = text.partition("@")
    made = library_pb2.HeadExample(media_id=media_id, negative=negative)
    if at:
        try:
            start, end = (float(part) for part in times.split("-"))
            made.start_offset.FromNanoseconds(round(start * 1e9))
            made.end_offset.FromNanoseconds(round(end * 1e9))
        except (ValueError, OverflowError) as error:
            raise typer.BadParameter(f"{text!r} is not MEDIA@START-END in seconds") from error
    return made


def _examples_of(server: str, folder: Path, label: str) -> list[library_pb2.HeadExample]:
    """Return the media of a set that tell of a label; those not analysed yet are."""
    import asyncio

    from videre.cli.console import err
    from videre.cli.evaluation.jobs import analyse
    from videre.cli.evaluation.truth import TruthError, load_set
    from videre.cli.failures import CommandError
    from videre.client import AsyncVidere
    from videre.v1 import library_pb2

    try:
        known = {one.path: one.labels for one in load_set(folder) if one.labels is not None}
    except (OSError, TruthError) as error:
        raise CommandError(f"no set: {error}") from error
    if not any(label in labels for labels in known.values()):
        raise CommandError(f"no media of {folder} has the label {label!r}")

    async def run() -> list[library_pb2.HeadExample]:
        async with AsyncVidere(server) as client:
            outcomes = await analyse(
                client, list(known), patience_s=3_600,
                tell=lambda line: err().print(line, markup=False),
                features=("shots", "classes", "landmarks"),
            )  # fmt: skip
        failed = [f"{one.path.name}: {one.error}" for one in outcomes if one.error]
        if failed:
            raise CommandError("; ".join(failed))
        return [
            library_pb2.HeadExample(
                media_id=one.job.media_id, negative=label not in known[one.path]
            )
            for one in outcomes
        ]

    return asyncio.run(run())
