"""Small pictures and films of a subject before a screen, whose true matte is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import synth

SIZE: Final = (160, 96)
GREEN: Final = (40, 180, 60)
BLUE: Final = (30, 70, 190)
WHITE: Final = (240, 240, 240)


@dataclass(frozen=True)
class Keyed:
    """A frame with its truth: pictures are RGB, `own` is the subject's colours times alpha."""

    picture: np.ndarray
    alpha: np.ndarray
    own: np.ndarray

    def before(self, colour: tuple[int, int, int]) -> np.ndarray:
        """Return the subject before another colour."""
        return self.own + (1 - self.alpha[..., None]) * np.array(colour)


def keyed(colour: tuple[int, int, int], shift: float = 0.0) -> Keyed:
    """Return a striped disc with a soft edge before an unevenly lit, noisy screen."""
    width, height = SIZE
    y, x = np.mgrid[:height, :width].astype(np.float32)
    away = np.hypot(x - 60 - shift, y - 58)
    alpha = np.clip((26 - away) / 3 + 0.5, 0, 1)[..., None]
    stripes = 40 * np.sin(x / 5) + 25 * np.cos(y / 4)
    subject = np.stack([170 + stripes, 80 + stripes * 0.5, 90 + stripes * 0.4], axis=-1)
    light = 1.04 - 0.25 * ((x / width - 0.4) ** 2 + (y / height - 0.5) ** 2)
    screen = light[..., None] * np.array(colour)
    grain = np.random.default_rng(int(shift) + 1).normal(0, 1.5, subject.shape)
    made = alpha * subject + (1 - alpha) * screen + grain
    return Keyed(np.clip(made, 0, 255).astype(np.uint8), alpha[..., 0], alpha * subject)


@dataclass(frozen=True)
class KeyedClip(synth.Clip):
    """A film of it: the disc moves to the right."""

    colour: tuple[int, int, int] = GREEN

    def truth(self, frame: int) -> Keyed:
        """Return a frame with its truth."""
        return keyed(self.colour, frame * 3.0)

    def picture(self, frame: int) -> synth.Rgb:
        """Return what a frame shows."""
        return np.asarray(self.truth(frame).picture, np.uint8)
