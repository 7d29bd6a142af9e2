"""Carrying out a timeline into the renderer. Imported in the child process only."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.video.frame import VideoFrame

from videre.production.media_index import Media, read_media
from videre.production.rendering.assembly_job import AssemblyJob, Heard, Overlay, Shot
from videre.production.rendering.canvas import Canvas
from videre.production.rendering.child import Renderer, RendererRefused
from videre.production.rendering.command import command, file_name
from videre.production.rendering.feed import RUN, canvas_for, measured, sound_form
from videre.production.rendering.feeder import LAYOUTS, Feeder, black
from videre.production.rendering.inspect import inspect
from videre.production.rendering.job import MixedTrack, Rendered, RenderJob
from videre.production.rendering.laid_sound import LaidSound
from videre.production.rendering.mixing import Placed, Reader, place
from videre.production.rendering.mixture import MIX_CHANNELS, MIX_RATE, Mixing
from videre.production.rendering.pictures import PictureReader
from videre.production.rendering.retouched import copied
from videre.production.rendering.sound import SoundReader
from videre.production.rendering.timeline import constant_rate, frame_shown, wanted_rate
from videre.production.retouching.sprites import Sprite

_USUAL_RATE: Final = Fraction(25)


def render_assembly(
    job: RenderJob, assembly: AssemblyJob, progress: Callable[[float], None]
) -> Rendered:
    """Do a job that carries out a timeline.

    Raises:
        VidereError: DECODE_FAILED.
        RendererRefused: ffmpeg made no files.
        av.FFmpegError, ValueError, TypeError, OSError: a source cannot be opened.
    """
    sources = [read_media(Path(one.index).read_bytes()) for one in job.sources]
    canvas = canvas_for(job, sources)
    rate = assembly_rate(job, assembly, sources)
    frames = max(1, round(assembly.length * rate)) if canvas is not None else 0
    with ExitStack() as opened:
        reader, filters, (sample_rate, channels) = _sound(job, assembly, sources, opened, progress)
        words = command(
            job.program, job.renditions, canvas=canvas, rate=rate if canvas else None,
            channels=channels, sound=filters,
        )  # fmt: skip
        renderer = opened.enter_context(Renderer(words, Path(job.folder)))
        feeder = Feeder(renderer.input, canvas, rate if canvas else None, sample_rate, channels)
        sound = _Sound(feeder, reader, round(assembly.length * sample_rate))
        try:
            if canvas is not None:
                scenes = Scenes(job, assembly, sources, canvas)
                opened.callback(scenes.close)
                for tick in range(frames):
                    feeder.frame(tick, scenes.at((tick + Fraction(1, 2)) / rate))
                    sound.up_to((tick + 1) / rate)
                    progress(tick / frames)
            at = Fraction(0)
            while at < assembly.length:
                at += RUN
                sound.up_to(at)
                progress(float(min(at / assembly.length, Fraction(1))))
            feeder.close()
        except (BrokenPipeError, av.error.BrokenPipeError):
            raise RendererRefused(renderer.complaint()) from None
        renderer.finish()
    made = tuple(inspect(Path(job.folder) / file_name(one)) for one in job.renditions)
    if job.mix is not None:
        made = tuple(measured(job, one) for one in made)
    times = os.times()
    spent = times.user + times.system + times.children_user + times.children_system
    return Rendered(made, spent, frames)


def assembly_rate(job: RenderJob, assembly: AssemblyJob, sources: Sequence[Media]) -> Fraction:
    """Return the rate of the output: the wanted one, the timeline's, the first source's."""
    shown = (sources[one.source].pictures for one in assembly.shots if one.source is not None)
    first = next((pictures for pictures in shown if pictures is not None), None)
    own = None if first is None else constant_rate(first)
    return wanted_rate(job.renditions) or assembly.rate or own or _USUAL_RATE


class Scenes:
    """The pictures of a timeline, asked for in rising order of time."""

    def __init__(
        self, job: RenderJob, assembly: AssemblyJob, sources: Sequence[Media], canvas: Canvas
    ) -> None:
        self._job, self._sources, self._canvas = job, sources, canvas
        self._shots = list(enumerate(assembly.shots))
        self._overlays = [_Laid(one) for one in assembly.overlays]
        self._readers: dict[tuple[int, int], PictureReader] = {}

    def close(self) -> None:
        """Close the sources."""
        for reader in self._readers.values():
            reader.close()

    def at(self, instant: Fraction) -> VideoFrame:
        """Return the frame at an instant."""
        self._shots = [one for one in self._shots if one[1].end > instant]
        shown = black(self._canvas)
        for number, shot in self._shots:
            if shot.begin > instant:
                break
            over = self._frame(number, shot, instant)
            share = (instant - shot.begin) / shot.rise if shot.rise else Fraction(1)
            shown = over if share >= 1 else self._mixed(shown, over, float(share))
        laid = [one for one in self._overlays if one.overlay.begin <= instant < one.overlay.end]
        if laid:
            shown, planes = copied(shown, self._canvas)
            for one in laid:
                one.sprite(instant).paint(planes)
        return shown

    def _frame(self, number: int, shot: Shot, instant: Fraction) -> VideoFrame:
        pictures = None if shot.source is None else self._sources[shot.source].pictures
        if shot.source is None or pictures is None:
            return black(self._canvas)
        # Neighbours have readers of their own, so that neither goes back while both are shown.
        key = shot.source, number % 2
        if key not in self._readers:
            path = Path(self._job.sources[shot.source].path)
            self._readers[key] = PictureReader(path, pictures, self._canvas)
        frame = frame_shown(pictures, shot.start + instant - shot.begin)
        return self._readers[key].read(frame)

    def _mixed(self, under: VideoFrame, over: VideoFrame, share: float) -> VideoFrame:
        made, planes = copied(under, self._canvas)
        _, above = copied(over, self._canvas)
        for below, top in zip(planes.arrays, above.arrays, strict=True):
            mixed = below.astype(np.float32)
            mixed += (top - mixed) * np.float32(share)
            below[:] = np.rint(mixed).astype(below.dtype)
        return made


class _Laid:
    """A title, drawn when it is first shown."""

    def __init__(self, overlay: Overlay) -> None:
        self.overlay = overlay
        self._made: tuple[float, Sprite] | None = None

    def sprite(self, instant: Fraction) -> Sprite:
        """Return it as opaque as it is at an instant."""
        one = self.overlay
        opacity = 1.0
        for length, passed in ((one.rise, instant - one.begin), (one.fall, one.end - instant)):
            if length:
                opacity = min(opacity, float(passed / length))
        if self._made is None or self._made[0] != opacity:
            picture = np.load(Path(one.file))
            self._made = opacity, Sprite(picture, one.left, one.top, opacity)
        return self._made[1]


def _sound(
    job: RenderJob,
    assembly: AssemblyJob,
    sources: Sequence[Media],
    opened: ExitStack,
    progress: Callable[[float], None],
) -> tuple[Reader | None, str, tuple[int, int]]:
    """Return what is heard, filters that bring it to its loudness, sample rate and channels."""
    heard = [sources[one.source] for track in assembly.tracks for one in track.sounds]
    form = (MIX_RATE, MIX_CHANNELS) if job.mix is not None else sound_form(job, heard)
    if not form[1]:
        return None, "", form
    laid = []
    for track in assembly.tracks:
        readers: dict[tuple[int, int], SoundReader] = {}
        parts: list[tuple[Heard, Reader]] = []
        for number, one in enumerate(track.sounds):
            key = one.source, number % 2
            if key not in readers:
                path = Path(job.sources[one.source].path)
                readers[key] = SoundReader(path, sources[one.source], form[0], LAYOUTS[form[1]])
                opened.callback(readers[key].close)
            parts.append((one, readers[key]))
        laid.append((track.role, LaidSound(parts, *form)))
    if job.mix is None:
        return (laid[0][1] if laid else None), "", form
    placed = [_placed(role, reader, assembly.length) for role, reader in laid]
    samples = round(assembly.length * MIX_RATE)
    mixing = Mixing(job, job.mix, placed, samples, lambda: progress(0.0))
    mixed, filters = mixing.prepared()
    return mixed, filters, form


def _placed(role: str, reader: Reader, length: Fraction) -> Placed:
    """Return a whole track as one of a mix."""
    whole = MixedTrack(0, role, Fraction(0), length, Fraction(0), 0.0, ())
    return place(whole, reader, MIX_RATE)


class _Sound:
    """The sound of a timeline, written piece by piece beside the frames."""

    def __init__(self, feeder: Feeder, reader: Reader | None, end: int) -> None:
        self._feeder, self._reader, self._end = feeder, reader, end
        self._at = 0

    def up_to(self, instant: Fraction) -> None:
        """Write everything before an instant."""
        until = min(self._end, round(instant * self._feeder.sample_rate))
        if self._feeder.sounds and self._reader is not None and until > self._at:
            self._feeder.samples(self._at, self._reader.read(self._at, until - self._at))
            self._at = until
