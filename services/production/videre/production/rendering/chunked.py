"""Long outputs in chunks, which outlive a killed run. Imported in the child process only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import av
from pydantic import TypeAdapter

from videre.production.chunk_shelf import ChunkShelf
from videre.production.painting.jobs import Drawn
from videre.production.rendering.child import Renderer, RendererRefused
from videre.production.rendering.chunk_commands import chunk_command, shown_of
from videre.production.rendering.chunks import (
    REACH,
    Chunk,
    Laid,
    chunk_file,
    chunk_list,
    divides,
    edits_within,
    laid_out,
    list_file,
    plan_chunks,
    step_of,
)
from videre.production.rendering.feed import Readers, Scene, easel_of, render, scene_of
from videre.production.rendering.feeder import Feeder
from videre.production.rendering.job import JOB, Rendered, RenderJob
from videre.production.rendering.timeline import Shown
from videre.production.retouching.edits import Edits
from videre.production.retouching.timetable import Timetable

#: Share of the work when all chunks are there.
_ENCODED: Final = 0.9
#: Number of what is done here: a chunk of another one is not taken.
_FORMAT: Final = 2
_LIBRARIES: Final = ("av", "numpy", "opencv-python-headless")
_NO_SOUND: Final = 48_000
_EDITS: Final = TypeAdapter(Edits)


@dataclass(frozen=True, slots=True)
class _Long:
    """A job that is made in chunks.

    Args:
        job: what is asked for.
        scene: what it shows.
        laid: its frames.
        chunks: where it is divided.
    """

    job: RenderJob
    scene: Scene
    laid: Laid
    chunks: Sequence[Chunk]

    def shown(self, chunk: Chunk) -> Iterator[tuple[int, Shown]]:
        """Yield the number of the cut of each frame of a chunk, and the frame."""
        places = slice(chunk.first, chunk.end)
        columns = (self.laid.cuts, self.laid.ticks, self.laid.frames)
        for cut, tick, frame in zip(*(one[places].tolist() for one in columns), strict=True):
            yield cut, Shown(tick, frame)

    def files(self, number: int) -> list[Path]:
        """Return the files of a chunk."""
        ones = self.job.renditions
        folder = Path(self.job.folder)
        return [folder / chunk_file(number, place, ones[place]) for place in shown_of(ones)]


def render_job(job: RenderJob, progress: Callable[[float], None]) -> Rendered:
    """Do a job, in chunks where it is long and can be divided.

    Raises:
        VidereError: DECODE_FAILED, FIELD_INVALID (nothing is left of what was asked for).
        RendererRefused: ffmpeg made no files.
        av.FFmpegError, ValueError, TypeError, OSError: a source cannot be opened.
    """
    scene = scene_of(job)
    if scene.canvas is None or not divides(job, scene.rate):
        return render(job, scene, progress)
    laid = laid_out(scene.cuts, scene.sources, scene.rate)
    chunks = plan_chunks(laid.ticks, step_of(scene.rate), _free(job, scene, laid))
    if len(chunks) < 2:
        return render(job, scene, progress)
    return _render_long(_Long(job, scene, laid, chunks), progress)


def _free(job: RenderJob, scene: Scene, laid: Laid) -> Callable[[int], bool]:
    """Return what tells whether nothing was filled in the frame before a place."""
    if job.edits is None or not job.edits.holes:
        return lambda _: True
    holes, pictures = Timetable(job.edits.holes), scene.sources[0].pictures

    def free(place: int) -> bool:
        before, cut = int(laid.frames[place - 1]), scene.cuts[int(laid.cuts[place - 1])]
        if before < 0 or cut.source or pictures is None:
            return True
        return not holes.at(pictures.start_ns(before))

    return free


def _render_long(long: _Long, progress: Callable[[float], None]) -> Rendered:
    job, scene = long.job, long.scene
    shelf = None if job.chunks is None else ChunkShelf(Path(job.chunks.folder))
    keys = []
    for number, chunk in enumerate(long.chunks):
        part = replace(job, edits=_edits_of(long, chunk))
        files = long.files(number)
        key = _key(long, part, chunk)
        if shelf is None or not shelf.take(key, files):
            _encode(long, part, number, lambda share: progress(share * _ENCODED))
            if shelf is not None:
                shelf.put(key, files)
        keys.append(key)
        progress(chunk.end / long.chunks[-1].end * _ENCODED)
    starts = [int(long.laid.ticks[chunk.first]) for chunk in long.chunks]
    folder = Path(job.folder)
    for place in shown_of(job.renditions):
        names = [chunk_file(n, place, job.renditions[place]) for n in range(len(starts))]
        written = chunk_list(starts, scene.base, names)
        (folder / list_file(place)).write_text(written, encoding="ascii")
    rendered = render(
        job, scene, lambda share: progress(_ENCODED + (1 - _ENCODED) * share),
        joins=starts[0] * scene.base,
    )  # fmt: skip
    for number in range(len(starts)):
        for file in long.files(number):
            file.unlink()
    painted = None if job.paint is None else Drawn()
    return replace(rendered, frames=len(long.laid.ticks), painted=painted, chunks=tuple(keys))


def _edits_of(long: _Long, chunk: Chunk) -> Edits | None:
    """Return the edits that are to be seen in a chunk."""
    if long.job.edits is None:
        return None
    pictures = long.scene.sources[0].pictures
    own = [one.frame for cut, one in long.shown(chunk) if not long.scene.cuts[cut].source]
    own = [frame for frame in own if frame >= 0]
    if not own or pictures is None:
        return Edits()
    first, last = min(own), max(own)
    near = max(0, first - REACH), min(len(pictures.pts) - 1, last + REACH)
    return edits_within(
        long.job.edits, pictures.start_ns(first), pictures.start_ns(last),
        (pictures.start_ns(near[0]), pictures.start_ns(near[1])),
    )  # fmt: skip


def _encode(long: _Long, part: RenderJob, number: int, progress: Callable[[float], None]) -> None:
    """Encode the pictures of a chunk; it depends on nothing that was read before."""
    scene, chunk = long.scene, long.chunks[number]
    begin, whole = int(long.laid.ticks[chunk.first]), long.chunks[-1].end
    with ExitStack() as opened:
        easel = easel_of(part, scene.sources, scene.canvas, opened)
        canvas = scene.canvas if easel is None else easel.canvas
        assert canvas is not None
        words = chunk_command(
            part.program, part.renditions, canvas=canvas, rate=scene.rate, shapes=part.shapes,
            tick=begin, base=scene.base, number=number,
        )  # fmt: skip
        renderer = opened.enter_context(Renderer(words, Path(part.folder)))
        readers = Readers(part, scene.sources, canvas, _NO_SOUND, 0, None, easel, scene.cuts)
        opened.callback(readers.close)
        feeder = Feeder(renderer.input, canvas, scene.rate, _NO_SOUND, 0)
        try:
            for place, (cut, shown) in enumerate(long.shown(chunk), chunk.first):
                frame = readers.shown(scene.cuts[cut], shown, scene.base)
                feeder.frame(shown.tick - begin, frame)
                progress(place / whole)
            feeder.close()
        except (BrokenPipeError, av.error.BrokenPipeError):
            raise RendererRefused(renderer.complaint()) from None
        renderer.finish()


def _key(long: _Long, part: RenderJob, chunk: Chunk) -> str:
    """Return the name of a chunk: of all that decides about its bytes.

    Args:
        long: the job.
        part: the job with the edits that are to be seen in the chunk.
        chunk: the chunk.
    """
    scene, folder = long.scene, Path(part.folder)
    used = sorted({long.scene.cuts[cut].source for cut, _ in long.shown(chunk)})
    shown = [(scene.cuts[cut].source, one.tick, one.frame) for cut, one in long.shown(chunk)]
    # Filters read files of the folder, which they name.
    read = [file for file in sorted(folder.iterdir()) if any(file.name in s for s in part.shapes)]
    told = {
        "format": _FORMAT,
        "libraries": [version(name) for name in _LIBRARIES],
        "renderer": "" if part.chunks is None else part.chunks.renderer,
        "sources": [part.sources[number].identity for number in used],
        "canvas": repr(scene.canvas),
        "rate": str(scene.rate),
        "shown": shown,
        "how": JOB.dump_python(_bare(part), mode="json"),
        "shapes": [*part.shapes, *(_digest(file) for file in read)],
        "edits": None if part.edits is None else _told_edits(part.edits),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _bare(part: RenderJob) -> RenderJob:
    """Return a job of which only what it makes of frames is left."""
    return RenderJob("", "", (), (), part.renditions, picture=True, sound=False, paint=part.paint)


def _told_edits(edits: Edits) -> Any:
    """Return edits with the digests of their files instead of their names."""

    def told(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: _digest(Path(one)) if name in ("file", "font") and one else told(one)
                for name, one in value.items()
            }
        return [told(one) for one in value] if isinstance(value, list) else value

    return told(_EDITS.dump_python(edits, mode="json"))


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
