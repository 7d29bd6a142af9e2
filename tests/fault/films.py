"""Small films whose analysis keeps every service busy, each with bytes of its own."""

from __future__ import annotations

import os
import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import synth


class Plain(synth.Clip):
    """A clip without the burned-in frame number, whose large blocks change like a cut."""

    def picture(self, frame: int) -> synth.Rgb:
        return synth.scene(sum(1 for cut in self.cuts if cut <= frame), *self.size)


def film(number: int, folder: Path, seconds: int = 46) -> Path:
    """Make film `number`: cuts of its own, and speech where this machine has test media."""
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


def _sound(number: int, seconds: int) -> synth.Samples:
    samples = synth.tone(float(seconds), 200.0 + 10 * number, 16_000, 0.05)
    media = os.environ.get("VIDERE_TEST_MEDIA")
    if media is None:
        return samples
    place = 8_000
    for name in ("LJ001-0001.wav", "LJ001-0003.wav", "LJ001-0005.wav"):
        speech = _read(Path(media) / "speech_en" / name)
        end = min(len(samples), place + len(speech))
        samples[place:end] = speech[: end - place]
        place = end + 8_000
        if place >= len(samples):
            break
    return samples


def _read(path: Path) -> synth.Samples:
    """Return a wave file at 16 kHz, by nearest samples: good enough to keep a recogniser busy."""
    with wave.open(str(path)) as source:
        rate = source.getframerate()
        data = np.frombuffer(source.readframes(source.getnframes()), "<i2")
    picked = (np.arange(len(data) * 16_000 // rate) * rate / 16_000).astype(int)
    return np.asarray(data[picked] / 32_768, dtype=synth.tone(0.1).dtype)
