"""Making the HTML report of a media with what the server has."""

from __future__ import annotations

import asyncio
from pathlib import Path

from videre.cli.pictures import fetch_thumbnails
from videre.cli.report import build_report, wanted_pictures
from videre.client import AsyncVidere
from videre.v1 import analysis_pb2, job_pb2


async def write_report(
    client: AsyncVidere,
    media_id: str,
    path: Path,
    *,
    revision: int = 0,
    job: job_pb2.Job | None = None,
) -> analysis_pb2.Analysis:
    """Write the report of an analysis (0 = the latest) to `path`; return the analysis.

    Args:
        job: the one that made it, whose stages tell the work done; None = not known any more.

    Raises:
        VidereClientError: the server does not have it.
        OSError: the file cannot be written.
    """
    media = await client.get_media(media_id)
    analysis = await client.get_analysis(media_id, revision=revision)
    pictures = await fetch_thumbnails(client, wanted_pictures(analysis))
    title = media.title or media.source.removeprefix("upload:").rpartition("/")[2]
    page = build_report(analysis, title=title, pictures=pictures, stages=job.stages if job else ())
    await asyncio.to_thread(path.write_text, page, encoding="utf-8")
    return analysis
