"""Getting a mix ready: tracks measured, speech found, gain and limiter set. Child process only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import av
import numpy as np

from videre.production.media_index import Media
from videre.production.rendering.child import Renderer, RendererRefused
from videre.production.rendering.command import measuring
from videre.production.rendering.feeder import LAYOUTS, Feeder
from videre.production.rendering.job import Mix, RenderJob
from videre.production.rendering.loudness import (
    SILENT,
    Loudness,
    ceiling,
    reach,
    read_loudness,
)
from videre.production.rendering.mixing import (
    LEVELS,
    Mixed,
    Placed,
    Reader,
    lowering,
    place,
    speaking,
)
from videre.production.rendering.sound import SoundReader

MIX_RATE: Final = 48_000
MIX_CHANNELS: Final = 2
_NO_CURVE: Final = np.zeros(0, np.float64)


def placed_tracks(
    job: RenderJob, mix: Mix, sources: Sequence[Media], opened: ExitStack
) -> list[Placed]:
    """Return the tracks of a mix in their places, open until the stack is left."""
    placed = []
    for track in mix.tracks:
        path, media = Path(job.sources[track.source].path), sources[track.source]
        reader = SoundReader(path, media, MIX_RATE, LAYOUTS[MIX_CHANNELS])
        opened.callback(reader.close)
        placed.append(place(track, reader, MIX_RATE))
    return placed


class Mixing:
    """The tracks of one mix."""

    def __init__(
        self,
        job: RenderJob,
        mix: Mix,
        tracks: Sequence[Placed],
        samples: int,
        alive: Callable[[], None],
    ) -> None:
        """Take tracks and the mix's length in samples; `alive` is called now and then."""
        self._job, self._mix, self._alive = job, mix, alive
        self._tracks, self._samples = tracks, samples

    def prepared(self) -> tuple[Reader, str]:
        """Return the mix, and the filters that bring it to its loudness.

        Raises:
            RendererRefused: it cannot be measured.
            av.FFmpegError, ValueError, OSError: a source cannot be opened.
        """
        gains: list[float] = []
        speech: list[tuple[float, float]] = []
        for track in self._tracks:
            found = self._measure(self._alone(track), track.first, track.end, "")
            silent = found.integrated <= SILENT
            matched = 0.0 if silent else self._mix.loudness - found.integrated
            gains.append(matched + LEVELS[track.track.role] + track.track.gain_db)
            if track.track.role == "voice" and not silent:
                speech += speaking(track, found.integrated, MIX_RATE)
        length = self._samples / MIX_RATE
        curve = lowering(speech, self._mix.duck_db, length) if speech else _NO_CURVE
        mixed = Mixed(self._tracks, gains, curve, MIX_RATE, MIX_CHANNELS)
        top = min(ceiling(self._mix.true_peak, one.preset.audio) for one in self._job.renditions)
        steps, _ = reach(
            self._mix.loudness, top,
            lambda steps: self._measure(mixed, 0, self._samples, steps),
        )  # fmt: skip
        return mixed, steps

    def _alone(self, track: Placed) -> Reader:
        return Mixed([track], [0.0], _NO_CURVE, MIX_RATE, MIX_CHANNELS)

    def _measure(self, reader: Reader, first: int, end: int, steps: str) -> Loudness:
        with Renderer(measuring(self._job.program, steps), Path(self._job.folder)) as renderer:
            feeder = Feeder(renderer.input, None, None, MIX_RATE, MIX_CHANNELS)
            try:
                for at in range(first, end, MIX_RATE):
                    feeder.samples(at - first, reader.read(at, min(MIX_RATE, end - at)))
                    self._alive()
                feeder.close()
            except (BrokenPipeError, av.error.BrokenPipeError):
                raise RendererRefused(renderer.complaint()) from None
            renderer.finish()
            return read_loudness(renderer.said())
