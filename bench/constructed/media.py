"""Reading and writing the raw material: pictures of one size and rate, mono sound of one rate."""

from __future__ import annotations

import wave
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
import numpy.typing as npt

from videre.cli.evaluation.truth import Truth

Rgb = npt.NDArray[np.uint8]
#: Mono samples, float32, −1..1, at `SOUND_RATE`.
Samples = npt.NDArray[np.float32]

FRAME_RATE: Final = 25
SOUND_RATE: Final = 16_000
#: Clips of the set must be longer than this to be drawn upon, seconds.
_BACKGROUND_S: Final = 4


def backgrounds(truths: Iterable[Truth]) -> list[Path]:
    """Return the clips of one shot without text, which others can be drawn upon."""
    return [
        truth.path
        for truth in truths
        if truth.text_free and truth.shots == 1 and (truth.seconds or 0) > _BACKGROUND_S
    ]


def pictures(path: Path, size: tuple[int, int]) -> Iterator[Rgb]:
    """Yield the frames of a clip, height×width×3, stretched to (width, height)."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.reformat(*size, format="rgb24").to_ndarray(), np.uint8)


def write_film(path: Path, frames: Iterable[Rgb]) -> None:
    """Write frames of one size as H.264 at 25 per second; the same frames give the same bytes."""
    with av.open(str(path), "w") as container:
        options = {"preset": "ultrafast", "crf": "20", "g": "50"}
        stream: Any = container.add_stream("libx264", rate=FRAME_RATE, options=options)
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1
        for number, picture in enumerate(frames):
            if number == 0:
                stream.height, stream.width = picture.shape[:2]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def sound(path: Path) -> Samples:
    """Return the sound of a file as mono at 16 kHz."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SOUND_RATE)
    parts = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
        parts += [part.to_ndarray()[0] for part in resampler.resample(None)]
    return np.concatenate(parts).astype(np.float32) if parts else np.zeros(0, np.float32)


def write_sound(path: Path, samples: Samples) -> None:
    """Write mono samples as 16-bit PCM."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SOUND_RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())


def silence(seconds: float, chance: np.random.Generator) -> Samples:
    """Return the noise of a quiet room, −66 dB: no recording is digitally silent."""
    return chance.normal(0, 5e-4, round(seconds * SOUND_RATE)).astype(np.float32)
