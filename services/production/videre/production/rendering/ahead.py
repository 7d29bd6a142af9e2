"""Reading frames in a thread, ahead of who changes them. Child process only.

Decoding leaves Python alone for most of its time, as changing frames does: side by side they use
two cores. What is read, and in which order, is the same as without.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from videre.production.painting.base import Picture

#: Pictures that wait to be taken: one that is ready and one that is being made.
_AHEAD: Final = 2


class Ahead:
    """Pictures in a known order; its thread ends with `close`."""

    def __init__(self, read: Callable[[int], Picture], frames: Sequence[int]) -> None:
        """Take what reads a frame, which from now on nobody else calls, and the numbers to come."""
        self._read = read
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._coming: Iterator[int] = iter(frames)
        self._asked: deque[tuple[int, Future[Picture]]] = deque()
        self._taken: tuple[int, Picture] | None = None
        self._ask()

    def close(self) -> None:
        """Wait for what is being read and read no more."""
        self._pool.shutdown(cancel_futures=True)

    def take(self, frame: int) -> Picture:
        """Return a frame's picture; those before it are passed over.

        Raises:
            VidereError, av.FFmpegError, ValueError, OSError: what reading raises.
        """
        if self._taken is None or self._taken[0] != frame:
            number, picture = -1, None
            while number != frame:
                number, picture = self._asked.popleft()
                self._ask()
            assert picture is not None
            self._taken = frame, picture.result()
        return self._taken[1]

    def _ask(self) -> None:
        while len(self._asked) < _AHEAD:
            frame = next(self._coming, None)
            if frame is None:
                return
            self._asked.append((frame, self._pool.submit(self._read, frame)))
