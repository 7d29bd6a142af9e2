"""Raw frames and samples as one stream, for the renderer. Imported in the child process only."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import IO, Final

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from videre.production.rendering.canvas import Canvas
from videre.production.rendering.sound import Samples
from videre.production.rendering.timeline import FINE

#: Names of layouts by number of channels.
LAYOUTS: Final = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1",
                   8: "7.1"}  # fmt: skip


class Feeder:
    """Writes raw frames and samples as one stream."""

    def __init__(
        self,
        target: IO[bytes],
        canvas: Canvas | None,
        rate: Fraction | None,
        sample_rate: int,
        channels: int,
    ) -> None:
        self._canvas = canvas
        #: Of the sound.
        self.sample_rate, self.channels = sample_rate, channels
        self._out: OutputContainer = av.open(
            target, "w", format="nut", options={"write_index": "0"}
        )
        self._video: VideoStream | None = None
        self._audio: AudioStream | None = None
        self.base = 1 / rate if rate is not None else Fraction(1, FINE)
        if canvas is not None:
            video = self._out.add_stream("rawvideo", rate=rate or Fraction(25))
            assert isinstance(video, VideoStream)
            video.width, video.height, video.pix_fmt = canvas.width, canvas.height, canvas.format
            video.codec_context.time_base = self.base
            video.time_base = self.base
            self._video = video
        if channels:
            self.layout = LAYOUTS[channels]
            audio = self._out.add_stream("pcm_f32le", rate=sample_rate, layout=self.layout)
            assert isinstance(audio, AudioStream)
            self._audio = audio

    @property
    def shows(self) -> bool:
        """Whether there are pictures."""
        return self._video is not None

    @property
    def sounds(self) -> bool:
        """Whether there is sound."""
        return self._audio is not None

    def frame(self, tick: int, frame: VideoFrame | None) -> None:
        """Write a frame; black where there is none."""
        assert self._video is not None
        assert self._canvas is not None
        shown = frame if frame is not None else black(self._canvas)
        shown.pts, shown.time_base = tick, self.base
        for packet in self._video.encode(shown):
            self._out.mux(packet)

    def samples(self, first: int, samples: Samples) -> None:
        """Write samples, shape (count, channels)."""
        assert self._audio is not None
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.reshape(1, -1)), format="flt", layout=self.layout
        )
        frame.sample_rate, frame.pts = self.sample_rate, first
        frame.time_base = Fraction(1, self.sample_rate)
        for packet in self._audio.encode(frame):
            self._out.mux(packet)

    def close(self) -> None:
        """Write the end."""
        for stream in (self._video, self._audio):
            for packet in stream.encode(None) if stream is not None else ():
                self._out.mux(packet)
        self._out.close()


@lru_cache(maxsize=1)  # the same for a whole run
def black(canvas: Canvas) -> VideoFrame:
    """Return a black frame."""
    rgb = np.zeros((canvas.height, canvas.width, 3), np.uint8)
    return VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format=canvas.format)
