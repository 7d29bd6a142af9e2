"""Sound classes: YAMNet, the 521 classes of AudioSet."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np

from videre.audio.engines.base import Floats, Heard
from videre.audio.spectrum import MEL_BANDS, MEL_FRAME, MEL_HOP, LogMel
from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.common.onnx_runtime import shared_session

if TYPE_CHECKING:
    import onnxruntime

_MODEL: Final = "yamnet_spectra"
_FLOOR: Final = 0.05
#: Scores of single classes stay low beside speech or music: of 116 recorded sounds the model hears
#: there (.3 at least), .5 tells 75 % and .4 86 %, at 2.5 wrong classes a minute instead of 1.7.
_DETECTION: Final = 0.4
_PATCH_FRAMES: Final = 96
#: Samples under a patch: 15 ms more than the window, because the last spectrum is 25 ms long.
_PATCH_SAMPLES: Final = (_PATCH_FRAMES - 1) * MEL_HOP + MEL_FRAME


def class_names() -> tuple[str, ...]:
    """Return the 521 display names in model order."""
    file = resources.files("videre.audio").joinpath("data", "audioset521.txt")
    return tuple(file.read_text(encoding="utf-8").splitlines())


SPEC: Final = EngineSpec(
    feature="sound",
    name="yamnet",
    version="2",
    tier=Tier.STANDARD,
    licence="Apache-2.0",
    models=(_MODEL,),
    classes=tuple(ClassSpec(name, _DETECTION) for name in class_names()),
    storing_floor=_FLOOR,
    cpu_seconds_per_item=0.012,
)


class YamNet:
    """Up to 521 classes per window, each with its own sigmoid: scores do not add up to 1."""

    _session: onnxruntime.InferenceSession

    def __init__(self) -> None:
        self._log_mel = LogMel()

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Open the model for one thread: no pool, no spinning, on the CPU."""
        import onnxruntime

        self._session = shared_session(onnxruntime, models.path(_MODEL))

    def listen(self, sound: Floats, start: int, end: int) -> list[Heard]:
        """See SoundEngine. A shorter window is filled up with silence."""
        patch = np.zeros(_PATCH_SAMPLES, dtype=np.float32)
        heard = sound[start : start + _PATCH_SAMPLES]
        patch[: len(heard)] = heard
        spectra = self._log_mel.frames(patch).reshape(1, _PATCH_FRAMES, MEL_BANDS)
        scores = np.asarray(self._session.run(["output"], {"input": spectra})[0])[0]
        order = np.argsort(-scores, kind="stable")
        return [
            Heard(SPEC.classes[index].name, float(scores[index]))
            for index in order
            if scores[index] >= _FLOOR
        ]
