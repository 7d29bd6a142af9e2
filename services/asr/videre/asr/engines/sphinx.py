"""pocketsphinx 5.1 with the US English model of its wheel: one decoder process per slot.

The decoder holds Python's global lock for seconds, so it works in a child process that reads whole
utterances: fed piece by piece it would let one utterance colour the next. A child is killed
when its caller goes away, replaced when it dies, and ends by itself when its parent does.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

from videre.asr.engines import sphinx_worker
from videre.asr.engines.base import Check, Samples, Utterance
from videre.asr.engines.child import Child, ChildLost, no_check
from videre.asr.hearing import FRAMES_PER_SECOND, Segment, measure, words_of
from videre.common.engine import EngineSpec, Tier
from videre.common.errors import Reason, VidereError

if TYPE_CHECKING:
    from videre.common.models import ModelStore

ACOUSTIC: Final = "sphinx_en_us_acoustic"
DICTIONARY: Final = "sphinx_en_us_dictionary"
LANGUAGE: Final = "sphinx_en_us_language"

SPEC: Final = EngineSpec(
    feature="speech",
    name="pocketsphinx-en-us",
    version="5.1.1-2",
    tier=Tier.BUNDLED,
    licence="BSD-2-Clause",
    models=(ACOUSTIC, DICTIONARY, LANGUAGE),
    languages=("en",),
    storing_floor=0.0,
    max_call_seconds=10.0,
    cpu_seconds_per_item=0.16,
    max_batch=1,
    thread_safe=False,
)

_LOAD_SECONDS: Final = 60.0
#: An utterance has at most 30 s and takes a quarter of its length: beyond this the child hangs.
_DECODE_SECONDS: Final = 120.0
_FRONT_FRAMES: Final = sphinx_worker.SILENCE_SAMPLES * FRAMES_PER_SECOND // 16_000


class SphinxRecogniser:
    """Hands utterances to its child process. Serves one slot, not thread-safe."""

    def __init__(self) -> None:
        self._command: list[str] = []
        self._child: Child | None = None

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Start the child and wait until it has loaded the model.

        Raises:
            VidereError: MODEL_UNAVAILABLE; WORKER_CRASHED when the child does not come up.
        """
        paths = (models.path(ACOUSTIC).parent, models.path(DICTIONARY), models.path(LANGUAGE))
        self._command = [sys.executable, "-m", sphinx_worker.__name__, *map(str, paths)]
        self._child = self._started(no_check)

    def recognise(self, samples: Samples, check: Check) -> Utterance:
        """Write down one utterance; a child that died is replaced once.

        Raises:
            VidereError: WORKER_CRASHED when the utterance kills or hangs its child twice.
        """
        request = samples.astype("<i2", copy=False).tobytes()
        try:
            answer = self._ask(request, check)
        except ChildLost:
            try:
                answer = self._ask(request, check)
            except ChildLost as lost:
                raise _crashed("the decoder died twice on this utterance") from lost
        segments = [
            Segment(word, start - _FRONT_FRAMES, end - _FRONT_FRAMES, posterior, acoustic)
            for word, start, end, posterior, acoustic in answer["segments"]
        ]
        return Utterance(
            words_of(segments, len(samples)),
            SPEC.languages[0],
            measure(segments, answer["log_posterior"], len(samples)),
            answer["cpu_seconds"],
        )

    def close(self) -> None:
        """End the child; the next utterance starts another."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _started(self, check: Check) -> Child:
        try:
            return Child(self._command, _LOAD_SECONDS, check)
        except ChildLost as lost:
            raise _crashed("the decoder process does not start") from lost

    def _ask(self, request: bytes, check: Check) -> Any:
        try:
            if self._child is None:
                self._child = self._started(check)
            pcm = sphinx_worker.HEADER.pack(len(request)) + request
            return json.loads(self._child.ask(pcm, _DECODE_SECONDS, check))
        except BaseException:
            self.close()  # an answer that nobody took must not be the next utterance's
            raise


def _crashed(message: str) -> VidereError:
    return VidereError(Reason.WORKER_CRASHED, f"{SPEC.name}: {message}")
