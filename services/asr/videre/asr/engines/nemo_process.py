"""The process of one NeMo model, which all slots share, one request at a time.

NeMo changes the working folder while it loads and takes hundreds of megabytes, so each model lives
in a child: a file that harms it harms nothing else, and its memory goes with it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import structlog

from videre.asr.engines import nemo_worker
from videre.asr.engines.base import Check
from videre.asr.engines.child import Child, ChildLost, no_check
from videre.common.errors import Reason, VidereError

log = structlog.get_logger(__name__)

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


class NemoProcess:
    """A model in its process; a process that died is replaced, one that is idle ends."""

    def __init__(
        self,
        engine: str,
        options: nemo_worker.Options,
        idle_s: float,
        ready: Callable[[Any], None],
    ) -> None:
        """Start the process, load and warm up the model.

        Args:
            engine: name of the engine, for messages.
            options: of the process.
            idle_s: the process ends when nobody used it for so long; 0 = never.
            ready: called with what the process tells of the model, whenever it was loaded.

        Raises:
            VidereError: ENGINE_FAILED, NeMo or the device refuses it; MODEL_UNAVAILABLE, the model
                is not what the configuration says; WORKER_CRASHED.
        """
        self._engine, self._ready = engine, ready
        self._command = [sys.executable, "-m", nemo_worker.__name__, options.encode()]
        self._turn = threading.Lock()
        self._child: Child | None = self._started(no_check)
        self._used = time.monotonic()
        if idle_s:
            threading.Thread(target=self._watch, args=(idle_s,), daemon=True).start()

    def ask(self, request: bytes, check: Check, about: str) -> Any:
        """Return the answer to a request; a process that died is replaced once.

        Args:
            request: as `nemo_worker.request` makes it.
            check: called while waiting; what it raises ends the call.
            about: what the request is about, for the message.

        Raises:
            VidereError: DEVICE_MEMORY, the device has no memory left; ENGINE_FAILED;
                WORKER_CRASHED when the request kills or hangs the process twice.
        """
        while not self._turn.acquire(timeout=_TURN_SECONDS):
            check()
        try:
            try:
                return self._ask(request, check)
            except ChildLost:
                try:
                    return self._ask(request, check)
                except ChildLost as lost:
                    raise self._error(
                        Reason.WORKER_CRASHED, f"its process died twice on {about}"
                    ) from lost
        finally:
            self._used = time.monotonic()
            self._turn.release()

    def close(self) -> None:
        """End the process; the next request starts another."""
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
            self.close()  # an answer that nobody took must not be the next request's
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
        self._ready(ready)
        log.info("model loaded", engine=self._engine, **ready)
        return child

    def _watch(self, idle_s: float) -> None:
        """End the process whenever it was idle for so long."""
        while True:
            time.sleep(max(0.05, self._used + idle_s - time.monotonic()))
            if time.monotonic() < self._used + idle_s or not self._turn.acquire(blocking=False):
                continue
            try:
                if self._child is not None:
                    log.info("model unloaded", engine=self._engine, idle_s=idle_s)
                self.close()
                self._used = time.monotonic()
            finally:
                self._turn.release()

    def _refusal(self, answer: Any) -> VidereError:
        if answer["error"] == nemo_worker.NO_MEMORY:
            return VidereError(
                Reason.DEVICE_MEMORY,
                f"{self._engine}: no memory left on {answer['device']} for one utterance",
                metadata={"engine": self._engine, "actual": answer["message"]},
                retry_after_s=_RETRY_SECONDS,
            )
        refused = answer["error"] == nemo_worker.REFUSED
        reason = Reason.MODEL_UNAVAILABLE if refused else Reason.ENGINE_FAILED
        return self._error(reason, answer["message"])

    def _error(self, reason: Reason, message: str) -> VidereError:
        return VidereError(reason, f"{self._engine}: {message}", metadata={"engine": self._engine})
