"""Frames of a media, decoded by a child process that may die."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.common.errors import Reason, VidereError
from videre.production.child_death import death_of
from videre.production.frame_child import DONE, FAILED, RECORD
from videre.production.frame_places import Places
from videre.production.media_index import Pictures

Bgr = NDArray[np.uint8]

_NS: Final = 1_000_000_000
_MODULE: Final = "videre.production.frame_child"
_MEMORY_BYTES: Final = 3 << 30
#: Time between two looks at whether the caller has gone, seconds.
_POLL_S: Final = 0.2
#: A child that writes nothing for this long hangs.
_SILENCE_S: Final = 300.0
_READ: Final = 1 << 20
#: A number library must not start a thread (and its stack) per core under the memory limit.
_ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A frame and its displayed picture, uint8 BGR [height, width, 3]; None: not decodable.

    Where transparency was asked for, it is BGRA [height, width, 4].
    """

    frame: int
    picture: Bgr | None


class FrameSource:
    """The pictures of one media."""

    def __init__(self, path: Path, pictures: Pictures, check: Callable[[], None]) -> None:
        """Take a file and its index.

        Args:
            path: the file.
            pictures: what the media index says of it.
            check: called several times a second; raises when nobody waits for the work any more.
        """
        self._path = path
        self._check = check
        #: What the media index says.
        self.pictures = pictures
        #: CPU-seconds of the children so far.
        self.cpu_seconds = 0.0
        #: Frames decoded so far.
        self.decoded = 0

    def size(self, *, max_side: int) -> tuple[int, int]:
        """Return width and height of the displayed picture, scaled down to a longer side."""
        scale = min(1.0, max_side / max(self.pictures.width, self.pictures.height))
        return (
            max(1, round(self.pictures.width * scale)),
            max(1, round(self.pictures.height * scale)),
        )

    def read(
        self, frames: Sequence[int], size: tuple[int, int], *, transparent: bool = False
    ) -> Iterator[Decoded]:
        """Yield frames in the given, rising order.

        The child is killed when the iterator is closed or `check` raises.

        Args:
            frames: indices in presentation order, rising.
            size: width and height of the displayed pictures to make.
            transparent: give transparency, instead of pictures on white.

        Raises:
            VidereError: DECODE_FAILED, DECODE_LIMIT.
        """
        if not frames:
            return
        with tempfile.TemporaryFile() as errors:
            child = subprocess.Popen(
                [sys.executable, "-m", _MODULE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **_ENVIRONMENT},
                start_new_session=True,
            )
            try:
                assert child.stdin is not None
                child.stdin.write(self._request(frames, size, transparent=transparent))
                child.stdin.close()
                yield from self._records(child, size, channels=4 if transparent else 3)
            except (BrokenPipeError, EOFError):
                raise death_of(child, errors, doing="decoding", timeout_s=_SILENCE_S) from None
            finally:
                child.kill()
                child.wait()
                assert child.stdout is not None
                child.stdout.close()

    def _request(self, frames: Sequence[int], size: tuple[int, int], *, transparent: bool) -> bytes:
        pictures = self.pictures
        media_s = pictures.end_ns // _NS
        request: dict[str, Any] = {
            "path": str(self._path),
            "stream_index": pictures.stream_index,
            "mapping": pictures.mapping,
            "width": size[0],
            "height": size[1],
            "rotation": pictures.rotation,
            "hdr": pictures.hdr,
            "transparent": transparent,
            "memory_bytes": _MEMORY_BYTES,
            # Eight core-seconds a second of media are a hundred times the usual cost.
            "cpu_s": 60 + 8 * media_s,
        }
        return json.dumps(request).encode() + b"\n" + Places.of(pictures, frames).encode()

    def _records(
        self, child: subprocess.Popen[bytes], size: tuple[int, int], *, channels: int
    ) -> Iterator[Decoded]:
        width, height = size
        pipe = _Pipe(child, self._check)
        while True:
            frame, length = RECORD.unpack(pipe.take(RECORD.size))
            data = pipe.take(length)
            if frame == DONE:
                self.cpu_seconds += json.loads(data)["cpu_seconds"]
                return
            if frame == FAILED:
                answer = json.loads(data)
                raise VidereError(Reason(answer["reason"]), answer["message"])
            self.decoded += bool(length)
            shape = height, width, channels
            picture = np.frombuffer(data, np.uint8).reshape(shape) if length else None
            yield Decoded(frame, picture)


class _Pipe:
    """What a child writes, read without waiting longer than a poll."""

    def __init__(self, child: subprocess.Popen[bytes], check: Callable[[], None]) -> None:
        assert child.stdout is not None
        self._descriptor = child.stdout.fileno()
        self._check = check
        self._held = bytearray()

    def take(self, length: int) -> bytes:
        """Return the next bytes.

        Raises:
            EOFError: the child ended before it wrote them.
            VidereError: DECODE_LIMIT, the child hangs.
        """
        heard = time.monotonic()
        while len(self._held) < length:
            self._check()
            if select.select([self._descriptor], [], [], _POLL_S)[0]:
                piece = os.read(self._descriptor, _READ)
                if not piece:
                    raise EOFError
                self._held += piece
                heard = time.monotonic()
            elif time.monotonic() - heard > _SILENCE_S:
                raise VidereError(
                    Reason.DECODE_LIMIT, f"the decoder gave nothing for {_SILENCE_S:.0f} s"
                )
        taken = bytes(self._held[:length])
        del self._held[:length]
        return taken
