"""`videre eval`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.exits import Exit

if TYPE_CHECKING:
    from videre.cli.evaluation.report import Evaluation
    from videre.cli.evaluation.run import Wanted

app = typer.Typer(
    invoke_without_command=True, help="Measure the suite on media of which the truth is known."
)


@app.callback()
def evaluate(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Option("--set", metavar="DIR", help="Folder of media with a truth.json."),
    ] = None,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option(metavar="A B", help="Show two evaluations (JSON files) beside each other."),
    ] = None,
    each: Annotated[
        str, typer.Option(metavar="FEATURE", help="Measure every installed engine of a feature.")
    ] = "",
    engine: shared.EnginePins = None,
    features: Annotated[
        str, typer.Option(help="Features to look for, by commas; empty = what the truth needs.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write eval.json and eval.html here, worst cases too."),
    ] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Measure the suite on media of which the truth is known (docs/truth_format.md)."""
    if context.invoked_subcommand is not None:
        return
    if (folder is None) == (compare is None):
        raise typer.BadParameter("give either --set DIR or --compare A B")
    if compare is not None:
        _compare(compare, as_json=json)
        return
    import asyncio

    from videre.cli.evaluation.run import Wanted
    from videre.cli.evaluation.truth import TruthError, load_set
    from videre.cli.failures import CommandError

    assert folder is not None
    try:
        truths = load_set(folder)
    except (OSError, TruthError) as error:
        raise CommandError(f"no set: {error}") from error
    if not truths:
        raise CommandError(f"none of the media that {folder}/truth.json names is there")
    wanted = Wanted(
        name=", ".join(engine or ()) or "auto",
        folder=folder.absolute(),
        truths=truths,
        features=tuple(shared.parse_list(features)),
        pins=tuple(shared.parse_pins(engine)),
    )
    found = asyncio.run(_measure(server, wanted, each))
    _show(found, out, as_json=json)
    if any(one.failed for one in found):
        raise typer.Exit(int(Exit.JOB))


async def _measure(server: str, wanted: Wanted, each: str) -> list[Evaluation]:
    from videre.cli.console import err
    from videre.cli.evaluation.run import each_engine, evaluate
    from videre.cli.failures import CommandError
    from videre.client import AsyncVidere

    def tell(line: str) -> None:
        err().print(line, markup=False)

    async with AsyncVidere(server) as client:
        if not each:
            return [await evaluate(client, wanted, tell)]
        found = await each_engine(client, wanted, each, tell)
        if not found:
            raise CommandError(
                f"no engine of {each!r} is available, or no media of the set tells anything of it"
            )
        return found


def _show(found: list[Evaluation], folder: Path | None, *, as_json: bool) -> None:
    import json

    from videre.cli.console import out, print_json
    from videre.cli.evaluation.page import evaluation_page
    from videre.cli.evaluation.report import as_data
    from videre.cli.evaluation.tables import engines_table, figure_table

    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for one in found:
            name = "eval" if len(found) == 1 else f"eval-{one.name}"
            text = json.dumps(as_data(one), ensure_ascii=False, indent=1) + "\n"
            (folder / f"{name}.json").write_text(text, encoding="utf-8")
        (folder / "eval.html").write_text(evaluation_page(found), encoding="utf-8")
    if as_json:
        print_json([as_data(one) for one in found])
        return
    out().print(figure_table(found[0]) if len(found) == 1 else engines_table(found))
    for line in (line for one in found for line in one.failed):
        out().print(line, markup=False)
    if folder is not None:
        out().print(f"wrote {folder / 'eval.html'}", markup=False)


def _compare(paths: tuple[Path, Path], *, as_json: bool) -> None:
    from dataclasses import asdict, replace

    from videre.cli.console import out, print_json
    from videre.cli.evaluation.compare import compare
    from videre.cli.evaluation.report import ReportError, read
    from videre.cli.evaluation.tables import comparison_table
    from videre.cli.failures import CommandError

    try:
        first, second = map(read, paths)
    except ReportError as error:
        raise CommandError(str(error)) from error
    if first.name == second.name:
        first, second = (
            replace(one, name=path.stem) for one, path in zip((first, second), paths, strict=True)
        )
    if as_json:
        print_json([asdict(row) for row in compare(first, second)])
    else:
        out().print(comparison_table(first, second))


@app.command("import")
def import_truth(
    source: Annotated[Path, typer.Argument(help="The annotation: a file, or its folder.")],
    folder: Annotated[
        Path, typer.Option("--set", metavar="DIR", help="Folder of the media; gets a truth.json.")
    ],
    form: Annotated[
        str,
        typer.Option("--from", help="coco, icdar, librispeech, audioset, label-studio or cvat."),
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a truth.json that is there.")
    ] = False,
    json: shared.Json = False,
) -> None:
    """Make a truth.json of a public data set's annotation."""
    from json import dumps

    from videre.cli.console import say
    from videre.cli.evaluation.imports import READERS
    from videre.cli.evaluation.truth import TRUTH_FILE
    from videre.cli.failures import CommandError

    if form not in READERS:
        raise typer.BadParameter(f"one of {', '.join(READERS)}", param_hint="--from")
    target = folder / TRUTH_FILE
    if target.exists() and not replace:
        raise CommandError(f"{target} is there; --replace replaces it")
    try:
        entries = READERS[form](source, folder)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CommandError(f"{source} is not in the form of {form}: {error}") from error
    if not entries:
        raise CommandError(f"no media of {folder} is named by {source}")
    text = dumps({"files": entries}, ensure_ascii=False, indent=1) + "\n"
    target.write_text(text, encoding="utf-8")
    say({"truth": str(target), "media": len(entries)}, f"wrote {target}: {len(entries)} media",
        as_json=json)  # fmt: skip
