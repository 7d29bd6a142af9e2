"""pocketsphinx 5.1 with the US English model of its wheel: one decoder process per slot.

The decoder holds Python's global lock for seconds, so it works in a child process that reads whole
utterances: fed piece by piece it would let one utterance colour the next. A child is killed
when its caller goes away, replaced when it dies, and ends by itself when its parent does.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import time
import weakref
from typing import IO, TYPE_CHECKING, Any, Final

from videre.asr.engines import sphinx_worker
from videre.asr.engines.base import Check, Samples, Utterance
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
_POLL_SECONDS: Final = 0.05
_FRONT_FRAMES: Final = sphinx_worker.SILENCE_SAMPLES * FRAMES_PER_SECOND // 16_000


class SphinxRecogniser:
    """Hands utterances to its child process. Serves one slot, not thread-safe."""

    def __init__(self) -> None:
        self._command: list[str] = []
        self._child: _Child | None = None

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
        self._child = _Child(self._command, _no_check)

    def recognise(self, samples: Samples, check: Check) -> Utterance:
        """Write down one utterance; a child that died is replaced once.

        Raises:
            VidereError: WORKER_CRASHED when the utterance kills or hangs its child twice.
        """
        request = samples.astype("<i2", copy=False).tobytes()
        try:
            answer = self._ask(request, check)
        except _ChildLost:
            try:
                answer = self._ask(request, check)
            except _ChildLost as lost:
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

    def _ask(self, request: bytes, check: Check) -> Any:
        try:
            if self._child is None:
                self._child = _Child(self._command, check)
            return self._child.ask(request, check)
        except BaseException:
            self.close()  # an answer that nobody took must not be the next utterance's
            raise


class _ChildLost(Exception):
    """The child died or stopped answering."""


class _Child:
    """The decoder process and the two pipes to it."""

    def __init__(self, command: list[str], check: Check) -> None:
        # A group of its own: Ctrl-C is the parent's to answer.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
        )
        #: Also runs when nobody needs the child any more, and when this process exits.
        self.kill = weakref.finalize(self, _end, self._process)
        self._buffer = b""
        try:
            self._read_line(_LOAD_SECONDS, check)
        except _ChildLost as lost:
            self.kill()
            raise _crashed("the decoder process does not start") from lost
        except BaseException:
            self.kill()
            raise

    def ask(self, pcm: bytes, check: Check) -> Any:
        """Return the child's answer to one utterance.

        Raises:
            _ChildLost: it died or hangs.
        """
        try:
            _pipe(self._process.stdin).write(sphinx_worker.HEADER.pack(len(pcm)) + pcm)
            _pipe(self._process.stdin).flush()
        except OSError as error:
            raise _ChildLost("pipe closed") from error
        return json.loads(self._read_line(_DECODE_SECONDS, check))

    def _read_line(self, seconds: float, check: Check) -> bytes:
        output = _pipe(self._process.stdout).fileno()
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                check()
                if time.monotonic() > deadline:
                    raise _ChildLost(f"no answer within {seconds} s")
                if selector.select(_POLL_SECONDS):
                    piece = os.read(output, 65_536)
                    if not piece:
                        raise _ChildLost("end of output")
                    self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process at once and reap it."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(BrokenPipeError):  # bytes the dead child never read
            _pipe(pipe).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # Popen was asked for both
    return pipe


def _no_check() -> None:
    """Loading belongs to no single caller."""


def _crashed(message: str) -> VidereError:
    return VidereError(Reason.WORKER_CRASHED, f"{SPEC.name}: {message}")
