"""A frame classifier of NeMo on its device: how likely every moment of a sound holds speech."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from videre.asr.engines.base import Samples
from videre.asr.engines.nemo_file import RATE, NemoFile
from videre.common.config import Settings
from videre.common.errors import Reason, VidereError
from videre.common.torch_runtime import prepare

#: Sounds that the length of a frame is taken from: longer by so much.
_MORE: Final = 10 * RATE
#: Frames that a track is cut by: from a hundredth to a tenth of a second.
_FRAMES: Final = range(RATE // 100, RATE // 10 + 1)
_DIGITS: Final = 4


class FrameModel:
    """A checkpoint of two classes; the second is speech."""

    def __init__(self, path: str, known: NemoFile, device: str, threads: int) -> None:
        """Load the model.

        Args:
            path: the checkpoint.
            known: what it holds.
            device: "auto", "cpu", "cuda" or "cuda:N".
            threads: of one inference.

        Raises:
            VidereError: ENGINE_FAILED, the device is not there; MODEL_UNAVAILABLE, it does not tell
                speech from other sound, frame by frame.
        """
        import torch

        self._torch = torch
        self.device = prepare(torch, Settings(device=device, torch_threads=threads))
        from nemo.collections.asr import models

        self._model = getattr(models, known.model).restore_from(
            path, map_location=torch.device(self.device)
        )
        self._model.eval()
        # Noise and padding of training: the answer must be a function of the sound.
        self._model.preprocessor.featurizer.dither = 0.0
        self._model.preprocessor.featurizer.pad_to = 0
        self._name = Path(path).name
        if (classes := len(self._model.cfg.labels)) != 2:
            raise self._refused(f"it tells {classes} classes apart, not speech from other sound")
        self.facts: Mapping[str, Any] = {"samples_per_frame": self._frame()}

    def transcribe(self, spoken: Sequence[Samples], language: str) -> list[dict[str, Any]]:
        """Return the probability of speech (0..1) of each frame of each sound.

        Args:
            spoken: sounds of any length.
            language: of no meaning here.

        Raises:
            MemoryError: the device has no memory for one sound.
        """
        try:
            return [{"probabilities": self._infer(one)} for one in spoken]
        except self._torch.OutOfMemoryError as error:
            raise MemoryError(str(error)) from error

    def _infer(self, samples: Samples) -> list[float]:
        torch = self._torch
        sound = torch.from_numpy(samples.astype(np.float32) / 32_768)[None].to(self.device)
        length = torch.tensor([len(samples)], device=self.device)
        with torch.inference_mode():
            logits = self._model(input_signal=sound, input_signal_length=length)
            speech = torch.softmax(logits.float(), dim=-1)[0, :, 1].cpu()
        return [round(float(one), _DIGITS) for one in speech]

    def _frame(self) -> int:
        """Return the samples of a frame, which files state in many places, by trying."""
        short, long = (len(self._infer(np.zeros(n * _MORE, np.int16))) for n in (1, 2))
        if long <= short or _MORE % (long - short) or _MORE // (long - short) not in _FRAMES:
            raise self._refused("its frames are not of a hundredth to a tenth of a second")
        return _MORE // (long - short)

    def _refused(self, why: str) -> VidereError:
        return VidereError(Reason.MODEL_UNAVAILABLE, f"{self._name} cannot be used: {why}")
