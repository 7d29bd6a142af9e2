"""Speech activity by a frame classifier of NeMo (MarbleNet), a checkpoint of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.asr.activity import SAMPLE_RATE, ActivityParams, Span, levels_db, speech_spans
from videre.asr.engines import nemo_worker
from videre.asr.engines.base import Samples
from videre.asr.engines.child import no_check
from videre.asr.engines.nemo import ENVIRONMENT, PACKAGE
from videre.asr.engines.nemo_file import ACTIVITY, check_nemo_file
from videre.asr.engines.nemo_process import NemoProcess
from videre.asr.settings import AsrSettings
from videre.common.engine import EngineSpec, Tier
from videre.common.errors import Reason, VidereError

if TYPE_CHECKING:
    from videre.common.models import ModelStore

NAME: Final = "nemo-vad"
#: Of NeMo and of what is made of its answers; raised whenever answers may change.
VERSION: Final = "3.0.0-1"
NAME_ONE: Final = "no checkpoint is configured: name one by VIDERE_NEMO_VAD"

#: Seconds in one inference, and of the sound on both sides that it hears besides: no answer hangs
#: on how the track came in pieces, and what a convolution sees of a frame is always sound.
_BLOCK_SECONDS: Final = 20
_CONTEXT_SECONDS: Final = 1


class NemoActivityEngine:
    """Hands blocks of a track to the process of the model. Serves all slots, one at a time."""

    def __init__(self, settings: AsrSettings | None) -> None:
        """Describe an engine that is not loaded.

        Args:
            settings: the checkpoint, device, threads; None = no checkpoint.
        """
        self._settings = settings if settings is not None and settings.nemo_vad else None
        self._process: NemoProcess | None = None
        self._frame = 0

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return EngineSpec(
            feature="speech_activity",
            name=NAME,
            version=VERSION,
            tier=Tier.TORCH,
            licence="as its makers state",
            models=(NAME,) if self._settings else (),
            packages=("torch", PACKAGE),
            environment=ENVIRONMENT,
            lacks="" if self._settings else NAME_ONE,
            storing_floor=0.5,
            max_call_seconds=120.0,
            cpu_seconds_per_item=0.02,
            max_batch=1,
            thread_safe=True,
        )

    def load(self, models: ModelStore) -> None:
        """Check the file, start the process, load and warm up the model.

        Raises:
            VidereError: MODEL_UNAVAILABLE, there is no checkpoint, or it does not tell speech from
                other sound; ENGINE_FAILED, NeMo or the device refuses it; WORKER_CRASHED.
        """
        known = self._settings
        if known is None:
            raise VidereError(Reason.MODEL_UNAVAILABLE, NAME_ONE)
        path = models.path(NAME)
        check_nemo_file(path, ACTIVITY)
        options = nemo_worker.Options(
            path=str(path), languages=(), phrases=(), device=known.device,
            threads=known.torch_threads, batch=1,
        )  # fmt: skip
        self._process = NemoProcess(NAME, options, known.nemo_idle_seconds, self._learn_frame)

    def open(self) -> NemoActivityStream:
        """Begin a track."""
        assert self._process is not None  # loaded
        return NemoActivityStream(self._process, self._frame)

    def close(self) -> None:
        """End the process; the next block starts another."""
        if self._process is not None:
            self._process.close()

    def _learn_frame(self, ready: Any) -> None:
        self._frame = ready["samples_per_frame"]


class NemoActivityStream:
    """One track: the samples that do not fill a block yet, the probabilities and levels."""

    def __init__(self, process: NemoProcess, frame: int) -> None:
        """Begin a track.

        Args:
            process: of the model.
            frame: samples of one of its frames.
        """
        self._process, self._frame = process, frame
        self._block = _BLOCK_SECONDS * SAMPLE_RATE // frame * frame
        self._context = -(-_CONTEXT_SECONDS * SAMPLE_RATE // frame) * frame
        self._pending: Samples = np.zeros(self._context, np.int16)
        self._probabilities: list[NDArray[np.float32]] = []
        self._levels: list[NDArray[np.float32]] = []
        self._samples = 0
        #: Spent in the process of the model.
        self.cpu_seconds_elsewhere = 0.0

    @property
    def model_calls(self) -> int:
        """Number of inferences so far."""
        return len(self._probabilities)

    def push(self, samples: Samples) -> None:
        """Take the next piece of the track, of any length."""
        self._samples += len(samples)
        self._pending = np.concatenate((self._pending, samples))
        while len(self._pending) >= self._block + 2 * self._context:
            self._infer(self._block)

    def finish(self) -> list[Span]:
        """Return the speech of the whole track in order of time."""
        rest = len(self._pending) - self._context
        frames = -(-rest // self._frame)
        after = frames * self._frame - rest + self._context
        self._pending = np.pad(self._pending, (0, after))
        while (rest := len(self._pending) - 2 * self._context) > 0:
            self._infer(min(rest, self._block))
        if not self._probabilities:
            return []
        probabilities, levels = (np.concatenate(one) for one in (self._probabilities, self._levels))
        return speech_spans(
            probabilities, self._frame, self._samples, activity_params(self._frame), levels
        )

    def _infer(self, samples: int) -> None:
        """Hear the next `samples`, whole frames, with what is before and behind them."""
        heard = self._pending[: samples + 2 * self._context]
        answer = self._process.ask(nemo_worker.request("", [heard]), no_check, "this sound")
        first, frames = self._context // self._frame, samples // self._frame
        told = answer["utterances"][0]["probabilities"][first : first + frames]
        self._probabilities.append(np.array(told, np.float32))
        sound = heard[self._context : self._context + samples].astype(np.float32) / 32_768
        self._levels.append(levels_db(sound, self._frame))
        self.cpu_seconds_elsewhere += answer["cpu_seconds"]
        self._pending = self._pending[samples:]


def activity_params(frame: int) -> ActivityParams:
    """Return lengths as the default engine has them, in frames, and plain thresholds.

    They were chosen on no data: a checkpoint's own are not in its file.

    Args:
        frame: samples of a frame.
    """

    def frames(seconds: float) -> int:
        return max(1, round(seconds * SAMPLE_RATE / frame))

    return ActivityParams(
        onset=0.5,
        release=0.35,
        min_silence=frames(0.26),
        min_speech=frames(0.26),
        max_speech=frames(15),
        padding_samples=256,
        max_lead=frames(0.26),
        lead_dip=frames(0.032),
    )
