"""`videre doctor` and `videre config`."""

from __future__ import annotations

import typer

from videre.cli.commands import options as shared
from videre.cli.exits import Exit

config = typer.Typer(no_args_is_help=True, help="Configuration.")


def doctor(server: shared.Server = shared.DEFAULT_SERVER, json: shared.Json = False) -> None:
    """Look at configuration, ports, store, models and versions, and give plain advice."""
    from dataclasses import asdict

    from videre.cli.console import out, print_json
    from videre.cli.diagnosis import Level, diagnose
    from videre.cli.tables import finding_table

    findings = list(diagnose(server))
    if json:
        print_json([asdict(finding) for finding in findings])
    else:
        out().print(finding_table(findings))
    if any(finding.level is Level.ERROR for finding in findings):
        raise typer.Exit(int(Exit.ERROR))


@config.callback()
def _config() -> None:
    """Keep `show` a subcommand although it is the only one."""


@config.command()
def show(json: shared.Json = False) -> None:
    """Print the values in force in every process and where each comes from, without secrets."""
    from videre.cli.configuration import configurations
    from videre.cli.console import out, print_json
    from videre.cli.tables import setting_table
    from videre.common.config import config_file

    processes = configurations()
    if json:
        shown = {
            process: {
                name: {"value": item.value, "from": item.origin} for name, item in own.items()
            }
            for process, own in processes.items()
        }
        print_json({"file": str(config_file() or ""), "processes": shown})
        return
    out().print(f"file: {config_file() or 'none'}", markup=False)
    out().print(setting_table(processes))
