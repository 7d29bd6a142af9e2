"""Decoding the sound of a media in one pass. Imported in child processes only.

Samples are placed by their time stamps: a gap becomes silence, an overlap is cut, so that a
sample's number gives its time to 1 ms over any length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import floor, lcm
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import av
import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.audiofile import (
    MUSIC_RATE,
    SPEECH_RATE,
    AudioSpool,
    audio_path,
    music_path,
    quality_path,
)
from videre.orchestrator.media.index import AudioTrack, MediaIndex
from videre.orchestrator.media.loudness import LoudnessMeter
from videre.orchestrator.media.reader import (
    check_memory,
    open_media,
    packets_of,
    single_thread,
)
from videre.orchestrator.media.sound_quality import SoundQuality

#: Time stamps are rounded (Matroska, FLV: milliseconds); less than this is no gap.
_TOLERANCE_S: Final = Fraction(1, 1000)
#: Decoded sound beyond the index's end by more than this is a broken time stamp.
_SLACK_S: Final = 10
_ZEROS: Final = 1 << 20
#: Samples that are resampled and written at once.
_AT_ONCE: Final = 1 << 14


class _Track:
    """One output file: resampled sound, placed by absolute position."""

    def __init__(self, target: BinaryIO, rate: int, sample_format: str, width: int) -> None:
        self._target = target
        self._rate = rate
        self._format = sample_format
        self._width = width
        self._resampler: AudioResampler | None = None
        self.samples = 0

    def add(self, frame: AudioFrame) -> None:
        """Append a frame."""
        # A resampler with nothing to do hands the frame's own buffer through and leaves the frame
        # unusable for the other outputs, where its mono layout has no name (plain WAV).
        if (frame.format.name, frame.sample_rate, len(frame.layout.channels)) == (
            self._format,
            self._rate,
            1,
        ):
            self._write([frame])
            return
        if self._resampler is None:
            self._resampler = AudioResampler(self._format, "mono", self._rate)
        self._write(self._resampler.resample(frame))

    def break_at(self, position: Fraction) -> None:
        """End the run of sound; go on at `position` seconds with silence before it."""
        if self._resampler is not None:
            self._write(self._resampler.resample(None))
            self._resampler = None
        gap = round(position * self._rate) - self.samples
        while gap > 0:
            piece = min(gap, _ZEROS)
            self._target.write(bytes(piece * self._width))
            self.samples += piece
            gap -= piece

    def _write(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            # One channel, packed: its samples begin the plane, which may be longer.
            self._target.write(memoryview(frame.planes[0])[: frame.samples * self._width])
            self.samples += frame.samples


@dataclass(frozen=True, slots=True)
class _Expected:
    """Where the frames of a run are expected; times in whole parts of a second, as there are many.

    Args:
        time_base: of the frames' stamps.
        tick: parts in a tick of it.
        sample: parts in a sample.
        start: the run's start by the frames' own clock, parts.
        tolerance: how far from its place a frame may be, parts.
        latest: the last stamp that is no broken one, parts.
    """

    time_base: Fraction
    tick: int
    sample: int
    start: int
    tolerance: int
    latest: int

    def meets(self, pts: int, samples: int) -> bool:
        """Tell whether a frame's stamp is where so many samples of the run end."""
        stated = pts * self.tick
        away = stated - self.start - samples * self.sample
        return abs(away) <= self.tolerance and stated <= self.latest


class _Output(Protocol):
    """What is given the placed sound."""

    def add(self, frame: AudioFrame) -> None:
        """Take the next piece of the run."""

    def break_at(self, position: Fraction) -> None:
        """End the run of sound; the next begins at `position` seconds."""


class _Placer:
    """Turns decoded frames into runs of sound without gaps or overlaps on the track's clock."""

    def __init__(self, track: AudioTrack, outputs: Sequence[_Output]) -> None:
        self._start = track.start
        self._tolerance = max(_TOLERANCE_S, track.time_base)
        self._length = (track.end_pts - track.start_pts) * track.time_base + _SLACK_S
        self._outputs = outputs
        self._rate = 0
        self._run_start = Fraction(0)  # seconds
        self._run_samples = 0  # at the run's rate
        self._expected: _Expected | None = None
        self._gathered = AudioFifo()

    def add(self, frame: AudioFrame) -> None:
        """Place a frame; its stamp is taken from it."""
        placed = frame if self._follows(frame) else self._placed(frame)
        if placed is None:
            return
        self._run_samples += placed.samples
        placed.pts = None  # the queue keeps no clock
        self._gathered.write(placed)
        if self._gathered.samples >= _AT_ONCE:
            self._hand_on()

    def _follows(self, frame: AudioFrame) -> bool:
        """Tell whether a frame stands where the run's last one ends; most do."""
        expected = self._expected
        return (
            expected is not None
            and frame.pts is not None
            and frame.sample_rate == self._rate
            and frame.time_base == expected.time_base
            and expected.meets(frame.pts, self._run_samples)
        )

    def _placed(self, frame: AudioFrame) -> AudioFrame | None:
        """Return what of a frame goes on with the run, or begins one; None for nothing."""
        position = end = self._position
        if frame.pts is not None and frame.time_base is not None:
            stated = frame.pts * frame.time_base - self._start
            if stated > self._length:
                return None
            if abs(stated - position) > self._tolerance:
                position = stated
        if position < end:
            trimmed = _without_start(frame, round((end - position) * frame.sample_rate))
            if trimmed is None:
                return None
            frame, position = trimmed, end
        if position > end or frame.sample_rate != self._rate:
            self._break(position, frame)
        return frame

    def _hand_on(self) -> None:
        """Give the outputs what was gathered: every piece costs them, whatever its length."""
        gathered = self._gathered.read(0, partial=True)
        if gathered is not None:
            for output in self._outputs:
                output.add(gathered)

    def finish(self) -> None:
        """Write out what was gathered and what the resamplers still hold."""
        self._hand_on()
        for output in self._outputs:
            output.break_at(self._position)

    @property
    def _position(self) -> Fraction:
        if not self._rate:
            return Fraction(0)
        return self._run_start + Fraction(self._run_samples, self._rate)

    def _break(self, position: Fraction, frame: AudioFrame) -> None:
        """End the run; begin one at `position` with a frame."""
        self._hand_on()
        for output in self._outputs:
            output.break_at(position)
        self._gathered = AudioFifo()
        self._run_start, self._run_samples, self._rate = position, 0, frame.sample_rate
        self._expected = self._expectation(frame.time_base)

    def _expectation(self, time_base: Fraction | None) -> _Expected | None:
        if time_base is None:
            return None
        start, sample = self._start + self._run_start, Fraction(1, self._rate)
        parts = lcm(time_base.denominator, sample.denominator, start.denominator)
        return _Expected(
            time_base=time_base,
            tick=int(time_base * parts),
            sample=int(sample * parts),
            start=int(start * parts),
            tolerance=floor(self._tolerance * parts),
            latest=floor((self._start + self._length) * parts),
        )


def _without_start(frame: AudioFrame, count: int) -> AudioFrame | None:
    """Return a frame without its first `count` samples; None when nothing is left."""
    if count >= frame.samples:
        return None
    samples = frame.to_ndarray()
    channels = 1 if frame.format.is_planar else len(frame.layout.channels)
    rest = AudioFrame.from_ndarray(
        np.ascontiguousarray(samples[:, count * channels :]),  # type: ignore[arg-type]  # any kind
        format=frame.format.name,
        layout=frame.layout.name,
    )
    rest.sample_rate = frame.sample_rate
    return rest


def decode_sound(path: Path, index: MediaIndex, folder: Path, *, want_music: bool) -> AudioSpool:
    """Decode the selected audio stream and write its files into `folder`.

    Raises:
        VidereError: DECODE_FAILED when no sound came out.
    """
    track = index.audio
    assert track is not None
    meter, quality = LoudnessMeter(), SoundQuality()
    with ExitStack() as files:
        speech = files.enter_context(audio_path(folder).open("wb"))
        outputs = [_Track(speech, SPEECH_RATE, "s16", 2)]
        if want_music:
            music = files.enter_context(music_path(folder).open("wb"))
            outputs.append(_Track(music, MUSIC_RATE, "flt", 4))
        placer = _Placer(track, [*outputs, quality])
        decoder = _Decoder(path, track)
        for frame in decoder.frames():
            meter.add(frame)
            placer.add(frame)
        placer.finish()
    if not outputs[0].samples:
        raise VidereError(Reason.DECODE_FAILED, f"the audio stream ({track.codec}) gave no sound")
    measures = quality.result()
    quality_path(folder).write_bytes(measures.tobytes())
    spool = AudioSpool(
        folder=folder,
        start_ns=index.audio_start_ns,
        samples=outputs[0].samples,
        loudness=meter.result(),
        music_samples=outputs[1].samples if want_music else None,
        damaged=decoder.damaged,
        hops=measures.shape[0],
        channels=measures.shape[1],
    )
    spool.save()
    return spool


class _Decoder:
    """Decodes one audio stream; all frames have the format, layout and rate of the first."""

    def __init__(self, path: Path, track: AudioTrack) -> None:
        self._path = path
        self._stream_index = track.stream_index
        self.damaged = 0

    def frames(self) -> Iterator[AudioFrame]:
        """Yield the frames in the order of the file."""
        first: tuple[str, str, int] | None = None
        converter: AudioResampler | None = None
        for frame in self._decoded():
            shape = (frame.format.name, frame.layout.name, frame.sample_rate)
            first = first or shape
            if shape == first:
                yield frame
                continue
            converter = converter or AudioResampler(*first)
            yield from converter.resample(frame)

    def _decoded(self) -> Iterator[AudioFrame]:
        with open_media(self._path) as container:
            stream = container.streams[self._stream_index]
            assert isinstance(stream, AudioStream)
            single_thread(stream)
            for packet in chain(self._packets(container, stream), [None]):
                try:
                    yield from stream.codec_context.decode(packet)
                except av.FFmpegError as error:
                    check_memory(error)
                    self.damaged += 1

    def _packets(
        self, container: InputContainer, stream: AudioStream
    ) -> Iterator[Packet[AudioStream]]:
        try:
            yield from packets_of(container, stream)
        except av.FFmpegError:
            self.damaged += 1  # the container breaks off
