"""One frame of what a job would make, for a preview. Child process only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.video.frame import VideoFrame

from videre.common.errors import Reason, VidereError, invalid
from videre.production.media_index import Media, read_media
from videre.production.rendering.assembling import Scenes, assembly_rate
from videre.production.rendering.assembly_job import AssemblyJob
from videre.production.rendering.canvas import Canvas
from videre.production.rendering.child import Renderer, RendererRefused
from videre.production.rendering.command import previewing
from videre.production.rendering.easel import Easel, drawn
from videre.production.rendering.feed import Readers, canvas_for, easel_of, numbers_of
from videre.production.rendering.feeder import Feeder
from videre.production.rendering.job import GlanceJob, MadeFacts, Rendered, RenderJob
from videre.production.rendering.pictures import PictureReader
from videre.production.rendering.still import draw
from videre.production.rendering.timeline import (
    FINE,
    Cut,
    Shown,
    frames_of,
    lay_out,
    output_rate,
    wanted_rate,
)

_FIELD: Final = "task.preview.at"
_USUAL_RATE: Final = 48_000


def render_glance(job: RenderJob, glance: GlanceJob) -> Rendered:
    """Make the one frame that a preview shows.

    Raises:
        VidereError: NO_TRACK, there is no picture; FIELD_INVALID, nothing is shown then;
            DECODE_FAILED, what painters raise.
        RendererRefused: ffmpeg made no file.
        av.FFmpegError, ValueError, TypeError, OSError: a source cannot be opened.
    """
    sources = [read_media(Path(one.index).read_bytes()) for one in job.sources]
    canvas = canvas_for(job, sources)
    if canvas is None:
        raise VidereError(
            Reason.NO_TRACK, "what is made has no picture that a preview could show",
            metadata={"track": "picture"},
        )  # fmt: skip
    with ExitStack() as opened:
        ns, easel = None, None
        if job.assembly is not None:
            facts = _of_assembly(job, job.assembly, glance, sources, canvas, opened)
        else:
            facts, ns, easel = _of_segments(job, glance, sources, canvas, opened)
    times = os.times()
    spent = times.user + times.system + times.children_user + times.children_system
    return Rendered((facts,), spent, 1, None if easel is None else easel.painted, ns)


def _of_assembly(
    job: RenderJob,
    assembly: AssemblyJob,
    glance: GlanceJob,
    sources: Sequence[Media],
    canvas: Canvas,
    opened: ExitStack,
) -> MadeFacts:
    rate = assembly_rate(job, assembly, sources)
    tick = int(_instant(glance, assembly.length) * rate)
    scenes = Scenes(job, assembly, sources, canvas)
    opened.callback(scenes.close)
    frame = scenes.at((tick + Fraction(1, 2)) / rate)
    return _written(job, glance, canvas, rate, tick, frame)


def _of_segments(
    job: RenderJob,
    glance: GlanceJob,
    sources: Sequence[Media],
    canvas: Canvas,
    opened: ExitStack,
) -> tuple[MadeFacts, int | None, Easel | None]:
    rate = output_rate(job.segments, sources, wanted_rate(job.renditions))
    cuts = lay_out(job.segments, sources, rate)
    if not cuts:
        raise VidereError(
            Reason.FIELD_INVALID, "what is kept is shorter than half a frame",
            metadata={"field": "task"},
        )  # fmt: skip
    at = _instant(glance, cuts[-1].out_end)
    cut = next(one for one in cuts if at < one.out_end)
    pictures = sources[cut.source].pictures
    if pictures is None:
        return _written(job, glance, canvas, rate, 0, None), None, None
    base = 1 / rate if rate is not None else Fraction(1, FINE)
    shown = _shown(list(frames_of(cut, pictures, rate)), at / base)
    easel = easel_of(job, sources, canvas, opened)
    source = PictureReader(Path(job.sources[cut.source].path), pictures, drawn(canvas))
    opened.callback(source.close)
    before = np.asarray(source.read(shown.frame).to_ndarray(), np.uint8)
    draw(before, Path(job.folder) / glance.source)
    if easel is not None:
        easel.look(numbers_of(cut, sources, rate), lambda: None)
        canvas = easel.canvas
    frame = _frame(job, sources, canvas, easel, (cut, shown, base), opened)
    made = _written(job, glance, canvas, rate, shown.tick, frame)
    return made, pictures.start_ns(shown.frame), easel


def _frame(
    job: RenderJob,
    sources: Sequence[Media],
    canvas: Canvas,
    easel: Easel | None,
    place: tuple[Cut, Shown, Fraction],
    opened: ExitStack,
) -> VideoFrame:
    cut, shown, base = place
    readers = Readers(job, sources, canvas, _USUAL_RATE, 0, None, easel, [cut])
    opened.callback(readers.close)
    return readers.frame(cut.source, shown.frame, shown.tick * base - cut.out_start)


def _instant(glance: GlanceJob, length: Fraction) -> Fraction:
    """Return the instant that is shown.

    Raises:
        VidereError: FIELD_INVALID, it lies behind the end.
    """
    at = length / 2 if glance.at is None else glance.at
    if at < length:
        return at
    words = f"what is made ends at {float(length):g} s"
    limit, actual = f"before {float(length):g} s", f"{float(at):g} s"
    raise invalid(_FIELD, words, limit=limit, actual=actual)


def _shown(frames: Sequence[Shown], tick: Fraction) -> Shown:
    """Return the frame on show at a tick; the first one before it begins."""
    before = [one for one in frames if one.tick <= tick]
    return before[-1] if before else frames[0]


def _written(
    job: RenderJob,
    glance: GlanceJob,
    canvas: Canvas,
    rate: Fraction | None,
    tick: int,
    frame: VideoFrame | None,
) -> MadeFacts:
    """Give a frame the shape of the rendition and write it."""
    words = previewing(
        job.program, job.renditions[0], canvas=canvas,
        shape=job.shapes[0] if job.shapes else "", file=glance.made,
    )  # fmt: skip
    with Renderer(words, Path(job.folder)) as renderer:
        feeder = Feeder(renderer.input, canvas, rate, _USUAL_RATE, 0)
        try:
            feeder.frame(tick, frame)
            feeder.close()
        except (BrokenPipeError, av.error.BrokenPipeError):
            raise RendererRefused(renderer.complaint()) from None
        renderer.finish()
    return MadeFacts(glance.made, 0, frames=1)
