"""Which frames of a stream are wanted, and where decoding can begin for each. Pure.

A film of hours has hundreds of thousands: they are arrays until their turn comes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from videre.production.media_index import Pictures

#: Numbers of wanted frames and of key frames.
_COUNTS: Final = struct.Struct("<qq")
#: Key frames tried before decoding from the beginning: old containers keep no exact index.
_BACK: Final = (1, 2, 4)
#: Frames beyond the wanted one's place that a decoder may hold back or throw in.
_SLACK: Final = 64


@dataclass(frozen=True, slots=True)
class Start:
    """Where decoding can begin.

    Args:
        token: of a key frame to seek to; None = the beginning of the file.
        reach: frames to decode from there before the wanted one is given up.
    """

    token: int | None
    reach: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """One frame to decode.

    Args:
        frame: index in presentation order.
        token: what the decoded frame carries.
        starts: where to begin, best first.
    """

    frame: int
    token: int
    starts: tuple[Start, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Wanted frames of a stream.

    Args:
        frames: int64 [n], indices in presentation order, rising.
        tokens: int64 [n], what ties each to a decoded frame.
        keys: int64 [k], indices of the frames where a decoder can start, rising; none where
            nothing can be sought.
        key_tokens: int64 [k], their tokens.
    """

    frames: NDArray[np.int64]
    tokens: NDArray[np.int64]
    keys: NDArray[np.int64]
    key_tokens: NDArray[np.int64]

    @classmethod
    def of(cls, pictures: Pictures, frames: Sequence[int]) -> Self:
        """Return the places of some frames, rising."""
        wanted = np.asarray(frames, np.int64)
        sought = pictures.mapping != "ordinal"
        keys = np.flatnonzero(pictures.keys) if sought else np.zeros(0, np.int64)
        return cls(wanted, pictures.tokens[wanted], keys, pictures.tokens[keys])

    def encode(self) -> bytes:
        """Return them as bytes: two numbers and four arrays of int64, the lowest byte first."""
        arrays = (self.frames, self.tokens, self.keys, self.key_tokens)
        counts = _COUNTS.pack(len(self.frames), len(self.keys))
        return counts + b"".join(one.astype("<i8").tobytes() for one in arrays)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Return the places that were encoded.

        Raises:
            ValueError, struct.error: these bytes are none.
        """
        wanted, keys = _COUNTS.unpack_from(data)
        numbers = np.frombuffer(data, "<i8", offset=_COUNTS.size)
        if len(numbers) != 2 * (wanted + keys):
            raise ValueError(f"{len(numbers)} numbers for {wanted} frames and {keys} key frames")
        return cls(*np.split(numbers, np.cumsum([wanted, wanted, keys])))

    def wanted(self) -> Iterator[Wanted]:
        """Yield each wanted frame with where to begin, nearest first."""
        befores = np.searchsorted(self.keys, self.frames, side="right")
        for frame, token, before in zip(self.frames, self.tokens, befores, strict=True):
            # The first key frame is the beginning of the file, which is tried last.
            near = [int(before) - back for back in _BACK if before > back]
            starts = [
                Start(int(self.key_tokens[key]), int(frame - self.keys[key]) + _SLACK)
                for key in near
            ]
            last = Start(None, int(frame) + _SLACK)
            yield Wanted(int(frame), int(token), (*starts, last))
