"""`videre demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    html: Annotated[Path, typer.Option(help="Where the report goes.")] = Path("videre-demo.html"),
    data_dir: Annotated[
        Path | None, typer.Option(help="Keep state and logs here; a temporary folder if absent.")
    ] = None,
    healthy_within: Annotated[
        float, typer.Option(help="Seconds the processes get to become healthy.")
    ] = 120.0,
) -> None:
    """Start everything, analyse the sample clip, show and check the answer, stop everything."""
    import asyncio

    from videre.cli.demo_run import Demo, find_sample, run_demo

    chosen = Demo(find_sample(), html, data_dir, healthy_within)
    code = asyncio.run(run_demo(chosen))
    if code:
        raise typer.Exit(int(code))
