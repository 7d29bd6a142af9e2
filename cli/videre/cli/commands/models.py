"""`videre models …`: the model files of this machine's engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.exits import Exit

if TYPE_CHECKING:
    from videre.common.manifest import ModelEntry
    from videre.common.models import ModelStore

app = typer.Typer(no_args_is_help=True, help="Model files: list, pull, verify, where.")
Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Models; none = all of the tier.")
]
Tier = Annotated[str, typer.Option(help="bundled, standard, extended, torch; empty = all.")]


def _store() -> ModelStore:
    from videre.common.config import Settings
    from videre.common.manifest import packaged_manifest
    from videre.common.models import ModelStore

    settings = Settings()
    return ModelStore(packaged_manifest(), settings.models_path, settings.model_mirror)


def _chosen(store: ModelStore, names: list[str] | None, tier: str) -> list[ModelEntry]:
    """Return the named models, or all of a tier.

    Raises:
        CommandError: a name is unknown.
    """
    from videre.cli.failures import CommandError

    entries = {entry.name: entry for entry in store.entries()}
    if unknown := [name for name in names or [] if name not in entries]:
        raise CommandError(f"no such model: {', '.join(unknown)}", Exit.USAGE)
    if names:
        return [entries[name] for name in names]
    return [entry for entry in entries.values() if tier in ("", entry.tier)]


@app.command("list")
def list_models(tier: Tier = "", json: shared.Json = False) -> None:
    """List the models that engines use, and which are here."""
    from dataclasses import asdict

    from videre.cli.console import out, print_json
    from videre.cli.formatting import size
    from videre.cli.tables import colored, table

    store = _store()
    entries = _chosen(store, None, tier)
    if json:
        print_json([{**asdict(item), "missing": store.missing([item.name])} for item in entries])
        return
    rows = table("Model", "Task", "Tier", "Size", "State", "From", "Licence", numbers=["Size"])
    for entry in entries:
        state = colored("missing" if store.missing([entry.name]) else "available")
        words = (entry.name, entry.task, entry.tier, size(entry.bytes))
        rows.add_row(*words, state, entry.way, entry.licence)
    out().print(rows)


@app.command()
def pull(names: Names = None, tier: Tier = "standard", json: shared.Json = False) -> None:
    """Get model files: from the mirror if there is one, else from their public places."""
    _each(names, tier, json, lambda store, name: str(store.pull(name)))


@app.command()
def verify(names: Names = None, tier: Tier = "", json: shared.Json = False) -> None:
    """Read model files and compare their digests; missing ones are named."""

    def check(store: ModelStore, name: str) -> str:
        store.verify(name)
        return "as it should be"

    _each(names, tier, json, check)


@app.command()
def where(names: Names = None, tier: Tier = "", json: shared.Json = False) -> None:
    """Say where model files lie, or how to get them."""
    from videre.cli.console import out, print_json

    store = _store()
    lines = {entry.name: store.where(entry.name) for entry in _chosen(store, names, tier)}
    if json:
        print_json(lines)
        return
    for line in lines.values():
        out().print(line, markup=False, soft_wrap=True)


def _each(
    names: list[str] | None, tier: str, json: bool, act: Callable[[ModelStore, str], str]
) -> None:
    """Do something for each model; go on after a failure, and end with an error then."""
    from videre.cli.console import out, print_json
    from videre.common.errors import VidereError

    store = _store()
    failed = False
    for entry in _chosen(store, names, tier):
        try:
            word, good = act(store, entry.name), True
        except VidereError as error:
            word, good = error.message, False
        failed = failed or not good
        if json:
            print_json({"model": entry.name, "ok": good, "message": word}, line=True)
        else:
            line = f"{'ok    ' if good else 'failed'} {entry.name}: {word}"
            out().print(line, markup=False, soft_wrap=True)
    if failed:
        raise typer.Exit(int(Exit.ERROR))
