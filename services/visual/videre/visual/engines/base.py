"""What a visual engine does, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from videre.common.engine import Engine
from videre.common.values import Box
from videre.visual.appearance import Signals
from videre.visual.pictures import Picture
from videre.visual.shots import Boundary, Run

F32 = NDArray[np.float32]
#: Ends the call when nobody waits for it any more (`Slot.check`).
Check: TypeAlias = Callable[[], None]
_NOTHING: Final[Mapping[str, float]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing seen in one picture.

    Args:
        class_name: class of the engine; "" for embeddings.
        score: raw score, 0..1.
        box: where; None when it has no place.
        points: x, y pairs, shares of the picture.
        embedding: float32 [n], L2-normalised; None when there is none.
        attributes: measurements by name; the engine's docstring states the units.
        text: what the thing says; "" when it says nothing.
        data: the same as it was encoded, where that is not the text's UTF-8.
        local_features: records of `videre.common.local_features`; empty when there are none.
        perceptual_hash: 64 bits; None when there is none.
    """

    class_name: str
    score: float
    box: Box | None = None
    points: tuple[float, ...] = ()
    embedding: F32 | None = None
    attributes: Mapping[str, float] = field(default_factory=lambda: _NOTHING)
    text: str = ""
    data: bytes = b""
    local_features: bytes = b""
    perceptual_hash: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What one engine saw in one picture, and how many inferences that took.

    A pass of an engine without a model counts as one: the figure tells work from no work.
    """

    seen: tuple[Seen, ...]
    model_calls: int


@runtime_checkable
class FrameEngine(Engine, Protocol):
    """Looks at one picture at a time, without memory.

    One picture at a time on purpose: quantised and winograd kernels may round differently by batch
    size, and an answer must not depend on which other frames were in the call.
    """

    def look(self, picture: Picture) -> Look:
        """Return everything at or above the storing floor; the servicer sorts and cuts scores."""


@runtime_checkable
class TextEmbedder(FrameEngine, Protocol):
    """Embeds texts where it embeds pictures; its spec says embeds_texts."""

    def describe(self, texts: list[str]) -> F32:
        """Return the places of texts, [texts, values], L2-normalised."""


@runtime_checkable
class ShotEngine(Engine, Protocol):
    """Finds shot boundaries and stretches in per-frame signals."""

    def boundaries(self, signals: Signals, own_start: int, own_end: int) -> list[Boundary]:
        """Return the boundaries in the owned frames, in order."""

    def runs(self, signals: Signals, own_start: int, own_end: int) -> list[Run]:
        """Return the stretches that begin in the owned frames, in order."""


@dataclass(frozen=True, slots=True)
class Strips:
    """Small frames of a stretch.

    Args:
        pixels: uint8 [frames, 27, 48, 3], RGB.
        first: index of the first one in the media.
        media_frames: frames of the media.
    """

    pixels: NDArray[np.uint8]
    first: int
    media_frames: int


@runtime_checkable
class StripShotEngine(Engine, Protocol):
    """Finds boundaries in small frames, stretches in signals; its spec says needs_strips."""

    def boundaries_in(
        self, strips: Strips, own_start: int, own_end: int, check: Check
    ) -> list[Boundary]:
        """Return the boundaries in the owned frames, in order.

        Args:
            strips: all frames of `common.strips.strip_range` of the owned ones.
            own_start: first owned frame.
            own_end: frame after the owned ones, more than own_start.
            check: called between inferences; what it raises ends the call.
        """

    def runs(self, signals: Signals, own_start: int, own_end: int) -> list[Run]:
        """Return the stretches that begin in the owned frames, in order."""


def unit(vector: F32) -> F32:
    """Return the vector at length 1; a zero vector stays zero."""
    length = np.float32(np.sqrt(np.sum(vector.astype(np.float64) ** 2)))
    return vector if length == 0 else (vector / length).astype(np.float32)
