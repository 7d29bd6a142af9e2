"""Recognisers of NeMo: any checkpoint of CTC, RNN-T, TDT, hybrid or multitask models.

Which checkpoints there are says the configuration. NeMo changes the working folder while it loads
and takes hundreds of megabytes, so each model lives in a child process that all slots share, one
group of speech at a time: a file that harms it harms nothing else, and its memory goes with it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog

from videre.asr.checkpoints import Checkpoint, chosen_language
from videre.asr.engines import nemo_worker
from videre.asr.engines.base import Check, Samples, Utterance
from videre.asr.engines.child import Child, ChildLost, no_check
from videre.asr.engines.nemo_file import check_nemo_file
from videre.asr.settings import AsrSettings
from videre.asr.transcripts import Told, measure_words, words_told
from videre.common.engine import EngineSpec, Tier
from videre.common.errors import Reason, VidereError
from videre.common.manifest import ModelEntry
from videre.common.models import file_sha256

if TYPE_CHECKING:
    from videre.common.models import ModelStore

log = structlog.get_logger(__name__)

#: Of NeMo and of what is made of its answers; raised whenever answers may change.
VERSION: Final = "3.0.0-2"
PACKAGE: Final = "nemo"
ENVIRONMENT: Final = "torch-nemo"

NAME_ONE: Final = "no checkpoint is configured: name one by VIDERE_NEMO_MODELS"

#: Imports take 12 to 25 seconds of a core, a model of gigabytes as long again from a slow disk.
_LOAD_SECONDS: Final = 600.0
#: A group has at most 30 s; large models on one slow core need several times that.
_DECODE_SECONDS: Final = 600.0
#: Between looks at whether the caller still waits, while another has the model.
_TURN_SECONDS: Final = 0.1
#: What a caller waits before it asks a device again that had no memory left.
_RETRY_SECONDS: Final = 5.0
#: What would let a checkpoint or NeMo fetch or send something, or run pickled code.
_FORBIDDEN: Final = ("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "NEMO_CACHE_DIR")
_OFFLINE: Final = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "WANDB_MODE": "disabled",
    "TORCH_FORCE_WEIGHTS_ONLY_LOAD": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


def nemo_spec(checkpoint: Checkpoint, phrases: str = "") -> EngineSpec:
    """Return the description of the engine that a checkpoint makes.

    Args:
        checkpoint: as the configuration names it.
        phrases: digest of the phrases that the model listens for; "" of none.
    """
    return EngineSpec(
        feature="speech",
        name=checkpoint.name,
        version="-".join(filter(None, (VERSION, "+".join(checkpoint.languages), phrases[:12]))),
        tier=Tier.TORCH,
        licence="as its makers state",
        models=(checkpoint.name,),
        packages=("torch", PACKAGE),
        environment=ENVIRONMENT,
        languages=checkpoint.languages,
        storing_floor=0.0,
        max_call_seconds=120.0,
        cpu_seconds_per_item=0.3,
        max_batch=1,
        thread_safe=True,
    )


class UnnamedNemo:
    """Stands for NeMo where no checkpoint is configured; says how to name one."""

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return EngineSpec(
            feature="speech",
            name="nemo",
            version=VERSION,
            tier=Tier.TORCH,
            licence="as its makers state",
            packages=("torch", PACKAGE),
            environment=ENVIRONMENT,
            lacks=NAME_ONE,
            thread_safe=True,
        )

    def load(self, models: ModelStore) -> None:
        """Refuse: there is nothing to load.

        Raises:
            VidereError: MODEL_UNAVAILABLE.
        """
        raise VidereError(Reason.MODEL_UNAVAILABLE, NAME_ONE)

    def recognise(self, samples: Samples, check: Check) -> Utterance:
        """Never called: it does not load."""
        raise VidereError(Reason.MODEL_UNAVAILABLE, NAME_ONE)


class NemoRecogniser:
    """Hands groups of speech to the process of one model. Serves all slots, one at a time."""

    def __init__(
        self, checkpoint: Checkpoint, settings: AsrSettings, phrases: Sequence[str]
    ) -> None:
        """Describe an engine that is not loaded.

        Args:
            checkpoint: its model.
            settings: device, threads, batch.
            phrases: what the model listens for; a model that cannot goes on without.
        """
        self._spec = nemo_spec(checkpoint, phrases_digest(phrases))
        self._checkpoint, self._settings, self._phrases = checkpoint, settings, tuple(phrases)
        self._command: list[str] = []
        self._child: Child | None = None
        self._turn = threading.Lock()
        self._used = 0.0

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return self._spec

    def load(self, models: ModelStore) -> None:
        """Check the file, start the process, load and warm up the model.

        Raises:
            VidereError: MODEL_UNAVAILABLE, the file is missing, another or no recogniser, or does
                not write the languages; ENGINE_FAILED, NeMo or the device refuses it;
                WORKER_CRASHED.
        """
        path = models.path(self._checkpoint.name)
        check_nemo_file(path)
        known = self._settings
        options = nemo_worker.Options(
            path=str(path),
            languages=self._checkpoint.languages,
            phrases=self._phrases,
            device=known.device,
            threads=known.torch_threads,
            batch=known.nemo_batch,
        )
        self._command = [sys.executable, "-m", nemo_worker.__name__, options.encode()]
        self._child = self._started(no_check)
        self._used = time.monotonic()
        if known.nemo_idle_seconds:
            threading.Thread(
                target=self._watch, args=(known.nemo_idle_seconds,), daemon=True
            ).start()

    def recognise(self, samples: Samples, check: Check) -> Utterance:
        """Write down one utterance in the model's first language; see `recognise_group`."""
        return self.recognise_group([samples], (), check)[0]

    def recognise_group(
        self, spoken: Sequence[Samples], hints: Sequence[str], check: Check
    ) -> list[Utterance]:
        """Write down utterances; a process that died is replaced once.

        Args:
            spoken: one span of speech each.
            hints: BCP 47 languages the caller expects, best first.
            check: called while waiting; what it raises ends the call.

        Raises:
            VidereError: DEVICE_MEMORY, the device has no memory left; ENGINE_FAILED;
                WORKER_CRASHED when the group kills or hangs the process twice.
        """
        if not spoken:
            return []
        language = chosen_language(self._checkpoint.languages, hints)
        request = nemo_worker.request(language, spoken)
        while not self._turn.acquire(timeout=_TURN_SECONDS):
            check()
        try:
            try:
                answer = self._ask(request, check)
            except ChildLost:
                try:
                    answer = self._ask(request, check)
                except ChildLost as lost:
                    raise self._error(
                        Reason.WORKER_CRASHED, "its process died twice on this speech"
                    ) from lost
        finally:
            self._used = time.monotonic()
            self._turn.release()
        share = answer["cpu_seconds"] / len(spoken)
        return [
            _utterance(told, len(samples), language, share)
            for told, samples in zip(answer["utterances"], spoken, strict=True)
        ]

    def close(self) -> None:
        """End the process; the next group starts another."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _ask(self, request: bytes, check: Check) -> Any:
        try:
            if self._child is None:
                self._child = self._started(check)
            # Seconds at most: cheaper than to end the process and load the model again.
            answer = json.loads(self._child.ask(request, _DECODE_SECONDS, no_check))
        except BaseException:
            self.close()  # an answer that nobody took must not be the next group's
            raise
        if "error" in answer:
            raise self._refusal(answer)
        return answer

    def _started(self, check: Check) -> Child:
        kept = {name: value for name, value in os.environ.items() if name not in _FORBIDDEN}
        try:
            child = Child(self._command, _LOAD_SECONDS, check, kept | _OFFLINE)
        except ChildLost as lost:
            raise self._error(Reason.WORKER_CRASHED, "its process does not start") from lost
        ready = json.loads(child.greeting)
        if "error" in ready:
            child.kill()
            raise self._refusal(ready)
        if self._phrases and not ready["boosted"]:
            log.warning(
                "model cannot listen for phrases", engine=self._spec.name, model=ready["model"]
            )
        log.info("model loaded", engine=self._spec.name, **ready)
        return child

    def _watch(self, idle_s: float) -> None:
        """End the process whenever it was idle for so long."""
        while True:
            time.sleep(max(0.05, self._used + idle_s - time.monotonic()))
            if time.monotonic() < self._used + idle_s or not self._turn.acquire(blocking=False):
                continue
            try:
                if self._child is not None:
                    log.info("model unloaded", engine=self._spec.name, idle_s=idle_s)
                self.close()
                self._used = time.monotonic()
            finally:
                self._turn.release()

    def _refusal(self, answer: Any) -> VidereError:
        if answer["error"] == nemo_worker.NO_MEMORY:
            return VidereError(
                Reason.DEVICE_MEMORY,
                f"{self._spec.name}: no memory left on {answer['device']} for one utterance",
                metadata={"engine": self._spec.name, "actual": answer["message"]},
                retry_after_s=_RETRY_SECONDS,
            )
        refused = answer["error"] == nemo_worker.REFUSED
        reason = Reason.MODEL_UNAVAILABLE if refused else Reason.ENGINE_FAILED
        return self._error(reason, answer["message"])

    def _error(self, reason: Reason, message: str) -> VidereError:
        return VidereError(
            reason, f"{self._spec.name}: {message}", metadata={"engine": self._spec.name}
        )


def checkpoint_entry(checkpoint: Checkpoint) -> ModelEntry:
    """Return the model that a checkpoint is; reads the whole file where it is there."""
    there = checkpoint.path.is_file()
    return ModelEntry(
        name=checkpoint.name,
        task="speech-recognition",
        file=checkpoint.path.name,
        bytes=checkpoint.path.stat().st_size if there else 0,
        sha256=file_sha256(checkpoint.path) if there else "",
        licence="as its makers state",
        tier=Tier.TORCH,
        origin="the user",
        path=str(checkpoint.path),
    )


def read_phrases(path: Path | None) -> tuple[str, ...]:
    """Return the phrases of a text file, one a line, without empty ones.

    Raises:
        OSError: it cannot be read.
    """
    if path is None:
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))


def phrases_digest(phrases: Sequence[str]) -> str:
    """Return a digest of phrases, hex; "" of none."""
    return hashlib.sha256("\n".join(phrases).encode()).hexdigest() if phrases else ""


def _utterance(told: Any, samples: int, language: str, cpu_seconds: float) -> Utterance:
    known = Told(
        words=tuple(told["words"]),
        times=None if told["times"] is None else tuple((a, b) for a, b in told["times"]),
        scores=None if told["scores"] is None else tuple(told["scores"]),
        mean_log_probability=told["mean_log_probability"],
    )
    words = words_told(known, samples)
    return Utterance(words, language, measure_words(known, words, samples), cpu_seconds)
