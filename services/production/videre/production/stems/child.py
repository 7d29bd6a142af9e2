"""The process that parts music: `python -m videre.production.stems.child`.

Reads a job (JSON) from standard input: raw samples in a file, and where to write each stem. It
holds no more than a block of sound besides its networks. Answers in lines of JSON as the rendering
process does; a crash of the model ends this process alone.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from videre.common.errors import Reason
from videre.common.onnx_runtime import open_session
from videre.production.rendering.child import Teller
from videre.production.stems.checkpoint import read_arrays
from videre.production.stems.network import INPUT, network
from videre.production.stems.parting import voice_of

if TYPE_CHECKING:
    import onnxruntime

MODULE: Final = "videre.production.stems.child"
_NOTHING: Final = 1e-10


@dataclass(frozen=True, slots=True)
class PartingJob:
    """What is parted.

    Args:
        source: file of samples, float32 at 44,100 a second, channels side by side.
        channels: number, 1 or 2.
        voice: file for the voice; "" = not wanted.
        accompaniment: file for everything else; "" = not wanted.
        voice_weights: checkpoint of the network that names the voice.
        accompaniment_weights: that of the other one.
    """

    source: str
    channels: int
    voice: str
    accompaniment: str
    voice_weights: str
    accompaniment_weights: str


JOB: Final = TypeAdapter(PartingJob)


class Mask:
    """Which share of each magnitude is voice: the power that one network names, of that of both."""

    def __init__(self, voice: Path, accompaniment: Path) -> None:
        """Open both networks, on one thread."""
        self._networks = [_session(path) for path in (voice, accompaniment)]

    def __call__(self, magnitudes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return shares, 0..1, of the shape of the magnitudes."""
        given = {INPUT: np.ascontiguousarray(magnitudes[None])}
        voice, other = (np.asarray(one.run(None, given)[0])[0] ** 2 for one in self._networks)
        return np.asarray((voice + _NOTHING / 2) / (voice + other + _NOTHING), np.float32)


def _session(path: Path) -> onnxruntime.InferenceSession:
    import onnxruntime

    # Or each network keeps the memory of its largest layers.
    return open_session(onnxruntime, network(read_arrays(path)), keeps_memory=False)


def part(job: PartingJob, teller: Teller) -> None:
    """Write a job's stems."""
    source = np.memmap(job.source, np.float32, "r").reshape(-1, job.channels)
    mask = Mask(Path(job.voice_weights), Path(job.accompaniment_weights))
    voice, other = (
        np.memmap(path, np.float32, "w+", shape=source.shape) if path else None
        for path in (job.voice, job.accompaniment)
    )
    for start, piece in voice_of(source, mask):
        end = start + len(piece)
        if voice is not None:
            voice[start:end] = piece
        if other is not None:
            other[start:end] = source[start:end] - piece
        teller.share(end / len(source))


def main() -> None:
    """Serve one job."""
    teller = Teller(sys.stdout.buffer)
    job = JOB.validate_json(sys.stdin.buffer.read())
    try:
        if Path(job.source).stat().st_size:
            part(job, teller)
        else:
            for path in filter(None, (job.voice, job.accompaniment)):
                Path(path).touch()
        times = os.times()
        teller.say({"done": {"cpu_seconds": times.user + times.system}})
    except (OSError, ValueError, MemoryError) as error:
        message = f"music cannot be parted ({error})"
        teller.say({"failed": {"reason": str(Reason.ENGINE_FAILED), "message": message}})
    os._exit(0)  # libraries need no tidying up: the process was made to be thrown away


if __name__ == "__main__":
    main()
