"""A file seen through the media edge alone: probed, indexed and decoded as a job would do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from videre.orchestrator.media.audiofile import SPEECH_RATE, AudioSpool
from videre.orchestrator.media.decode import frames
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.media.ingest import probe
from videre.orchestrator.media.runner import RunChild
from videre.orchestrator.media.spool import SpoolCache
from videre.orchestrator.media.units import cut_units

Picture = npt.NDArray[np.uint8]
_SPOOL_BYTES: Final = 1 << 30
#: A beep is heard where the sound passes this level (of 32,767) after this silence, samples.
_LOUD: Final = 6_000
_SILENCE: Final = SPEECH_RATE // 20
_UPRIGHT: Final = {
    90: cv2.ROTATE_90_COUNTERCLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_CLOCKWISE,
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture that the decode pass kept: which frame it says it is, when, and what it shows."""

    frame: int
    time_ns: int
    number: int
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the media edge says of a file.

    Args:
        passed: (frame index, number shown) of one pass over all frames.
        sought: likewise from the middle of the film on, after a seek.
        signals: (frame index, start) of the units' own records, nanoseconds.
        labels: SMPTE timecode of every frame and of the end.
        beeps: where the sound begins after silence, seconds from the origin.
    """

    index: MediaIndex
    passed: list[tuple[int, int]] = field(default_factory=list)
    sought: list[tuple[int, int]] = field(default_factory=list)
    signals: list[tuple[int, int]] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    beeps: list[float] = field(default_factory=list)


async def see(path: Path, folder: Path, read: Callable[[Picture], int], run: RunChild) -> Seen:
    """Send a file through the media edge.

    Args:
        folder: for the decoded form; empty.
        read: returns the number that an upright picture as coded shows, height×width×3.
        run: runs what reads the file.

    Raises:
        VidereError: the file is refused.
    """
    index = await probe(path, run=run, name=path.name)
    seen = Seen(index)
    spool = SpoolCache(folder, _SPOOL_BYTES, run=run)
    if index.video is not None:
        count = index.video.frame_count
        seen.passed.extend(_numbers(path, index, 0, read))
        seen.sought.extend(_numbers(path, index, count // 2, read))
        seen.labels.extend(_labels(index))
        await _units(path, index, spool, read, seen)
    seen.beeps.extend(await _beeps(path, index, spool))
    return seen


async def beeps(path: Path, folder: Path, run: RunChild) -> list[float]:
    """Return where the sound of a file begins after silence, seconds from the origin.

    Args:
        folder: for the decoded form; empty.
        run: runs what reads the file.

    Raises:
        VidereError: the file is refused.
    """
    index = await probe(path, run=run, name=path.name)
    return await _beeps(path, index, SpoolCache(folder, _SPOOL_BYTES, run=run))


async def _beeps(path: Path, index: MediaIndex, spool: SpoolCache) -> list[float]:
    if index.audio is None:
        return []
    async with spool.audio(path, index, want_music=False) as sound:
        return _onsets(sound)


def _numbers(
    path: Path, index: MediaIndex, first: int, read: Callable[[Picture], int]
) -> list[tuple[int, int]]:
    track = index.video
    assert track is not None
    shown = frames(path, track, first, track.frame_count)
    return [
        (place, read(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)))
        for place, frame in shown
    ]


def _labels(index: MediaIndex) -> list[str]:
    timeline = index.timeline()
    spans = [timeline.frame_span(frame, frame + 1) for frame in range(timeline.frame_count)]
    codes = [timeline.timecodes(span) for span in spans]
    return [start for start, _ in codes] + [codes[-1][1]]


async def _units(
    path: Path, index: MediaIndex, spool: SpoolCache, read: Callable[[Picture], int], seen: Seen
) -> None:
    last = len(cut_units(index)) - 1
    async with spool.video(path, index, 0, last) as units:
        for unit in units:
            own = range(unit.unit.start_frame, unit.unit.end_frame)
            seen.signals.extend(
                (int(record["frame"]), int(record["time_ns"]))
                for record in unit.signals
                if int(record["frame"]) in own
            )
            seen.kept.extend(
                _kept(unit.jpeg(found.frame), found.frame, found.time_ns, index, read)
                for found in unit.candidates
            )


def _kept(
    jpeg: bytes, frame: int, time_ns: int, index: MediaIndex, read: Callable[[Picture], int]
) -> Kept:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert index.video is not None
    turn = _UPRIGHT.get(index.video.rotation)
    upright = picture if turn is None else cv2.rotate(picture, turn)
    height, width = picture.shape[:2]
    return Kept(frame, time_ns, read(np.asarray(upright, np.uint8)), (width, height))


def _onsets(sound: AudioSpool) -> list[float]:
    loud = np.flatnonzero(np.abs(sound.pcm(0, sound.samples).astype(np.int32)) > _LOUD)
    firsts = loud[np.diff(loud, prepend=-_SILENCE - 1) > _SILENCE]
    return [sound.start_ns / 1e9 + int(first) / SPEECH_RATE for first in firsts]
