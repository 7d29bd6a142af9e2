"""One model file on its way from the network into a `.part` file that a later run can continue."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

import tenacity

from videre.common.egress import Egress, EgressPolicy
from videre.common.errors import Reason, VidereError

_TIMEOUT_S: Final = 3600.0
#: Statuses of the 4xx range that ask to come back later.
_BUSY: Final = ("408", "429")
#: Full jitter: up to 0.2 s after the first failure, doubling to 10 s.
_BACKOFF: Final = tenacity.wait_random_exponential(multiplier=0.2, max=10.0)


class ModelDownload:
    """A context that holds the `.part` file locked, so that two processes never write it at once.

    On leaving, the file stays where it is when the download stopped half-way, for the next try.
    """

    def __init__(
        self, part: Path, name: str, size: int, progress: Callable[[int, int], None]
    ) -> None:
        """Describe a download of the `size` bytes of model `name`."""
        self._part = part
        self._name = name
        self._size = size
        self._progress = progress
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        file = open(self._part, "ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            raise VidereError(
                Reason.FETCH_FAILED, f"another process is pulling {self._name}"
            ) from error
        self._file = file
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def fetch(self, url: str, *, trusted: bool, patience_s: float) -> None:
        """Fetch what is still missing, continuing after interruptions.

        Args:
            url: where the file is.
            trusted: the operator named this address, so it may lie in a private network.
            patience_s: no new attempt starts later than these seconds after the first.

        Raises:
            VidereError: FETCH_FAILED, URI_FORBIDDEN, MODEL_UNAVAILABLE (the file is too long).
        """
        egress = Egress(EgressPolicy.trusted() if trusted else EgressPolicy())
        attempts = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(_may_go_away),
            wait=_pause_s,
            stop=tenacity.stop_before_delay(patience_s),
            reraise=True,
        )
        asyncio.run(attempts(self._attempt, egress, url))

    async def _attempt(self, egress: Egress, url: str) -> None:
        self._open.flush()
        have = os.fstat(self._open.fileno()).st_size
        if have == self._size:
            return
        if have > self._size:
            self._open.truncate(0)
            have = 0
        try:
            await egress.download(
                url, self, max_bytes=self._size, timeout_s=_TIMEOUT_S, offset=have
            )
        except VidereError as error:
            if error.reason is not Reason.MEDIA_TOO_LARGE:
                raise
            raise VidereError(
                Reason.MODEL_UNAVAILABLE,
                f"{self._name}: the sender has another file, longer than the manifest says",
            ) from error
        self._open.flush()

    @property
    def _open(self) -> BinaryIO:
        assert self._file is not None, "used outside its with block"
        return self._file

    async def begin(self, offset: int, total: int | None) -> None:
        """Continue at `offset`; see `egress.Sink`."""
        self._open.truncate(offset)
        self._progress(offset, self._size)

    async def write(self, data: bytes) -> None:
        """Append `data`; see `egress.Sink`."""
        self._open.write(data)
        self._progress(self._open.tell(), self._size)


def _pause_s(state: tenacity.RetryCallState) -> float:
    """Return how long to wait after a failure, never less than the sender has asked for."""
    error = state.outcome.exception() if state.outcome else None
    advice = error.retry_after_s if isinstance(error, VidereError) else None
    return max(_BACKOFF(state), advice or 0.0)


def _may_go_away(error: BaseException) -> bool:
    """Tell whether a failed download is worth another try: not what the sender refused."""
    if not isinstance(error, VidereError) or error.reason is not Reason.FETCH_FAILED:
        return False
    status = error.metadata.get("status", "")
    return not status.startswith("4") or status in _BUSY
