"""What `videre produce` shows of the files that were made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from videre.cli.formatting import size as written_size
from videre.v1 import job_pb2, production_pb2


def outputs_table(job: job_pb2.Job, folder: Path) -> Table:
    """Return a row per file."""
    table = Table(box=None, pad_edge=False)
    for name in ("file", "size", "length", "picture", "sound"):
        table.add_column(name)
    for made in job.outputs:
        media = made.media
        seconds = media.duration.seconds + media.duration.nanos / 1e9
        table.add_row(
            escape(str(folder / Path(made.name).name)),
            written_size(made.size_bytes),
            f"{seconds:.3f} s" if seconds else "",
            _picture(made),
            f"{media.audio_codec} {media.sample_rate} Hz × {media.channels}"
            if media.audio_codec
            else "",
        )
    return table


def _picture(made: production_pb2.OutputArtifact) -> str:
    if made.HasField("score") and not made.HasField("media"):
        at = made.offset.seconds + made.offset.nanos / 1e9
        return f"at {at:.2f} s, score {made.score:.2f}"
    media = made.media
    if not media.video_codec:
        return f"{media.width}×{media.height}" if media.width else ""
    rate = media.frame_rate
    words = "varying rate"
    if media.HasField("frame_rate"):
        words = f"{rate.rate_numerator / (rate.rate_denominator or 1):.5g} a second"
    return f"{media.video_codec} {media.width}×{media.height}, {media.frames} frames, {words}"


def failures(job: job_pb2.Job) -> Iterator[str]:
    """Yield a line per task that failed, or the line of a job that did."""
    if job.HasField("error"):
        yield f"videre: {job.error.reason}: {job.error.message}"
        return
    for stage in job.stages:
        if stage.name.startswith("produce:") and stage.reason:
            yield f"videre: {stage.name.partition(':')[2]}: {stage.reason}: {stage.message}"
