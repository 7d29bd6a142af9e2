"""Opinions of speech that DNSMOS P.835 predicts: no reference is needed.

C. Reddy, V. Gopal, R. Cutler, "DNSMOS P.835: A non-intrusive perceptual objective speech quality
metric to evaluate noise suppressors", ICASSP 2022. The model comes with the package speechmos, of
which nothing else is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from videre.common.errors import Reason, VidereError
from videre.common.onnx_runtime import shared_session
from videre.production.silence import levels

if TYPE_CHECKING:
    import onnxruntime

RATE: Final = 16_000
#: What the model hears at once, samples; shorter sound is repeated.
WINDOW: Final = round(9.01 * RATE)
_HOP_S: Final = 1
#: Most windows of a sound: those of a longer one are spread evenly.
_MOST: Final = 120
#: Windows below this level say nothing, dB of full scale.
_SILENT_DB: Final = -60.0
#: From the model's numbers to opinions: constants of its authors, highest power first.
_SPEECH: Final = (-0.08397278, 1.22083953, 0.0052439)
_BACKGROUND: Final = (-0.13166888, 1.60915514, -0.39604546)
_OVERALL: Final = (-0.06766283, 1.11546468, 0.04602535)
_LOWEST, _HIGHEST = 1.0, 5.0


@dataclass(frozen=True, slots=True)
class Opinion:
    """Mean opinions, 1..5, and the lowest overall one with the second at which it begins."""

    overall: float
    speech: float
    background: float
    lowest: float
    lowest_s: float


class Listener:
    """The model, on one thread."""

    _session: onnxruntime.InferenceSession

    def load(self) -> None:
        """Open the model.

        Raises:
            VidereError: MODEL_UNAVAILABLE.
        """
        package = find_spec("speechmos")
        if package is None or package.origin is None:
            raise VidereError(Reason.MODEL_UNAVAILABLE, "the package speechmos is not installed")
        import onnxruntime

        path = Path(package.origin).parent / "dnsmos_models" / "sig_bak_ovr.onnx"
        self._session = shared_session(onnxruntime, path)

    def opinion(
        self, samples: NDArray[np.float32], share: Callable[[float], None]
    ) -> Opinion | None:
        """Return what listeners would say; None for silence.

        Args:
            samples: float32 [samples], 16 kHz, -1..1.
            share: called with the share that is done.
        """
        if not len(samples):
            return None
        whole = np.resize(samples, WINDOW) if len(samples) < WINDOW else samples
        heard: list[tuple[float, float, float, float]] = []
        starts = window_starts(len(whole))
        for number, start in enumerate(starts):
            share(number / len(starts))
            window = np.asarray(whole[start : start + WINDOW], np.float32).clip(-1, 1)
            if float(levels(window[:, None], RATE).max()) < _SILENT_DB:
                continue
            raw = np.asarray(self._session.run(None, {"input_1": window[None]})[0])[0]
            speech, background, overall = (
                float(np.clip(np.polyval(curve, value), _LOWEST, _HIGHEST))
                for curve, value in zip((_SPEECH, _BACKGROUND, _OVERALL), raw, strict=True)
            )
            heard.append((overall, speech, background, start / RATE))
        if not heard:
            return None
        lowest = min(heard)
        overall, speech, background, _ = np.mean(heard, axis=0)
        return Opinion(float(overall), float(speech), float(background), lowest[0], lowest[3])


def window_starts(count: int) -> list[int]:
    """Return where windows begin: a second apart, or farther where there would be too many."""
    last = count - WINDOW
    windows = last // (_HOP_S * RATE) + 1
    if windows <= _MOST:
        return [number * _HOP_S * RATE for number in range(windows)]
    return [round(number * last / (_MOST - 1)) for number in range(_MOST)]
