"""Recordings of several readers in turn, with known turns: two or three voices, pauses or none.

The readers' recordings differ in room and microphone as well as in voice, which makes telling them
apart easier than in one room: every recording goes through the same band of a telephone in half of
the conversations, which takes some of that away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.constructed.media import SOUND_RATE, Samples, silence, sound
from bench.constructed.spoken import trimmed
from bench.pauses import spoken_stretches
from videre.cli.evaluation.measures.speakers import Said

#: Readers of the test media and their recordings, below the set's folder.
READERS: Final[Mapping[str, tuple[str, ...]]] = {
    "lj": tuple(f"speech_en/LJ001-{number:04d}.wav" for number in range(1, 17)),
    "sb": tuple(f"speech_en/sb_spk1_snt{number}.wav" for number in range(1, 6)),
    "libri": ("speech_en/librispeech-198-209-0000.ogg",),
    "sonnet": ("speech_en/sonnet001.mp3",),
    "jfk": ("speech_en/jfk.flac",),
    "digits": ("speech_en/vosk_digits.wav",),
    "aishell": ("speech_zh/aishell-BAC009S0724W0121.wav",),
}
#: Shortest and longest turn, seconds.
_TURN_S: Final = (2.0, 7.0)
#: Pauses between turns, seconds; the shortest is none that a listener would notice.
_GAPS_S: Final = (0.1, 0.3, 0.6, 1.0)
_LENGTH_S: Final = 60.0
#: Band of a telephone, Hz.
_BAND: Final = (300.0, 3_400.0)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A constructed recording and who speaks when; `speakers` are the readers in it."""

    name: str
    sound: Samples
    said: tuple[Said, ...]
    speakers: tuple[str, ...]


def stock(media: Path) -> dict[str, Samples]:
    """Return what each reader says, recordings joined, pauses of more than .3 s taken out."""
    readers = {}
    for name, files in READERS.items():
        spoken = []
        for file in files:
            whole = trimmed(sound(media / file))
            spoken += [
                whole[round(a * SOUND_RATE) : round(b * SOUND_RATE)]
                for a, b in spoken_stretches(whole)
            ]
        readers[name] = np.concatenate(spoken)
    return readers


def conversation(
    name: str, readers: Mapping[str, Samples], speakers: Sequence[str], *, seed: int, phone: bool
) -> Conversation:
    """Return a minute in which speakers take turns; none follows itself.

    Args:
        name: of the conversation.
        readers: what each says; begun again when it is used up.
        speakers: who takes part.
        seed: order, lengths and pauses.
        phone: everybody is heard over a telephone.
    """
    chance = np.random.default_rng(seed)
    at = {speaker: int(chance.integers(len(readers[speaker]))) for speaker in speakers}
    parts: list[Samples] = []
    said: list[Said] = []
    position, before = 0, ""
    while position < _LENGTH_S * SOUND_RATE:
        others = [speaker for speaker in speakers if speaker != before] or list(speakers)
        before = others[int(chance.integers(len(others)))]
        gap = silence(float(chance.choice(_GAPS_S)), chance)
        length = round(float(chance.uniform(*_TURN_S)) * SOUND_RATE)
        turn = np.take(readers[before], range(at[before], at[before] + length), mode="wrap")
        at[before] = (at[before] + length) % len(readers[before])
        start = (position + len(gap)) / SOUND_RATE
        said.append(Said(start, start + length / SOUND_RATE, before))
        parts += [gap, _levelled(turn)]
        position += len(gap) + length
    whole = np.concatenate([*parts, silence(0.5, chance)])
    return Conversation(name, _by_phone(whole) if phone else whole, tuple(said), tuple(speakers))


def _levelled(turn: Samples) -> Samples:
    """Return a turn at one loudness: who is louder is no help."""
    level = float(np.sqrt(np.square(turn, dtype=np.float64).mean()))
    return np.asarray(np.clip(turn * (0.07 / level), -1, 1), np.float32)


def _by_phone(samples: Samples) -> Samples:
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / SOUND_RATE)
    spectrum[(hertz < _BAND[0]) | (hertz > _BAND[1])] = 0
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)
