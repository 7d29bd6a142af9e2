"""Loudness by EBU R128: measured by the renderer, reached by gain and limiter. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

#: Quieter than this is silence: no gain makes it loud, LUFS.
SILENT: Final = -69.0
#: What a lossy encoder may add to a peak, dB.
_OVERSHOOT_DB: Final = 0.5
_LOSSY: Final = ("aac", "libmp3lame", "libopus")
#: Nearer than this is reached, LU.
_NEAR: Final = 0.03
_TRIES: Final = 5
#: Most gain that is given, dB.
_MOST_DB: Final = 60.0


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness (LUFS) and true peak (dBTP)."""

    integrated: float
    true_peak: float


def read_loudness(said: str) -> Loudness:
    """Read what the measuring filter has said.

    Raises:
        ValueError: it has said nothing.
    """
    start, end = said.rfind("{"), said.rfind("}")
    if start < 0 or end < start:
        raise ValueError("the renderer measured no loudness")
    found = json.loads(said[start : end + 1])
    return Loudness(_number(found["input_i"]), _number(found["input_tp"]))


def _number(word: str) -> float:
    value = float(word)
    return value if value > -200 else -200.0


def limiting(gain_db: float, ceiling_dbtp: float) -> str:
    """Return filters: a gain, and a limiter that looks at four times as many samples."""
    limit = 10 ** (ceiling_dbtp / 20)
    return (
        f"volume={gain_db:.4f}dB:precision=float,aresample=192000,"
        f"alimiter=limit={limit:.6f}:attack=5:release=80:level=0:latency=1,aresample=48000"
    )


def ceiling(true_peak: float, encoder: str) -> float:
    """Return the limiter's ceiling from which an encoder does not lead beyond a true peak."""
    return true_peak - (_OVERSHOOT_DB if encoder in _LOSSY else 0.1)


def reach(
    wanted: float, ceiling_dbtp: float, measure: Callable[[str], Loudness]
) -> tuple[str, Loudness]:
    """Return the filters that bring sound to a loudness, and what they bring it to.

    What the limiter takes away is given back, as far as it can be.
    """
    plain = measure("")
    if plain.integrated <= SILENT:
        return "", plain
    gain = min(_MOST_DB, wanted - plain.integrated)
    best: tuple[str, Loudness] | None = None
    for _ in range(_TRIES):
        steps = limiting(gain, ceiling_dbtp)
        found = measure(steps)
        if best is None or _off(found, wanted) < _off(best[1], wanted):
            best = steps, found
        if _off(found, wanted) <= _NEAR:
            break
        gain = min(_MOST_DB, gain + wanted - found.integrated)
    assert best is not None
    return best


def _off(found: Loudness, wanted: float) -> float:
    return abs(found.integrated - wanted)
