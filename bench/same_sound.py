"""Media with the same sound: whether copies are found, at their time, and nothing else is.

Every file of sound of the media folder that is 12 s long or more is coded anew in four ways, whole
or cut to a part from between two hashes on, quieter. Copies are compared with their original, all
files with each other.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Final

import av
import numpy as np
import numpy.typing as npt
from av.audio.resampler import AudioResampler

from bench.harness import Outcome
from bench.options import Options
from tests.sounding import encoded
from videre.cli.evaluation.figures import Measured
from videre.common.values import NS
from videre.orchestrator.search.looks import Looks, packed_hashes, same_sound
from videre.orchestrator.search.sound_hashes import EVERY_MS, RATE, sound_hashes

_SUFFIXES: Final = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a")
_SHORTEST_S, _LONGEST_S, _QUICK_FILES = 12, 120, 4
#: Container, codec, bits a second; where the copy begins in seconds, and how loud it is.
_COPIES: Final = (
    ("mp3", "libmp3lame", 48_000, 0.0, 1.0),
    ("mp4", "aac", 48_000, 1.137, 0.6),
    ("ogg", "libopus", 24_000, 2.125, 0.3),
    ("wav", "pcm_mulaw", 0, 3.37, 1.0),
)
#: How far the time of a copy may be off: its hashes and those of the original have their own grids.
_NEAR_MS: Final = EVERY_MS + 50
_Pcm = npt.NDArray[np.int16]


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Code, compare, count."""
    folder = options.media_folder()
    found = (path for path in sorted(folder.rglob("*")) if path.suffix in _SUFFIXES)
    decoded = ((path, _decoded(path)) for path in found)
    least = _SHORTEST_S * RATE
    sounds = {path: pcm for path, pcm in decoded if pcm is not None and len(pcm) >= least}
    if options.quick:
        sounds = dict(list(sounds.items())[:_QUICK_FILES])
    heard = {path: _heard(pcm) for path, pcm in sounds.items()}
    told = [_told(heard[path], copy, begins) for path, copy, begins in _copies(sounds)]
    others = 0
    for one, other in combinations(heard, 2):
        if same_sound(heard[one], heard[other]) is not None:
            tell(f"{one.name} is taken for {other.name}")
            others += 1
    pairs = len(heard) * (len(heard) - 1) // 2
    how = f"{len(told)} copies of {len(heard)} files: MP3, AAC, Opus, μ-law; cut and quieter"
    return [
        Measured("copies found", _share([one is not None for one in told]), "", how),
        Measured("copies found at their time", _share([bool(one) for one in told]), "", how),
        Measured("other media taken for the same", others, "", f"{pairs} pairs of files"),
    ], []  # fmt: skip


def _share(right: list[bool]) -> float | None:
    return sum(right) / len(right) if right else None


def _told(own: Looks, copy: Looks, begins_s: float) -> bool | None:
    """Tell whether a copy is found at its time; None where it is not found."""
    same = same_sound(own, copy)
    if same is None:
        return None
    return abs(same.first[0] - same.second[0] - begins_s * 1_000) <= _NEAR_MS


def _copies(sounds: dict[Path, _Pcm]) -> Iterator[tuple[Path, Looks, float]]:
    for path, pcm in sounds.items():
        for form, codec, rate, begins, loud in _COPIES:
            part = np.asarray(pcm[round(begins * RATE) :] * loud, np.int16)
            copy = _decoded(io.BytesIO(encoded(part, form, codec, rate)))
            if copy is not None:
                yield path, _heard(copy), begins


def _heard(pcm: _Pcm) -> Looks:
    hashes = enumerate(sound_hashes(pcm).tolist())
    times, values = packed_hashes([(n * EVERY_MS * NS // 1_000, one) for n, one in hashes])
    return Looks(sound_times=times, sound_hashes=values)


def _decoded(source: Path | io.BytesIO) -> _Pcm | None:
    """Return the sound of a file, its first two minutes; None where it has none."""
    resampler, parts, count = AudioResampler("s16", "mono", RATE), [], 0
    try:
        with av.open(source, "r") as container:
            for frame in container.decode(audio=0):
                for piece in resampler.resample(frame):
                    parts.append(piece.to_ndarray()[0])
                    count += len(parts[-1])
                if count >= _LONGEST_S * RATE:
                    break
    except (av.FFmpegError, IndexError):
        return None
    return np.concatenate(parts) if parts else None
