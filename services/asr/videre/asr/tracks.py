"""A sound track on its way through a call: the engine's stream, what came and what it cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, Protocol, TypeVar, runtime_checkable

from videre.asr.activity import SAMPLE_RATE
from videre.asr.engines.base import Samples
from videre.asr.requests import MAX_PIECE_BYTES, MAX_TRACK_SAMPLES, read_samples
from videre.common.catalog import engine_at_work
from videre.common.engine import EngineSpec
from videre.common.errors import invalid
from videre.common.executor import Slot
from videre.internal.v1 import engine_pb2

Found = TypeVar("Found", covariant=True)
F = TypeVar("F")


class Stream(Protocol[Found]):
    """What an engine makes of a track; see `engines.base`."""

    @property
    def model_calls(self) -> int:
        """Number of inferences so far."""

    def push(self, samples: Samples) -> None:
        """Take the next piece."""

    def finish(self) -> Found:
        """Return what was found in the whole track."""


@runtime_checkable
class _Elsewhere(Protocol):
    """A stream whose model is in another process, and what it has cost there so far."""

    cpu_seconds_elsewhere: float


class Track(Generic[F]):
    """One track; its pieces may run on any slot, one after the other."""

    def __init__(self, spec: EngineSpec, opened: Callable[[], Stream[F]]) -> None:
        """Begin a track.

        Args:
            spec: the engine.
            opened: begins the engine's stream.
        """
        self._spec = spec
        with self._at_work():
            self._stream = opened()
        self.samples = 0
        self._cpu_seconds = 0.0

    def _at_work(self) -> AbstractContextManager[None]:
        return engine_at_work(self._spec, "the track")

    def admit(self, pcm: bytes) -> Samples:
        """Return the samples of the next piece and count them.

        Raises:
            VidereError: FIELD_INVALID.
        """
        samples = read_samples(pcm, MAX_PIECE_BYTES)
        self.samples += len(samples)
        if self.samples > MAX_TRACK_SAMPLES:
            raise invalid(
                "pcm", "the track is too long",
                limit=f"{MAX_TRACK_SAMPLES} samples", actual=f"{self.samples} or more",
            )  # fmt: skip
        return samples

    def pushing(self, samples: Samples) -> Callable[[Slot], None]:
        """Return the run that hands a piece to the engine."""

        def push(slot: Slot) -> None:
            with self._at_work():
                self._stream.push(samples)
            self._cpu_seconds += slot.cpu_seconds

        return push

    def finish(self, slot: Slot) -> tuple[F, engine_pb2.CallUsage]:
        """End the track; return what was found and what it cost."""
        with self._at_work():
            found = self._stream.finish()
        elsewhere = (
            self._stream.cpu_seconds_elsewhere if isinstance(self._stream, _Elsewhere) else 0.0
        )
        usage = engine_pb2.CallUsage(
            feature=self._spec.feature,
            model_calls=self._stream.model_calls,
            cpu_seconds=self._cpu_seconds + slot.cpu_seconds + elsewhere,
            items=self.samples / SAMPLE_RATE,
        )
        return found, usage
