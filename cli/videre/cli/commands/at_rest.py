"""`videre at-rest …`: keys of what is stored, on the machine of the data folder."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, help="Keys of what is stored; on the machine of the data folder."
)
Json = Annotated[bool, typer.Option("--json", help="Print an object of JSON on each line.")]


@app.command()
def reseal(
    new_data_key: Annotated[
        bool, typer.Option("--new-data-key", help="Give the database another data key first.")
    ] = False,
    json: Json = False,
) -> None:
    """Seal everything as new things are sealed, beside orchestrators at work; may be repeated.

    Ends with 1 where files wait until no job runs.
    """
    _run("reseal", *(["--new-data-key"] if new_data_key else []), json=json)


@app.command()
def find(json: Json = False) -> None:
    """Look for words, one a line of the standard input, in the files as they lie.

    Ends with 1 where one is found.
    """
    _run("find", json=json)


def _run(*command: str, json: bool) -> None:
    import subprocess
    import sys

    module = [sys.executable, "-m", "videre.orchestrator.at_rest"]
    ended = subprocess.run([*module, *(["--json"] if json else []), *command], check=False)
    raise typer.Exit(ended.returncode)
