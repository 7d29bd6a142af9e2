"""`videre fake`: a server that plays recorded jobs, for tests of clients in any language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def fake(
    recording: Annotated[
        list[Path] | None,
        typer.Option(
            "--recording",
            exists=True,
            dir_okay=False,
            help="What `videre query JOB --view full --json` has printed; may be repeated. "
            "None = a packaged sample.",
        ),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 = any free one.")] = 7700,
    event_interval: Annotated[
        float,
        typer.Option(min=0.0, max=60.0, help="Seconds from one event of a job to the next."),
    ] = 0.2,
) -> None:
    """Speak the public API with recorded jobs; no engines, no data folder. Ctrl-C ends it."""
    from videre.cli.failures import CommandError
    from videre.cli.fake_server import play
    from videre.client.testing import read_recording

    try:
        recordings = [read_recording(path) for path in recording or ()]
    except ValueError as error:
        raise CommandError(str(error)) from error
    play(recordings, port, event_interval)
