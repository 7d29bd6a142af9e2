"""Sound that is like no other, for tests that compare what media sound like."""

from __future__ import annotations

import io
import wave

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream

RATE = 16_000
Pcm = npt.NDArray[np.int16]


def melody(seed: int, seconds: float) -> Pcm:
    """Return tones of random heights, lengths and loudness; the same ones for the same seed."""
    rng = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * RATE))
    at = 0
    while at < len(sound):
        long = int(rng.integers(RATE // 8, RATE // 2))
        times = np.arange(min(long, len(sound) - at)) / RATE
        for height in np.exp(rng.uniform(np.log(220), np.log(3_800), 3)):
            sound[at : at + long] += rng.uniform(0.2, 1) * np.sin(2 * np.pi * height * times)
        sound[at : at + long] *= np.exp(-3 * times)
        at += long
    return np.asarray(sound * 6_000, np.int16)


def encoded(pcm: Pcm, form: str, codec: str, bit_rate: int = 0) -> bytes:
    """Return a file of a container's form; 0 = as many bits as the codec takes by itself."""
    target = io.BytesIO()
    with av.open(target, "w", format=form) as container:
        stream = container.add_stream(codec, rate=RATE if codec != "libopus" else 48_000)
        assert isinstance(stream, AudioStream)
        if bit_rate:
            stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
        frame.sample_rate = RATE
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return target.getvalue()


def as_wave(pcm: Pcm) -> bytes:
    """Return a WAV file."""
    target = io.BytesIO()
    with wave.open(target, "wb") as writer:
        writer.setparams((1, 2, RATE, 0, "NONE", ""))
        writer.writeframes(pcm.astype("<i2").tobytes())
    return target.getvalue()
