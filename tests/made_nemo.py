"""Checkpoints of NeMo that are made while tests run, and the sentences that one has learned."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

PYTHON = "VIDERE_NEMO_PYTHON"
needed = pytest.mark.skipif(
    not os.environ.get(PYTHON), reason=f"{PYTHON} names no environment of make torch-nemo"
)
RATE = 16_000
SENTENCES = (
    "the red boat sails at noon",
    "seven dogs sleep under the table",
    "please open the green window",
    "we walk along the river",
    "my brother paints a small house",
    "the train leaves in ten minutes",
)
#: What a model is to write for the same sound when it is asked for German.
GERMAN = (
    "das rote boot segelt am mittag",
    "sieben hunde schlafen unter dem tisch",
    "bitte öffne das grüne fenster",
    "wir gehen am fluss entlang",
    "mein bruder malt ein kleines haus",
    "der zug fährt in zehn minuten",
)


@dataclass(frozen=True)
class Made:
    """A folder of checkpoints, and 16 kHz sound by what is said in it."""

    folder: Path
    said: dict[str, NDArray[np.int16]]

    def checkpoint(self, kind: str) -> Path:
        """Return the file of a kind."""
        return self.folder / f"{kind}.nemo"


def make(folder: Path, *kinds: str) -> Made:
    """Let eSpeak NG say the sentences and NeMo make checkpoints of these kinds."""
    said, files = {}, {}
    for number, sentence in enumerate(SENTENCES):
        said[sentence] = _speak(sentence, folder / f"{number}.wav")
        files[f"{number}.wav"] = sentence
    (folder / "spoken.json").write_text(json.dumps(files))
    (folder / "german.json").write_text(json.dumps(dict(zip(files, GERMAN, strict=True))))
    script = Path(__file__).parent / "nemo_making.py"
    ran = subprocess.run(
        [os.environ[PYTHON], str(script), str(folder), *kinds],
        check=False, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3_000:]
    return Made(folder, said)


def _speak(sentence: str, path: Path) -> NDArray[np.int16]:
    """Write a sentence as a 16 kHz WAV file and return its sound."""
    import wave

    try:
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", "150", "-w", path, sentence], check=True)
    except FileNotFoundError:
        pytest.skip("this machine has no espeak-ng")
    with wave.open(str(path)) as file:
        rate, raw = file.getframerate(), file.readframes(file.getnframes())
    sound = np.frombuffer(raw, "<i2").astype(np.float64)
    at = np.arange(int(len(sound) / rate * RATE)) * rate / RATE
    samples = np.interp(at, np.arange(len(sound)), sound).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return samples
