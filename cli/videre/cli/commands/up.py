"""`videre up`: the whole suite on this machine, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

PortsBase = Annotated[
    int,
    typer.Option(
        envvar="VIDERE_PORTS_BASE",
        min=1024,
        max=65_500,
        help="Port of the orchestrator; the others keep their distances (HTTP +1, services +10…).",
    ),
]


def up(
    ports_base: PortsBase = 7700,
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder of all state; as configured when absent.")
    ] = None,
    healthy_within: Annotated[
        float, typer.Option(help="Seconds the processes get to become healthy.")
    ] = 90.0,
) -> None:
    """Start everything on this machine; Ctrl-C ends it all."""
    import asyncio

    from videre.cli.supervise.foreground import run_in_foreground
    from videre.cli.supervise.ports import Ports

    asyncio.run(run_in_foreground(Ports.from_base(ports_base), data_dir, healthy_within))
