"""What a request must satisfy before any work is done for it."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from videre.common.errors import invalid
from videre.common.strips import FRAME_BYTES, HEIGHT, WIDTH, strip_range
from videre.internal.v1 import visual_pb2
from videre.visual.appearance import Signals
from videre.visual.engines.base import Strips
from videre.visual.pictures import Picture, decode_jpeg
from videre.visual.registry import SHOTS
from videre.visual.shots import SIGNAL_DTYPE

MAX_FRAMES: Final = 16
MAX_BYTES: Final = 4 * 1024 * 1024
MAX_CARRY: Final = 64 * 1024
MAX_SIDE: Final = 1280
MAX_TEXTS: Final = 16
MAX_TEXT: Final = 1024


def check_frames(request: visual_pb2.AnalyzeFramesRequest) -> None:
    """Check the size and order of a batch and its choice of engines.

    Raises:
        VidereError: FIELD_INVALID.
    """
    _at_most("frames", len(request.frames), MAX_FRAMES, "frames in a batch")
    if not request.frames:
        raise invalid("frames", "a batch has at least one frame", limit="1", actual="0")
    size = sum(len(frame.jpeg) for frame in request.frames)
    _at_most("frames", size, MAX_BYTES, "bytes in a batch")
    _at_most("carry", len(request.carry), MAX_CARRY, "bytes")
    indices = [frame.frame for frame in request.frames]
    if any(after <= before for before, after in pairwise(indices)):
        raise invalid("frames", "frames are in order of time, each once", actual=str(indices))
    features = [selection.feature for selection in request.engines]
    if not features:
        raise invalid("engines", "at least one engine is selected", limit="1", actual="0")
    if len(set(features)) < len(features):
        raise invalid("engines", "at most one engine per feature", actual=", ".join(features))
    if SHOTS in features:
        raise invalid("engines", "shots are found from signals, by DetectShots", actual=SHOTS)


def check_texts(request: visual_pb2.EmbedTextsRequest) -> None:
    """Check how many texts there are and how long they are.

    Raises:
        VidereError: FIELD_INVALID.
    """
    _at_most("texts", len(request.texts), MAX_TEXTS, "texts in a call")
    if not request.texts:
        raise invalid("texts", "at least one text is given", limit="1", actual="0")
    for index, text in enumerate(request.texts):
        size = len(text.encode())
        if not 1 <= size <= MAX_TEXT:
            raise invalid(
                f"texts[{index}]", "is empty or too long", limit=f"1..{MAX_TEXT}", actual=str(size)
            )


def decode_frame(index: int, frame: visual_pb2.Frame) -> Picture:
    """Decode the frame at `index` of the batch.

    Raises:
        VidereError: FIELD_INVALID when it is no JPEG of at most `MAX_SIDE` pixels.
    """
    try:
        return decode_jpeg(frame.jpeg, MAX_SIDE)
    except ValueError as error:
        raise invalid(f"frames[{index}].jpeg", str(error), limit=f"{MAX_SIDE} px") from error


def read_signals(request: visual_pb2.DetectShotsRequest) -> Signals:
    """Return the signal records of a request.

    Raises:
        VidereError: FIELD_INVALID when they are no consecutive records around the owned range.
    """
    _at_most("signals", len(request.signals), MAX_BYTES, "bytes")
    count, rest = divmod(len(request.signals), SIGNAL_DTYPE.itemsize)
    if rest or not count:
        raise invalid(
            "signals",
            "whole records, at least one",
            limit=f"a multiple of {SIGNAL_DTYPE.itemsize} bytes",
            actual=str(len(request.signals)),
        )
    signals = np.frombuffer(request.signals, SIGNAL_DTYPE)
    first, end = request.first_frame, request.first_frame + count
    if not np.array_equal(signals["frame"], np.arange(first, end)):
        raise invalid("signals", "one record per frame, from first_frame on, without gaps")
    if np.any(np.diff(signals["time_ns"]) < 0):
        raise invalid("signals", "times do not decrease")
    if not all(np.isfinite(signals[name]).all() for name in _floats()):
        raise invalid("signals", "a value is not finite")
    if not first <= request.own_start_frame <= request.own_end_frame <= end:
        raise invalid(
            "own_start_frame",
            "the owned range lies within the signals",
            limit=f"{first}..{end}",
            actual=f"{request.own_start_frame}..{request.own_end_frame}",
        )
    return signals


def read_strips(request: visual_pb2.DetectShotsRequest) -> Strips:
    """Return the small frames of a request whose signals were read.

    Raises:
        VidereError: FIELD_INVALID when they are not those that the owned range needs.
    """
    _at_most("strips", len(request.strips), MAX_BYTES, "bytes")
    own, total = (request.own_start_frame, request.own_end_frame), request.media_frames
    if total < max(1, own[1]):
        raise invalid(
            "media_frames", "holds the owned range", limit=f"{max(1, own[1])} and more",
            actual=str(total),
        )  # fmt: skip
    first, end = strip_range(*own, total) if own[0] < own[1] else (request.strips_first_frame,) * 2
    if request.strips_first_frame != first or len(request.strips) != (end - first) * FRAME_BYTES:
        raise invalid(
            "strips", "all small frames that the owned range needs",
            limit=f"frames {first}..{end}, {(end - first) * FRAME_BYTES} bytes",
            actual=f"from {request.strips_first_frame}, {len(request.strips)} bytes",
        )  # fmt: skip
    pixels = np.frombuffer(request.strips, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)
    return Strips(pixels, first, total)


def _floats() -> list[str]:
    return [name for name in SIGNAL_DTYPE.names or () if SIGNAL_DTYPE[name].kind == "f"]


def _at_most(field: str, actual: int, limit: int, what: str) -> None:
    if actual > limit:
        raise invalid(field, f"at most {limit} {what}", limit=str(limit), actual=str(actual))
