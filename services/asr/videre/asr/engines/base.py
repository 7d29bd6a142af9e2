"""What a speech engine does: tell where somebody speaks, who, and write down what was said.

Sound is 16 kHz mono, int16, shape (samples,). An engine keeps no memory from one track or utterance
to the next: the answer is a function of the sound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from videre.asr.activity import Span
from videre.asr.speakers import Turn
from videre.common.engine import Engine

#: 16 kHz mono, int16, (samples,).
Samples: TypeAlias = NDArray[np.int16]
#: Ends the call when nobody waits for it any more (`Slot.check`).
Check: TypeAlias = Callable[[], None]


class ActivityStream(Protocol):
    """One track on its way through a speech-activity engine. Calls come one after another."""

    @property
    def model_calls(self) -> int:
        """Number of inferences so far."""

    def push(self, samples: Samples) -> None:
        """Take the next piece of the track, of any length."""

    def finish(self) -> list[Span]:
        """Return the speech of the whole track in order of time; nothing is pushed afterwards."""


@runtime_checkable
class SpeechActivityEngine(Engine, Protocol):
    """Finds speech."""

    def open(self) -> ActivityStream:
        """Begin a track."""


class SpeakerStream(Protocol):
    """One track on its way through a diarising engine. Calls come one after another."""

    @property
    def model_calls(self) -> int:
        """Number of inferences so far."""

    def push(self, samples: Samples) -> None:
        """Take the next piece of the track, of any length."""

    def finish(self) -> list[Turn]:
        """Return who speaks when in the whole track; nothing is pushed afterwards.

        Turns are in order of time, do not overlap and lie in the speech that was given; speakers
        are numbered from 0 in the order in which they first speak.
        """


@runtime_checkable
class Diariser(Engine, Protocol):
    """Tells speakers apart."""

    def open(self, spans: Sequence[tuple[int, int]]) -> SpeakerStream:
        """Begin a track.

        Args:
            spans: where somebody speaks, samples (half-open), in order of time.
        """


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word: samples (half-open) from the utterance's start, posterior 0..1."""

    text: str
    start_sample: int
    end_sample: int
    score: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was heard in one span.

    Args:
        words: in order of time; fillers and silences left out.
        language: BCP 47 language of the recogniser.
        measurements: of the decode, by name; finite.
        cpu_seconds: spent outside the calling thread.
    """

    words: tuple[Word, ...]
    language: str
    measurements: Mapping[str, float]
    cpu_seconds: float


@runtime_checkable
class Recogniser(Engine, Protocol):
    """Writes down speech."""

    def recognise(self, samples: Samples, check: Check) -> Utterance:
        """Write down one utterance.

        Args:
            samples: one span of speech.
            check: called while waiting; what it raises ends the call.

        Raises:
            VidereError: ENGINE_FAILED, WORKER_CRASHED.
        """


@runtime_checkable
class GroupRecogniser(Recogniser, Protocol):
    """Writes down the utterances of a group together, in a language of its own that is expected."""

    def recognise_group(
        self, spoken: Sequence[Samples], hints: Sequence[str], check: Check
    ) -> list[Utterance]:
        """Write down utterances; each answer is a function of its own sound and the hints.

        Args:
            spoken: one span of speech each.
            hints: BCP 47 languages the caller expects, best first.
            check: called while waiting; what it raises ends the call.

        Raises:
            VidereError: ENGINE_FAILED, WORKER_CRASHED, DEVICE_MEMORY.
        """
