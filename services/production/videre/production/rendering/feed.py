"""Decoding what a job names, frame by frame in its place, into the renderer. Child process only."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.video.frame import VideoFrame

from videre.common.errors import Reason, VidereError
from videre.production.media_index import Media, read_media
from videre.production.rendering.canvas import Canvas
from videre.production.rendering.child import Renderer, RendererRefused
from videre.production.rendering.chunk_commands import joining_command
from videre.production.rendering.command import command, file_name, measuring_file
from videre.production.rendering.crossfade import Crossfaded
from videre.production.rendering.easel import Backdrop, Easel, drawn
from videre.production.rendering.edited_sound import EditedReader, RawReader
from videre.production.rendering.feeder import LAYOUTS, Feeder
from videre.production.rendering.inspect import inspect
from videre.production.rendering.job import MadeFacts, Rendered, RenderJob
from videre.production.rendering.loudness import read_loudness
from videre.production.rendering.mixing import Reader
from videre.production.rendering.mixture import MIX_CHANNELS, MIX_RATE, Mixing, placed_tracks
from videre.production.rendering.pictures import PictureReader, canvas_of
from videre.production.rendering.retouched import RetouchedReader, native
from videre.production.rendering.sound import SoundReader
from videre.production.rendering.still import draw
from videre.production.rendering.timeline import (
    FINE,
    Cut,
    Shown,
    frames_of,
    lay_out,
    output_rate,
    places_of,
    samples_of,
    wanted_rate,
)

_SAMPLE_RATES: Final = (32_000, 44_100, 48_000)
_USUAL_RATE: Final = 48_000
_NS: Final = 1_000_000_000
#: Sound that is written at once where there are no pictures, seconds.
RUN: Final = Fraction(1)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a job shows.

    Args:
        sources: of the job, with their indices.
        canvas: what the frames are read in; None = no pictures.
        rate: frames a second; None = it varies, or there are no pictures.
        cuts: what is shown, in order.
    """

    sources: Sequence[Media]
    canvas: Canvas | None
    rate: Fraction | None
    cuts: Sequence[Cut]

    @property
    def base(self) -> Fraction:
        """Seconds a tick."""
        return 1 / self.rate if self.rate is not None else Fraction(1, FINE)


def scene_of(job: RenderJob) -> Scene:
    """Return what a job shows.

    Raises:
        VidereError: FIELD_INVALID, nothing is left of what was asked for.
        av.FFmpegError, ValueError, TypeError, OSError: a source cannot be opened.
    """
    sources = [read_media(Path(one.index).read_bytes()) for one in job.sources]
    canvas = canvas_for(job, sources)
    rate = output_rate(job.segments, sources, wanted_rate(job.renditions)) if canvas else None
    cuts = lay_out(job.segments, sources, rate)
    if not cuts:
        raise VidereError(
            Reason.FIELD_INVALID, "what is kept is shorter than half a frame",
            metadata={"field": "task"},
        )  # fmt: skip
    return Scene(sources, canvas, rate, cuts)


def render(
    job: RenderJob, scene: Scene, progress: Callable[[float], None], joins: Fraction | None = None
) -> Rendered:
    """Do a job.

    Args:
        job: what is asked for.
        scene: what it shows.
        progress: called with the share that is done.
        joins: the pictures are encoded and lie in chunks, of which the first is shown so many
            seconds after the beginning; None = they are not.

    Raises:
        VidereError: DECODE_FAILED.
        RendererRefused: ffmpeg made no files.
        av.FFmpegError, ValueError, TypeError, OSError: a source cannot be opened.
    """
    sources, rate, cuts = scene.sources, scene.rate, scene.cuts
    canvas = scene.canvas if joins is None else None
    sample_rate, channels = sound_form(job, [sources[segment.source] for segment in job.segments])
    with ExitStack() as opened:
        easel = easel_of(job, sources, canvas, opened)
        if easel is not None:
            canvas = easel.canvas
            numbers = numbers_of(cuts[0], sources, rate)
            easel.look(numbers, lambda: progress(0.0))
            easel.follow(numbers)
        mixed, sound = None, ""
        if job.mix is not None:
            placed = placed_tracks(job, job.mix, sources, opened)
            samples = round(job.segments[-1].end * MIX_RATE)
            mixing = Mixing(job, job.mix, placed, samples, lambda: progress(0.0))
            mixed, sound = mixing.prepared()
        if joins is None:
            words = command(
                job.program, job.renditions, canvas=canvas, rate=rate, channels=channels,
                sound=sound, shapes=job.shapes,
            )  # fmt: skip
        else:
            words = joining_command(
                job.program, job.renditions, offset=joins, channels=channels, sound=sound
            )
        renderer = opened.enter_context(Renderer(words, Path(job.folder)))
        readers = Readers(job, sources, canvas, sample_rate, channels, mixed, easel, cuts)
        opened.callback(readers.close)
        feeder = Feeder(renderer.input, canvas, rate, sample_rate, channels)
        try:
            frames = _feed(feeder, readers, cuts, sources, rate, progress)
            feeder.close()
        except (BrokenPipeError, av.error.BrokenPipeError):
            raise RendererRefused(renderer.complaint()) from None
        renderer.finish()
    made = tuple(inspect(Path(job.folder) / file_name(one)) for one in job.renditions)
    if job.mix is not None:
        made = tuple(measured(job, one) for one in made)
    return Rendered(made, cpu_seconds(), frames, None if easel is None else easel.painted)


def cpu_seconds() -> float:
    """Return the processor time of this process and of the renderers that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def render_still(job: RenderJob) -> Rendered:
    """Make the one picture of a job that changes a picture.

    Raises:
        VidereError: DECODE_FAILED, ENGINE_FAILED, what painters raise.
        av.FFmpegError, ValueError, TypeError, OSError: a source cannot be opened.
    """
    sources = [read_media(Path(one.index).read_bytes()) for one in job.sources]
    with ExitStack() as opened:
        easel = easel_of(job, sources, canvas_for(job, sources), opened)
        assert easel is not None
        easel.look([0], lambda: None)
        made = draw(easel.paint(0, 0), Path(job.folder) / job.still)
        times = os.times()
        return Rendered((made,), times.user + times.system, 1, easel.painted)


def easel_of(
    job: RenderJob, sources: Sequence[Media], canvas: Canvas | None, opened: ExitStack
) -> Easel | None:
    """Return what changes the frames, its files open until the stack is left."""
    if job.paint is None or canvas is None:
        return None
    number = job.segments[0].source
    pictures = sources[number].pictures
    assert pictures is not None  # there is a canvas
    reader = PictureReader(Path(job.sources[number].path), pictures, drawn(canvas))
    opened.callback(reader.close)
    easel = Easel(job.paint, drawn(canvas), reader)
    opened.callback(easel.close)
    behind = job.paint.behind.source
    if behind is not None:
        backdrop = Backdrop(Path(job.sources[behind].path), sources[behind])
        opened.callback(backdrop.close)
        easel.put_behind(backdrop)
    return easel


def numbers_of(cut: Cut, sources: Sequence[Media], rate: Fraction | None) -> list[int]:
    """Return the numbers of the frames of a cut, each once, rising."""
    pictures = sources[cut.source].pictures
    assert pictures is not None  # there is a canvas
    return sorted({shown.frame for shown in frames_of(cut, pictures, rate)})


def measured(job: RenderJob, made: MadeFacts) -> MadeFacts:
    """Return what is in a mix, with its loudness as it was encoded."""
    with Renderer(measuring_file(job.program, made.file), Path(job.folder)) as renderer:
        renderer.finish()
        found = read_loudness(renderer.said())
    return replace(made, loudness=found.integrated, true_peak=found.true_peak)


def canvas_for(job: RenderJob, sources: Sequence[Media]) -> Canvas | None:
    """Return the frame of what is shown first; None where nothing is."""
    changed = job.edits is not None or job.assembly is not None
    seen = any(one.preset.video for one in job.renditions)
    for segment in job.segments if job.picture and seen else ():
        pictures = sources[segment.source].pictures
        if pictures is not None:
            presets = [one.preset for one in job.renditions if one.preset.video]
            canvas = canvas_of(
                Path(job.sources[segment.source].path),
                pictures,
                keep_hdr=job.paint is None and all(preset.deep for preset in presets),
                # What is changed is planar or drawn; what a preset keeps sample by sample is not.
                lossless=all(preset.lossless for preset in presets)
                and not changed
                and job.paint is None,
            )
            return native(canvas) if changed else canvas
    return None


def sound_form(job: RenderJob, used: Sequence[Media]) -> tuple[int, int]:
    """Return sample rate and channels of the sound to feed; no channels = no sound."""
    if job.mix is not None:
        return MIX_RATE, MIX_CHANNELS
    if job.sound_edits is not None and job.sound_edits.raw is not None:
        return job.sound_edits.raw.rate, job.sound_edits.raw.channels
    heard = [media.sound for media in used if media.sound is not None]
    if not heard or not job.sound or not any(one.with_sound for one in job.renditions):
        return _USUAL_RATE, 0
    rates = {sound.sample_rate for sound in heard}
    rate = rates.pop()
    same = not rates and rate in _SAMPLE_RATES
    most = max(one.preset.max_channels for one in job.renditions if one.with_sound)
    channels = min(max(sound.channels for sound in heard), most, max(LAYOUTS))
    return (rate if same else _USUAL_RATE), channels


class Readers:
    """The open sources."""

    def __init__(
        self,
        job: RenderJob,
        sources: Sequence[Media],
        canvas: Canvas | None,
        sample_rate: int,
        channels: int,
        mixed: Reader | None,
        easel: Easel | None,
        cuts: Sequence[Cut],
    ) -> None:
        self._mixed, self._easel = mixed, easel
        self._pictures: dict[int, PictureReader | RetouchedReader] = {}
        self._sounds: dict[int, SoundReader] = {}
        self._edited: dict[int, Reader] = {}
        for number in sorted({segment.source for segment in job.segments}):
            media, path = sources[number], Path(job.sources[number].path)
            if canvas is not None and media.pictures is not None and easel is None:
                self._pictures[number] = (
                    RetouchedReader(path, media.pictures, canvas, job.edits)
                    if job.edits is not None and number == 0
                    else PictureReader(path, media.pictures, canvas)
                )
            if channels and media.sound is not None and mixed is None:
                self._open(job, number, media, (sample_rate, channels), cuts)

    def _open(
        self,
        job: RenderJob,
        number: int,
        media: Media,
        form: tuple[int, int],
        cuts: Sequence[Cut],
    ) -> None:
        """Open the sound of a source, changed where it is the first one."""
        edits = job.sound_edits if number == 0 else None
        rate, channels = form
        reader: Reader
        if edits is not None and edits.raw is not None:
            reader = RawReader(edits.raw)
        else:
            path = Path(job.sources[number].path)
            reader = self._sounds[number] = SoundReader(path, media, rate, LAYOUTS[channels])
        if edits is not None and edits.crossfade:
            path = Path(job.sources[number].path)
            other = self._sounds[-1] = SoundReader(path, media, rate, LAYOUTS[channels])
            self._mixed = Crossfaded(cuts, (reader, other), edits.crossfade, rate)
        elif edits is not None:
            ends = job.segments[0].start, job.segments[-1].end
            self._edited[number] = EditedReader(reader, edits, ends, rate)

    def close(self) -> None:
        for pictures in self._pictures.values():
            pictures.close()
        for sound in self._sounds.values():
            sound.close()

    def frame(self, source: int, frame: int, at: Fraction) -> VideoFrame:
        """Return a frame that is shown at an instant of the output."""
        if self._easel is not None:
            return self._easel.read(frame, int(at * _NS))
        return self._pictures[source].read(frame)

    def shown(self, cut: Cut, place: Shown, base: Fraction) -> VideoFrame | None:
        """Return what is shown at a place of a cut, in ticks of `base` seconds; None = black."""
        if place.frame < 0:
            return None
        return self.frame(cut.source, place.frame, place.tick * base - cut.out_start)

    @property
    def joined(self) -> bool:
        """Whether sound is read by the output's clock instead of the sources'."""
        return self._mixed is not None

    def sound(self, source: int) -> Reader | None:
        return self._mixed or self._edited.get(source) or self._sounds.get(source)


def _feed(
    feeder: Feeder,
    readers: Readers,
    cuts: Sequence[Cut],
    sources: Sequence[Media],
    rate: Fraction | None,
    progress: Callable[[float], None],
) -> int:
    """Write everything in the order of time; return the number of frames."""
    end, frames = float(cuts[-1].out_end), 0
    for cut in cuts:
        sound = _Sound(feeder, readers.sound(cut.source), cut, joined=readers.joined)
        for tick in _ticks(feeder, readers, cut, sources[cut.source], rate):
            frames += 1
            sound.up_to((tick + 1) * feeder.base)
            progress(float(tick * feeder.base) / end)
        reached = cut.out_start
        while reached < cut.out_end:
            reached = min(cut.out_end, reached + RUN)
            sound.up_to(reached)
            progress(float(reached) / end)
    return frames


def _ticks(
    feeder: Feeder, readers: Readers, cut: Cut, media: Media, rate: Fraction | None
) -> Iterator[int]:
    """Write the frames of a cut, yielding the tick of each after it was written."""
    for shown in places_of(cut, media.pictures, rate) if feeder.shows else ():
        feeder.frame(shown.tick, readers.shown(cut, shown, feeder.base))
        yield shown.tick


class _Sound:
    """The sound of one cut, written piece by piece beside the frames."""

    def __init__(self, feeder: Feeder, reader: Reader | None, cut: Cut, *, joined: bool) -> None:
        self._feeder, self._reader, self._cut = feeder, reader, cut
        self._at, self._end, source = samples_of(cut, feeder.sample_rate)
        self._shift = 0 if joined else source - self._at

    def up_to(self, instant: Fraction) -> None:
        """Write everything before an instant of the output."""
        if not self._feeder.sounds:
            return
        until = min(self._end, round(instant * self._feeder.sample_rate))
        count = until - self._at
        if count <= 0:
            return
        if self._reader is None:
            samples = np.zeros((count, self._feeder.channels), np.float32)
        else:
            samples = self._reader.read(self._at + self._shift, count)
        self._feeder.samples(self._at, samples)
        self._at = until
