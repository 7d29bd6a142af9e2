"""`videre conformance`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.exits import Exit

if TYPE_CHECKING:
    from videre.cli.conformance.findings import Finding


def conformance(
    target: Annotated[str, typer.Option("--target", help="host:port of a service.")],
    engine: Annotated[str, typer.Option(help="Only engines of this name.")] = "",
    patience: Annotated[
        float, typer.Option(min=1, help="Longest wait for one answer, loading included, seconds.")
    ] = 180.0,
    json: shared.Json = False,
) -> None:
    """Check that a service and its engines keep the contract; ends with 1 when one does not."""
    import asyncio
    from dataclasses import asdict

    from videre.cli.conformance.run import check_target
    from videre.cli.conformance.table import conformance_table
    from videre.cli.console import err, out, print_json

    def tell(finding: Finding) -> None:
        if err().is_terminal and finding.engine:
            err().print(f"{finding.feature}.{finding.engine} {finding.check}: {finding.outcome}")

    found = asyncio.run(check_target(target, engine=engine, patience_s=patience, tell=tell))
    if json:
        print_json({**asdict(found), "ok": found.ok})
    else:
        out().print(conformance_table(found))
    if not found.ok:
        raise typer.Exit(int(Exit.ERROR))
