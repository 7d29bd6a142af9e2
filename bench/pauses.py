"""Where in a recording of speech somebody speaks: the recording less its pauses.

Who joins recordings knows where each begins and ends, not where its reader draws breath: in a
minute of film, several seconds are such pauses, up to 1.1 s long. They are found by level, which is
enough while nothing else sounds: 22 dB below the loudest tenth lies between weak consonants and
the noise of old recordings. Words fade further than that; a person who marks speech counts it in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bench.constructed.media import SOUND_RATE, Samples, sound
from videre.cli.evaluation.truth import Span, Truth

#: Silence inside an utterance is shorter, seconds.
PAUSE_S: Final = 0.3
_STEP: Final = SOUND_RATE // 100
_STEPS_PER_S: Final = 100
#: Steps that a level is the mean of.
_BLUR: Final = 3
_LOUD_PERCENTILE: Final = 90
_BELOW_LOUD: Final = 10 ** (-22 / 10)
#: A word fades this much further, but not for long: below, there is noise.
_FADED: Final = 10 ** (-32 / 10)
_LONGEST_FADE: Final = 10


def without_pauses(film: Truth) -> Truth:
    """Return the truth of a film whose speech is given in pieces of speech alone, less the pauses.

    Raises:
        OSError: the film cannot be read.
    """
    if not film.speech:
        return film
    samples = sound(film.path)
    speech = tuple(
        Span(piece.start_s + start_s, piece.start_s + end_s)
        for piece in film.speech
        for start_s, end_s in spoken_stretches(
            samples[round(piece.start_s * SOUND_RATE) : round(piece.end_s * SOUND_RATE)]
        )
    )
    return replace(film, speech=speech)


def spoken_stretches(samples: Samples) -> list[tuple[float, float]]:
    """Return the stretches of speech of a recording without other sounds, seconds."""
    steps = len(samples) // _STEP
    if not steps:
        return []
    power = np.square(samples[: steps * _STEP].reshape(steps, _STEP), dtype=np.float64).mean(axis=1)
    power = np.convolve(power, np.full(_BLUR, 1 / _BLUR), "same")
    reference = np.percentile(power, _LOUD_PERCENTILE)
    loud = np.flatnonzero(power > reference * _BELOW_LOUD)
    if not len(loud):
        return []
    faded = power <= reference * _FADED
    breaks = np.flatnonzero(np.diff(loud) > PAUSE_S * _STEPS_PER_S)
    firsts = loud[np.concatenate([[0], breaks + 1])]
    lasts = loud[np.concatenate([breaks, [len(loud) - 1]])]
    return [
        (float(first) / _STEPS_PER_S, float(last + 1 + _fade(faded[last + 1 :])) / _STEPS_PER_S)
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _fade(faded: npt.NDArray[np.bool_]) -> int:
    """Return the steps until a word has faded."""
    return int(np.argmax(np.append(faded[:_LONGEST_FADE], True)))
