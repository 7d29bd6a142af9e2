"""Reading sound by sample numbers. Imported in the child process only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from videre.production.frames import open_media
from videre.production.media_index import Media, Sound

Samples = NDArray[np.float32]

#: Containers whose index finds a packet exactly; in others sound is read from the beginning.
_EXACT: Final = ("mov", "mp4", "matroska", "webm", "nut")
#: Decoded before what is wanted, since codecs need some packets to tune in, seconds.
_RUN_UP_S: Final = 1
#: Read on rather than sought, seconds.
_NEAR_S: Final = 10
#: Time stamps that differ by less from where the samples lead are rounded, seconds.
_JITTER_S: Final = 0.01


class SoundReader:
    """The samples of one source at one rate and layout, silence where it has none."""

    def __init__(self, path: Path, media: Media, sample_rate: int, layout: str) -> None:
        """Take a file; it is open until `close`.

        Args:
            path: the file.
            media: what its index says; it has sound.
            sample_rate: of the samples to give.
            layout: of the channels to give, such as "stereo".
        """
        assert media.sound is not None
        self._path, self._sound = path, media.sound
        self._seeks = any(name in _EXACT for name in media.container.split(","))
        self._rate, self._layout = sample_rate, layout
        self._opened = ExitStack()
        self._coming: Iterator[tuple[int, Samples]] = iter(())
        self._channels = len(av.AudioLayout(layout).channels)
        self._held: Samples = np.zeros((0, self._channels), np.float32)
        #: Number of the first held sample; None before reading began.
        self._at: int | None = None

    def close(self) -> None:
        """Close the file."""
        self._opened.close()

    def read(self, first: int, count: int) -> Samples:
        """Return samples [first, first + count) from the media's origin, shape (count, channels).

        Raises:
            av.FFmpegError, ValueError, OSError: the file cannot be opened.
        """
        found = np.zeros((count, self._channels), np.float32)
        if self._at is None or not self._at <= first <= self._end + _NEAR_S * self._rate:
            self._begin(first)
        while self._at is not None and self._at < first + count:
            low, high = max(first, self._at), min(first + count, self._end)
            if low < high:
                found[low - first : high - first] = self._held[low - self._at : high - self._at]
            if self._end >= first + count:
                break
            piece = next(self._coming, None)
            if piece is None:
                break
            self._at, self._held = piece
        return found

    @property
    def _end(self) -> int:
        return (self._at or 0) + len(self._held)

    def _begin(self, first: int) -> None:
        self._opened.close()
        container = self._opened.enter_context(open_media(self._path))
        stream = container.streams[self._sound.stream_index]
        if not isinstance(stream, AudioStream):
            raise TypeError(f"stream {self._sound.stream_index} holds no sound")
        start = first / self._rate - _RUN_UP_S
        if self._seeks and start > float(self._sound.start) + _NEAR_S and stream.time_base:
            ticks = (start + float(self._sound.origin)) / float(stream.time_base)
            container.seek(int(ticks), stream=stream, backward=True)
        self._coming = self._pieces(container, stream)
        self._at, self._held = next(self._coming, (first, self._held[:0]))

    def _pieces(
        self, container: InputContainer, stream: AudioStream
    ) -> Iterator[tuple[int, Samples]]:
        """Yield runs of samples with the number of their first one, never going back."""
        resampler = AudioResampler(format="flt", layout=self._layout, rate=self._rate)
        at: int | None = None  # place of the next resampled sample
        due: float | None = None  # when the next frame should begin, seconds
        for frame in _decoded(container, stream):
            begins = _seconds(frame, self._sound)
            if due is None or (begins is not None and abs(begins - due) > _JITTER_S):
                for rest in resampler.resample(None) if at is not None else ():
                    assert at is not None
                    yield at, _array(rest, self._channels)
                resampler = AudioResampler(format="flt", layout=self._layout, rate=self._rate)
                due = begins if begins is not None else float(self._sound.start)
                at = round(due * self._rate)
            due += frame.samples / frame.sample_rate
            frame.pts = None
            for made in resampler.resample(frame):
                samples = _array(made, self._channels)
                assert at is not None
                yield at, samples
                at += len(samples)
        for rest in resampler.resample(None) if at is not None else ():
            assert at is not None
            yield at, _array(rest, self._channels)


def _decoded(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Yield decoded frames; damaged packets give none, a file that breaks off ends."""
    try:
        for packet in container.demux(stream):
            try:
                yield from stream.codec_context.decode(packet)
            except av.FFmpegError:
                continue
    except av.FFmpegError:
        return


def _seconds(frame: AudioFrame, sound: Sound) -> float | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return float(frame.pts * frame.time_base - sound.origin)


def _array(frame: Any, channels: int) -> Samples:
    return np.asarray(frame.to_ndarray(), np.float32).reshape(-1, channels)
