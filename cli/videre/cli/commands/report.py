"""`videre report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from videre.cli.commands import options as shared


def report(
    job: shared.JobId,
    html: Annotated[Path, typer.Option(help="File to write.")],
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write what a job found as one self-contained HTML page."""
    import asyncio

    from videre.cli.console import say

    path = asyncio.run(_write(server, job, html))
    say({"html": str(path)}, f"wrote {path}", as_json=json)


async def _write(server: str, job_id: str, path: Path) -> Path:
    from videre.cli.failures import CommandError
    from videre.cli.report_file import write_report
    from videre.client import AsyncVidere

    async with AsyncVidere(server) as client:
        job = (await client.query(job_id)).job
        if not job.media_id or not job.analysis_revision:
            raise CommandError(f"job {job_id} has published no analysis (yet)")
        await write_report(client, job.media_id, path, revision=job.analysis_revision, job=job)
    return path
