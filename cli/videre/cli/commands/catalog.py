"""`videre engines`."""

from __future__ import annotations

from typing import Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.exits import Exit

Card = Annotated[
    str, typer.Option("--card", help="The model card of this engine instead; needs no server.")
]


def engines(
    feature: Annotated[str, typer.Argument(help="Only engines of this feature.")] = "",
    card: Card = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List the engines of all services, installed or not; or show the model card of one."""
    from videre.cli.console import out, print_json
    from videre.cli.tables import engine_table
    from videre.client import Videre

    if card:
        _show(card, json)
        return
    with Videre(server) as client:
        found = client.list_engines(feature)
    if json:
        print_json(found)
    else:
        out().print(engine_table(found))


def _show(name: str, json: bool) -> None:
    """Print what is known of an engine's model.

    Raises:
        CommandError: there is no card of that name.
    """
    from dataclasses import asdict

    from videre.cli.console import out, print_json
    from videre.cli.failures import CommandError
    from videre.cli.tables import card_table
    from videre.common.manifest import packaged_manifest
    from videre.common.model_cards import packaged_cards

    cards = packaged_cards()
    if name not in cards:
        raise CommandError(f"no card of {name!r}; there are: {', '.join(cards)}", Exit.USAGE)
    files = [packaged_manifest()[model] for model in cards[name].models]
    if json:
        print_json({**asdict(cards[name]), "files": [asdict(file) for file in files]})
    else:
        out().print(card_table(cards[name], files))
