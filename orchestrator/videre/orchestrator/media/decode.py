"""Decoding a run of units in one pass: signals of every frame, pictures of the candidates.

Imported in child processes only. Frames find their place by the index's tokens, never by counting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path
from typing import Final

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.orchestrator.media.candidates import CandidatePicker, Picked
from videre.orchestrator.media.index import Int64s, Mapping, MediaIndex, UnitRange, VideoTrack
from videre.orchestrator.media.meter import SignalMeter
from videre.orchestrator.media.packets import VideoPacket, stamped
from videre.orchestrator.media.picture_quality import projections
from videre.orchestrator.media.pictures import PictureMaker
from videre.orchestrator.media.planes import Planes, planar, sample_planes
from videre.orchestrator.media.reader import (
    check_memory,
    open_media,
    packets_of,
    single_thread,
)
from videre.orchestrator.media.records import SIGNAL_TYPE, Signals, held
from videre.orchestrator.media.trial import decode_packets
from videre.orchestrator.media.unit_quality import UnitQuality
from videre.orchestrator.media.unitfile import Candidate, write_unit

#: Context on either side of a unit, so that its shots can be told without its neighbours.
CONTEXT_NS: Final = 2 * NS
_CONTEXT_FRAMES: Final = 16


class _Places:
    """Token of a decoded frame → frame index."""

    def __init__(self, track: VideoTrack) -> None:
        self._order = np.argsort(track.tokens, kind="stable")
        self._tokens = track.tokens[self._order]

    def find(self, token: int | None) -> int | None:
        """Return the frame index; None for a frame the index does not know."""
        if token is None:
            return None
        place = int(np.searchsorted(self._tokens, token))
        if place == len(self._tokens) or int(self._tokens[place]) != token:
            return None
        return int(self._order[place])


def context_range(starts_ns: Int64s, unit: UnitRange) -> tuple[int, int]:
    """Return the frames [first, end) whose signals a unit holds: its own and 2 s, ≥ 16 frames."""
    first = int(np.searchsorted(starts_ns, unit.start_ns - CONTEXT_NS))
    end = int(np.searchsorted(starts_ns, unit.end_ns + CONTEXT_NS))
    return (
        max(0, min(first, unit.start_frame - _CONTEXT_FRAMES)),
        min(len(starts_ns), max(end, unit.end_frame + _CONTEXT_FRAMES)),
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """A decoded frame and what every unit that holds it needs of it."""

    frame: int
    record: Signals
    picture: VideoFrame
    plain: VideoFrame
    planes: Planes
    projected: npt.NDArray[np.float32]


class _UnitBuilder:
    """Gathers one unit while its frames pass; starts anew at each unit."""

    def __init__(self, index: MediaIndex, unit: UnitRange, pictures: PictureMaker) -> None:
        self.unit = unit
        self._starts = index.frame_starts_ns
        self.first, self.end = context_range(self._starts, unit)
        self._records = np.zeros(self.end - self.first, SIGNAL_TYPE)
        self._seen = np.zeros(self.end - self.first, np.bool_)
        self._picker: CandidatePicker[VideoFrame] = CandidatePicker(unit.start_ns)
        self._pictures = pictures
        rotation = index.video.rotation if index.video is not None else 0
        self._quality = UnitQuality(unit, self._starts, rotation)
        self._candidates: list[Candidate] = []
        self._jpegs: list[bytes] = []

    def add(self, look: _Look) -> None:
        """Take a frame of the unit or of its context."""
        self._records[look.frame - self.first] = look.record
        self._seen[look.frame - self.first] = True
        self._quality.add(look.frame, look.plain, look.planes, look.projected)
        if self.unit.start_frame <= look.frame < self.unit.end_frame:
            self._keep(self._picker.add(look.record, look.picture))

    def finish(self, folder: Path) -> list[tuple[int, int]]:
        """Write the unit's files; return the ranges of its frames that did not decode."""
        self._keep(self._picker.close())
        missing = self._missing()
        self._fill()
        write_unit(
            folder,
            self.unit,
            self._records,
            self._quality.finish(),
            self._candidates,
            self._jpegs,
            missing,
        )
        return missing

    def _keep(self, picked: list[Picked[VideoFrame]]) -> None:
        for pick in picked:
            jpeg = self._pictures.jpeg(pick.frame)
            record = pick.record
            self._jpegs.append(jpeg)
            self._candidates.append(
                Candidate(
                    frame=int(record["frame"]),
                    time_ns=int(record["time_ns"]),
                    changed=pick.changed,
                    reasons=int(pick.reasons),
                    sharpness=float(record["sharpness"]),
                    luma_mean=float(record["luma_mean"]),
                    luma_deviation=float(record["luma_deviation"]),
                    size=len(jpeg),
                )
            )

    def _missing(self) -> list[tuple[int, int]]:
        own = self._seen[self.unit.start_frame - self.first : self.unit.end_frame - self.first]
        edges = np.flatnonzero(np.diff(np.concatenate(([True], own, [True]))))
        return [
            (self.unit.start_frame + int(start), self.unit.start_frame + int(end))
            for start, end in edges.reshape(-1, 2)
        ]

    def _fill(self) -> None:
        """Give frames that did not decode the record of the picture shown in their place."""
        seen = np.flatnonzero(self._seen)
        for place in np.flatnonzero(~self._seen):
            earlier = seen[seen < place]
            source = int(earlier[-1]) if len(earlier) else int(seen[0]) if len(seen) else place
            frame = self.first + int(place)
            self._records[place] = held(self._records[source], frame, int(self._starts[frame]))


def decode_units(
    path: Path, index: MediaIndex, units: Sequence[UnitRange], folder: Path
) -> list[list[tuple[int, int]]]:
    """Decode neighbouring units in one pass and write their files into `folder`.

    Returns:
        Per unit the ranges of frames that did not decode.

    Raises:
        VidereError: DECODE_FAILED when not one frame of the units came out.
    """
    track = index.video
    assert track is not None
    pictures = PictureMaker(track)
    builders = [_UnitBuilder(index, unit, pictures) for unit in units]
    meter, starts = SignalMeter(), index.frame_starts_ns
    first, end = max(0, builders[0].first - 1), builders[-1].end
    waiting, missing, last = list(builders), [], -1
    for frame, picture in frames(path, track, first, end):
        if frame <= last:
            continue  # a damaged stream may repeat itself
        last = frame
        plain = planar(picture)
        planes = sample_planes(plain, track.rotation)
        record = meter.measure(frame, int(starts[frame]), planes)
        look = _Look(frame, record, picture, plain, planes, projections(planes.y))
        while waiting and frame >= waiting[0].end:
            missing.append(waiting.pop(0).finish(folder))
        for builder in waiting:
            if frame < builder.first:
                break
            builder.add(look)
    if last < first:
        raise VidereError(Reason.DECODE_FAILED, f"no frame of {first}..{end} could be decoded")
    missing.extend(builder.finish(folder) for builder in waiting)
    return missing


def frames(path: Path, track: VideoTrack, first: int, end: int) -> Iterator[tuple[int, VideoFrame]]:
    """Yield (frame index, frame) of [first, end), in the order of the decoder.

    Starts at the last key frame at or before `first`; where seeking lands too late (old containers
    keep no exact index) at an earlier one, at last at the beginning.
    """
    places = _Places(track)
    for start in _starts(track, first):
        with open_media(path) as container:
            stream = container.streams[track.stream_index]
            assert isinstance(stream, VideoStream)
            single_thread(stream)
            packets = _from(container, stream, track, start)
            if packets is None:
                continue
            found = _placed(packets, stream, places)
            head = next(found, None)
            if start is not None and (head is None or head[0] > first):
                continue
            if head is not None and first <= head[0] < end:
                yield head
            for frame, picture in found:
                if frame >= end:
                    return
                if frame >= first:
                    yield frame, picture
            return


def placed(
    container: InputContainer, stream: VideoStream, track: VideoTrack
) -> Iterator[tuple[int, VideoFrame]]:
    """Yield (frame index, frame) of all that a decoder gives of a stream, in its order."""
    return _placed(stamped(_packets(container, stream), track.mapping), stream, _Places(track))


def _starts(track: VideoTrack, first: int) -> Iterator[int | None]:
    """Yield tokens to seek to, nearest first, then None for the beginning of the file."""
    keys = np.flatnonzero(track.keys[: first + 1])
    for back in (1, 2, 4):
        if len(keys) > back:
            yield int(track.tokens[keys[-back]])
    yield None


def _from(
    container: InputContainer, stream: VideoStream, track: VideoTrack, token: int | None
) -> Iterator[VideoPacket] | None:
    """Return the packets from a key frame on, None = all; None when it cannot be gone to.

    Where packets are told by their number alone, those before it are read but not decoded.
    """
    if token is None:
        return stamped(_packets(container, stream), track.mapping)
    if track.mapping is Mapping.ORDINAL:
        packets = stamped(_packets(container, stream), track.mapping)
        _show(stream, next(packets, None))
        stream.codec_context.flush_buffers()
        return dropwhile(lambda packet: packet.pts is None or packet.pts < token, packets)
    _show(stream, next(_packets(container, stream), None))
    try:
        container.seek(token, stream=stream, backward=True)
    except av.FFmpegError:
        return None
    return stamped(_packets(container, stream), track.mapping)


def _show(stream: VideoStream, first: VideoPacket | None) -> None:
    """Show the decoder the file's first packet before it starts in the middle.

    x264 writes its version there only, and the decoder allows for the 4:4:4 mistakes of old
    versions (before 151) only when it has seen it: without, all else comes out as rubbish.
    """
    try:
        if first is not None:
            stream.codec_context.decode(first)
    except av.FFmpegError as error:
        check_memory(error)  # a damaged beginning: what follows may still be whole


def _placed(
    packets: Iterator[VideoPacket], stream: VideoStream, places: _Places
) -> Iterator[tuple[int, VideoFrame]]:
    for picture in decode_packets(stream, packets):
        frame = places.find(picture.pts)
        if frame is not None:
            yield frame, picture


def _packets(container: InputContainer, stream: VideoStream) -> Iterator[VideoPacket]:
    """Yield the stream's packets; a container that breaks off ends here."""
    with suppress(av.FFmpegError):
        yield from packets_of(container, stream)
