"""The eSpeak NG program: which one, and what it says. A GPL program that is run, never linked."""

from __future__ import annotations

import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.common.errors import Reason, VidereError

Floats = NDArray[np.float32]

_NAME: Final = "espeak-ng"
_TIMEOUT_S: Final = 30.0
_VOICES: Final = {"en": "en-us", "zh": "cmn"}
#: Words a minute at the program's usual speed, and the ranges that it takes.
_SPEED: Final = 175
_SPEEDS: Final = (80, 450)
_PITCHES: Final = (0, 99)
_VOLUMES: Final = (0, 200)


@dataclass(frozen=True, slots=True)
class Tone:
    """How the program speaks: language, times as fast, pitch 0..100 (50 usual), times as loud."""

    language: str
    rate: float = 1.0
    pitch: float = 50.0
    volume: float = 1.0


@dataclass(frozen=True, slots=True)
class Speaker:
    """The program; `version` such as "1.51"."""

    path: str
    version: str

    def say(self, text: str, tone: Tone) -> tuple[Floats, int]:
        """Return samples of a text and how many there are a second.

        Raises:
            VidereError: ENGINE_FAILED.
        """
        words = [
            self.path, "--stdin", "--stdout", "-b", "1", "-z", "-v", _VOICES[tone.language],
            "-s", str(_within(_SPEED * tone.rate, _SPEEDS)),
            "-p", str(_within(tone.pitch, _PITCHES)),
            "-a", str(_within(100 * tone.volume, _VOLUMES)),
        ]  # fmt: skip
        try:
            said = subprocess.run(
                words, input=text.encode(), capture_output=True, timeout=_TIMEOUT_S, check=True
            ).stdout
            return _samples(said)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise VidereError(
                Reason.ENGINE_FAILED, f"{_NAME} did not speak: {error}", metadata={"engine": _NAME}
            ) from error


def find_speaker(named: Path | None) -> Speaker:
    """Return the program that a setting names, else the one on the path.

    Raises:
        VidereError: MODEL_UNAVAILABLE, there is none, or it does not run.
    """
    path = str(named) if named is not None else shutil.which(_NAME)
    try:
        if path is None:
            raise FileNotFoundError(_NAME)
        said = subprocess.run(
            [path, "--version"], capture_output=True, text=True, errors="replace",
            timeout=_TIMEOUT_S, check=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise VidereError(
            Reason.MODEL_UNAVAILABLE,
            f"speech needs the program {_NAME}: install it (Debian, Ubuntu: apt-get install"
            f" {_NAME}), or name it in VIDERE_ESPEAK_NG",
            metadata={"program": path or _NAME},
        ) from error
    _, _, rest = said.partition(":")
    return Speaker(path, rest.split()[0] if rest.split() else "unknown")


def _within(value: float, bounds: tuple[int, int]) -> int:
    return min(bounds[1], max(bounds[0], round(value)))


def _samples(wave: bytes) -> tuple[Floats, int]:
    """Return the samples of a WAV that was written to a pipe: its lengths say nothing.

    Raises:
        ValueError: it is no such WAV.
    """
    if wave[:4] != b"RIFF" or wave[12:16] != b"fmt " or wave[36:40] != b"data":
        raise ValueError("no WAV came")
    channels, rate = struct.unpack("<HI", wave[22:28])
    if channels != 1 or wave[34:36] != b"\x10\x00":
        raise ValueError("the WAV is not of one channel and 16 bits")
    body = wave[44 : 44 + (len(wave) - 44) // 2 * 2]
    samples = np.asarray(np.frombuffer(body, "<i2") / 32_768, np.float32)
    return samples, int(rate)
