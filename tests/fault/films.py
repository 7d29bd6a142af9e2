"""Small films and sounds whose analysis keeps every service busy, each with bytes of its own."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path

import av
import numpy as np

from tests import synth


class Plain(synth.Clip):
    """A clip without the burned-in frame number, whose large blocks change like a cut."""

    def picture(self, frame: int) -> synth.Rgb:
        return synth.scene(sum(1 for cut in self.cuts if cut <= frame), *self.size)


def film(number: int, folder: Path, seconds: int = 46) -> Path:
    """Make film `number`: cuts and a tone of its own, and speech."""
    frames = seconds * 25
    cuts = tuple(range(40 + 3 * number, frames - 20, 150 + number))
    clip = Plain(
        f"film-{number}.mp4",
        frames,
        size=(480, 270),
        rate=Fraction(25),
        cuts=cuts,
        encoder=(("preset", "ultrafast"), ("g", "50"), ("bf", "2")),
        sounds=(synth.Sound(_sound(number, seconds), rate=16_000),),
    )
    return synth.make(clip, folder)


def recording(number: int, folder: Path, seconds: int) -> Path:
    """Make sound `number`: what film `number` would sound like, without its pictures."""
    sound = synth.Sound(_sound(number, seconds), rate=16_000)
    return synth.make(synth.Clip(f"sound-{number}.m4a", 0, sounds=(sound,)), folder)


def _sound(number: int, seconds: int) -> synth.Samples:
    """Return a quiet tone of the film's own, and the words of the shipped sample over it."""
    samples = synth.tone(float(seconds), 200.0 + 10 * number, 16_000, 0.05)
    words = _words()[: len(samples)]
    samples[: len(words)] += words
    return samples


@cache
def _words() -> synth.Samples:
    clip = resources.files("videre.cli").joinpath("sample", "sample.mp4")
    with resources.as_file(clip) as path, av.open(str(path)) as source:
        resampler = av.AudioResampler("flt", "mono", 16_000)
        pieces = [
            piece.to_ndarray()[0]
            for frame in source.decode(audio=0)
            for piece in resampler.resample(frame)
        ]
    return np.concatenate(pieces).astype(synth.tone(0.1).dtype)
