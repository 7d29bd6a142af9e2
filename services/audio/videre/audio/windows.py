"""The windows in which sound is named: .96 s long, one every .48 s. Pure.

Windows lie on a grid that begins with the first sample a caller sends. A caller that sends
stretches beginning at multiples of the hop gets the same windows however it cuts the track.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SAMPLE_RATE: Final = 16_000
#: Samples of a window: YAMNet's patch, 0.96 s.
WINDOW: Final = 15_360
#: Samples from one window to the next: half a window, as YAMNet is used.
HOP: Final = 7_680


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of samples, half open: `start` belongs to it, `end` does not."""

    start: int
    end: int


def owned_windows(samples: int, own_start: int, own_end: int) -> list[Window]:
    """Return the windows that start in the owned range, in order.

    At the end of the sound a window may be shorter, down to half its length; what is left after
    that lies in the window before it. Sound shorter than half a window is one window.

    Args:
        samples: samples there are.
        own_start: first owned sample, 0..samples.
        own_end: sample after the owned range, own_start..samples.
    """
    first = -(-own_start // HOP) * HOP
    return [
        Window(start, min(start + WINDOW, samples))
        for start in range(first, own_end, HOP)
        if start == 0 or samples - start >= HOP
    ]
