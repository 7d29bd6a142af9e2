"""What sessions are measured on: pictures, pictures with writing and sound of a set with truth.

What 8-bit models learn their ranges from is never what they are judged on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from bench.constructed.media import SOUND_RATE, Samples, sound
from bench.stems import Mix, mixed
from videre.cli.evaluation.truth import Truth

Bgr = NDArray[np.uint8]
T = TypeVar("T")

#: Frames of a clip in a whole and in a quick run, clips of a quick run.
_FRAMES: Final = (6, 2)
_QUICK_CLIPS: Final = 4
_QUICK_TRACKS: Final = 3
#: Every so manieth picture is learned from; groups and number of recordings that are.
_LEARNED: Final = 3
_UNKNOWN_SOUND: Final = ("speech_en", "speech_zh", "music")
_LEARNED_TRACKS: Final = 6
#: Longest sound, seconds.
_SECONDS: Final = 90
_JPEG: Final = 90


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A picture.

    Args:
        truth: its media.
        bgr: what is seen.
        lines: what is written there; () where that is not known.
    """

    truth: Truth
    bgr: Bgr
    lines: tuple[str, ...] = ()

    @property
    def jpeg(self) -> bytes:
        """The picture as services are given it."""
        return cv2.imencode(".jpg", self.bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG])[1].tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class Materials:
    """Pictures of clips, pictures with writing, sound beside what is known of it, mixes."""

    frames: tuple[Shown, ...]
    writing: tuple[Shown, ...]
    tracks: tuple[tuple[Truth, Samples], ...]
    mixes: tuple[Mix, ...]


def read(known: Sequence[Truth], media: Path, *, quick: bool) -> tuple[Materials, Materials]:
    """Return what is learned from, and what is judged on."""
    clips = [truth for truth in known if truth.all_objects is not None]
    clips = clips[:_QUICK_CLIPS] if quick else clips
    frames = [shown for truth in clips for shown in _spread(truth, _FRAMES[quick])]
    writing = [] if quick else [shown for truth in known for shown in _writing(truth)]
    heard = [truth for truth in known if truth.events or truth.speech is not None]
    others = [truth for truth in known if truth.name.split("/")[0] in _UNKNOWN_SOUND]
    others = others[:: max(1, len(others) // _LEARNED_TRACKS)]
    heard = heard[-_QUICK_TRACKS:] if quick else heard
    mixes = [] if quick else list(mixed(media))
    learned, judged = (
        Materials(part(frames), part(writing), _sounds(sounds), part(mixes))
        for part, sounds in ((_learned, others), (_judged, heard))
    )
    return learned, judged


def _learned(items: Sequence[T]) -> tuple[T, ...]:
    return tuple(items[::_LEARNED])


def _judged(items: Sequence[T]) -> tuple[T, ...]:
    return tuple(item for number, item in enumerate(items) if number % _LEARNED)


def _sounds(truths: Sequence[Truth]) -> tuple[tuple[Truth, Samples], ...]:
    return tuple((truth, sound(truth.path)[: _SECONDS * SOUND_RATE]) for truth in truths)


def _spread(truth: Truth, count: int) -> list[Shown]:
    """Return frames of a clip, those at or before equally spaced times that stand alone."""
    shown = []
    with av.open(str(truth.path)) as container:
        for number in range(count):
            at_s = (number + 0.5) / count * (truth.seconds or 1.0)
            container.seek(round(at_s * av.time_base))
            frame = next(container.decode(video=0), None)
            if frame is not None:
                shown.append(Shown(truth, np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)))
    return shown


def _writing(truth: Truth) -> list[Shown]:
    """Return a still picture, or the frames in the middle of a film's captions."""
    if truth.captions:
        return _captioned(truth)
    if not truth.lines:
        return []
    picture = cv2.imread(str(truth.path), cv2.IMREAD_COLOR)
    return [] if picture is None else [Shown(truth, np.asarray(picture, np.uint8), truth.lines)]


def _captioned(truth: Truth) -> list[Shown]:
    middles = sorted({(one.span.start_s + one.span.end_s) / 2 for one in truth.captions or ()})
    shown = []
    with av.open(str(truth.path)) as container:
        frames = container.decode(video=0)
        for at_s in middles:
            frame = next((one for one in frames if (one.time or 0.0) >= at_s), None)
            if frame is None:
                break
            lines = tuple(
                one.text
                for one in truth.captions or ()
                if one.span.start_s <= at_s < one.span.end_s
            )
            bgr = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            shown.append(Shown(truth, bgr, lines))
    return shown
