"""Speakers told apart by Resemblyzer's voice encoder, run by torch.

Only the weights of the `Resemblyzer` wheel are used, checked by their digest and read as numbers
(`weights_only`): its own code wants packages that no longer work together (webrtcvad needs
pkg_resources). The network is that of Wan et al., "Generalized End-to-End Loss for Speaker
Verification" (2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.asr.activity import SAMPLE_RATE
from videre.asr.engines.base import Samples, SpeakerStream
from videre.asr.mel import CHANNELS, HOP, mel_spectrogram
from videre.asr.speakers import SpeakerParams, Turn, Window, speaker_turns
from videre.common.engine import EngineSpec, Tier
from videre.common.torch_runtime import prepare

if TYPE_CHECKING:
    from videre.common.models import ModelStore

MODEL: Final = "resemblyzer_voice_encoder"

SPEC: Final = EngineSpec(
    feature="diarization",
    name="resemblyzer",
    version="0.1.4-1",
    tier=Tier.TORCH,
    licence="Apache-2.0",
    models=(MODEL,),
    packages=("torch",),
    environment="torch-asr",
    storing_floor=0.0,
    max_call_seconds=60.0,
    cpu_seconds_per_item=0.02,
    max_batch=1,
    thread_safe=True,
)

_HIDDEN: Final = 256
_LAYERS: Final = 3
#: Frames that the encoder was trained on, 1.6 s; a shorter utterance is described as it is.
_FRAMES: Final = 160
#: Frames from one window to the next, 0.4 s: as finely as turns are told.
_STEP: Final = 40
#: Shorter speech says too little of a voice, 0.4 s.
_LEAST: Final = 40
#: Level to which quiet speech is raised, of full scale: the encoder's own preparation.
_LEVEL: Final = 10 ** (-30 / 20)

#: Chosen on 12 constructed conversations of one to three of 8 readers, looked at again on 12
#: others: windows of one voice are .79 alike (median, 5 % below .67), of two .48 (5 % above .66).
PARAMS: Final = SpeakerParams(
    threshold=0.70,
    least_samples=3 * SAMPLE_RATE,
    least_turn=SAMPLE_RATE * 8 // 10,
)


class ResemblyzerDiariser:
    """One network, shared by all tracks; a track's windows live in its stream."""

    def __init__(self) -> None:
        self._encoder: Any = None

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Open the model.

        Raises:
            VidereError: MODEL_UNAVAILABLE, DEVICE_UNAVAILABLE.
        """
        import torch

        self._encoder = _Encoder(torch, models.path(MODEL), prepare(torch))

    def open(self, spans: Sequence[tuple[int, int]]) -> SpeakerStream:
        """Begin a track whose speech is known."""
        return _Stream(self._encoder, spans)


class _Encoder:
    """The network: three LSTM layers, a linear one, rectified, at length 1."""

    def __init__(self, torch: Any, path: Any, device: str) -> None:
        self._torch, self._device = torch, device
        state = torch.load(path, map_location="cpu", weights_only=True)["model_state"]
        self._lstm = torch.nn.LSTM(CHANNELS, _HIDDEN, _LAYERS, batch_first=True)
        self._linear = torch.nn.Linear(_HIDDEN, _HIDDEN)
        for name, module in (("lstm", self._lstm), ("linear", self._linear)):
            weights = {
                key.removeprefix(f"{name}."): value
                for key, value in state.items()
                if key.startswith(f"{name}.")
            }
            module.load_state_dict(weights)
            module.to(device).eval()

    def describe(self, mels: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return unit vectors, float32 [n, 256], of windows, float32 [n, frames, 40]."""
        with self._torch.inference_mode():
            batch = self._torch.from_numpy(np.ascontiguousarray(mels)).to(self._device)
            _, (hidden, _) = self._lstm(batch)
            raw = self._torch.relu(self._linear(hidden[-1]))
            unit = raw / raw.norm(dim=1, keepdim=True).clamp_min(1e-9)
        described: NDArray[np.float32] = unit.cpu().numpy()
        return described


class _Stream:
    """One track: the samples of the span under way, and the windows described so far."""

    def __init__(self, encoder: _Encoder, spans: Sequence[tuple[int, int]]) -> None:
        self._encoder = encoder
        self._spans = list(spans)
        self._next = 0
        self._held: Samples = np.zeros(0, np.int16)
        self._held_from = 0
        self._windows: list[Window] = []
        self._embeddings: list[NDArray[np.float32]] = []

    @property
    def model_calls(self) -> int:
        """Number of inferences so far: one per span."""
        return len(self._embeddings)

    def push(self, samples: Samples) -> None:
        """Take the next piece of the track, of any length."""
        self._held = np.concatenate((self._held, samples))
        reached = self._held_from + len(self._held)
        while self._next < len(self._spans) and self._spans[self._next][1] <= reached:
            start, end = self._spans[self._next]
            self._describe(self._held[start - self._held_from : end - self._held_from], start)
            self._next += 1
        waiting = self._spans[self._next][0] if self._next < len(self._spans) else reached
        drop = min(waiting, reached) - self._held_from
        self._held, self._held_from = self._held[drop:].copy(), self._held_from + drop

    def finish(self) -> list[Turn]:
        """Return the turns of the whole track in order of time."""
        if not self._windows:
            return []
        return speaker_turns(self._spans, self._windows, np.concatenate(self._embeddings), PARAMS)

    def _describe(self, samples: Samples, start: int) -> None:
        mel = mel_spectrogram(_raised(samples))
        if len(mel) < _LEAST:
            return
        frames = min(_FRAMES, len(mel))
        firsts = [*range(0, len(mel) - frames, _STEP), len(mel) - frames]
        self._embeddings.append(
            self._encoder.describe(np.stack([mel[f : f + frames] for f in firsts]))
        )
        self._windows += [
            Window(start + f * HOP, start + (f + frames) * HOP, self._next) for f in firsts
        ]


def _raised(samples: Samples) -> NDArray[np.float32]:
    """Return the sound, -1..1, raised to the level the encoder knows where it is quieter."""
    sound: NDArray[np.float32] = samples.astype(np.float32) / np.float32(32_768)
    level = float(np.sqrt(np.square(sound, dtype=np.float64).mean()))
    if not 0 < level < _LEVEL:
        return sound
    raised: NDArray[np.float32] = (sound * (_LEVEL / level)).astype(np.float32)
    return raised
