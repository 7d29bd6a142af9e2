"""Sources of cut lists: every kind of time, frames that say who they are, sound found again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests import synth

RATE: Final = 48_000
_SECONDS: Final = 8
#: Numbers of a source's frames begin at its place times this.
_STEP: Final = 4_096
_SIZE: Final = (192, 108)


@dataclass(frozen=True)
class _Numbered(synth.Clip):
    """A clip whose frames count from `base`."""

    base: int = 0

    def picture(self, frame: int) -> synth.Rgb:
        """See synth.Clip."""
        return synth.burn(synth.scene(self.base // _STEP, *self.size), self.base + frame)


@dataclass(frozen=True, slots=True)
class Source:
    """A source, times in seconds from its origin.

    Args:
        starts: of every frame.
        base: number of the first frame.
        samples: of the sound, from `sound_start` on.
        begin: from where picture and sound are both there.
        end: until where.
        longest: longest time that a frame stays.
    """

    name: str
    path: Path
    starts: tuple[float, ...]
    base: int
    samples: NDArray[np.float32]
    sound_start: Fraction
    begin: Fraction
    end: Fraction
    longest: Fraction

    def has(self, number: int) -> bool:
        """Tell whether a number was read from a frame of this source."""
        return 0 <= number - self.base < len(self.starts)

    def time_of(self, number: int) -> float:
        """Return when the frame with a number begins."""
        return self.starts[number - self.base]


def make_sources(folder: Path) -> list[Source]:
    """Make the sources in a folder."""
    medium = (("preset", "medium"), ("bf", "3"), ("g", "24"))
    opened = (*medium[:2], ("g", "15"), ("x264-params", "open-gop=1"))
    return [
        _source(folder, 0, "cfr25", "mp4", Fraction(25)),
        _source(folder, 1, "ntsc", "mp4", Fraction(30_000, 1_001)),
        _source(folder, 2, "b-frames", "mp4", Fraction(24), encoder=medium),
        _source(folder, 3, "open-gop", "mkv", Fraction(25), encoder=opened),
        _source(folder, 4, "varying", "mkv", Fraction(25), varying=True),
        _source(folder, 5, "late-sound", "mkv", Fraction(25), late_s=Fraction(1, 2)),
        _source(folder, 6, "late-picture", "mkv", Fraction(30), picture_s=Fraction(3, 4)),
        _source(folder, 7, "sixty", "mp4", Fraction(60_000, 1_001), encoder=medium),
    ]


def _source(
    folder: Path,
    place: int,
    name: str,
    suffix: str,
    rate: Fraction,
    *,
    encoder: tuple[tuple[str, str], ...] = (("preset", "ultrafast"), ("g", "50")),
    varying: bool = False,
    late_s: Fraction = Fraction(0),
    picture_s: Fraction = Fraction(0),
) -> Source:
    base = Fraction(1, 90_000)
    rng = np.random.default_rng(place)
    steps = [1 / rate] * int(_SECONDS * rate)
    if varying:
        steps = [Fraction(int(ms), 1_000) for ms in rng.integers(15, 95, int(_SECONDS * 18))]
    times = [picture_s + sum(steps[:n], Fraction(0)) for n in range(len(steps))]
    noise = np.convolve(rng.normal(0, 0.12, _SECONDS * RATE), np.ones(6) / 6, "same")
    samples = np.asarray(noise, np.float32)
    clip = _Numbered(
        f"{name}.{suffix}",
        len(times),
        size=_SIZE,
        rate=rate,
        ticks=tuple(round(at / base) for at in times),
        encoder=encoder,
        sounds=(synth.Sound(samples, start_s=late_s),),
        base=place * _STEP,
    )
    length = times[-1] + steps[-1]
    return Source(
        name=name,
        path=synth.make(clip, folder),
        starts=tuple(map(float, times)),
        base=place * _STEP,
        samples=samples,
        sound_start=late_s,
        begin=max(picture_s, late_s) + Fraction(1, 20),
        end=min(length, _SECONDS + late_s) - Fraction(1, 5),
        longest=max(steps),
    )
