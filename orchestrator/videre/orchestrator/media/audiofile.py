"""The files an audio child leaves per media: `audio.pcm`, `music.pcm`, `audio.json`.

`audio.pcm` is 16 kHz mono s16 (little endian), `music.pcm` 22.05 kHz mono f32; sample 0 of both is
the start of the audio track, and a sample's number gives its time to 1 ms. `audio.json` appears
last and tells that the others are complete.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.values import NS

SPEECH_RATE: Final = 16_000
MUSIC_RATE: Final = 22_050


@dataclass(frozen=True, slots=True)
class Loudness:
    """EBU R128 of the whole track, on its own rate and channels."""

    integrated_lufs: float
    range_lu: float
    true_peak_dbtp: float


@dataclass(frozen=True, slots=True)
class AudioSpool:
    """The decoded form of a media's sound.

    Args:
        folder: where the files lie.
        start_ns: time of sample 0 from the media's origin.
        samples: length at 16 kHz.
        loudness: None when the track is silent or shorter than 0.1 s.
        music_samples: length at 22.05 kHz; None when music was not asked for.
        damaged: packets that did not decode; silence stands in their place.
    """

    folder: Path
    start_ns: int
    samples: int
    loudness: Loudness | None
    music_samples: int | None
    damaged: int

    @property
    def path(self) -> Path:
        """16 kHz mono s16."""
        return audio_path(self.folder)

    @property
    def music_path(self) -> Path | None:
        """22.05 kHz mono f32; None when music was not asked for."""
        return None if self.music_samples is None else music_path(self.folder)

    def pcm(self, start: int, end: int) -> npt.NDArray[np.int16]:
        """Return 16 kHz samples [start, end), cut to what there is, int16."""
        start, end = max(0, start), min(end, self.samples)
        count = max(0, end - start)
        return np.fromfile(self.path, "<i2", count, offset=2 * min(start, self.samples))

    def music(self, start: int, end: int) -> npt.NDArray[np.float32]:
        """Return 22.05 kHz samples [start, end), cut to what there is, float32 −1..1."""
        length = self.music_samples or 0
        start, end = max(0, start), min(end, length)
        path = music_path(self.folder)
        return np.fromfile(path, "<f4", max(0, end - start), offset=4 * min(start, length))

    def sample_ns(self, sample: int) -> int:
        """Return the time of a 16 kHz sample from the media's origin."""
        return self.start_ns + sample * NS // SPEECH_RATE

    def save(self) -> None:
        """Write `audio.json`, whole."""
        path = _json_path(self.folder)
        partial = path.with_name(f"{path.name}.{os.getpid()}.part")
        values = asdict(self)
        del values["folder"]
        partial.write_text(json.dumps(values))
        partial.replace(path)

    @staticmethod
    def is_complete(folder: Path) -> bool:
        """Tell whether a folder holds all the files."""
        return _json_path(folder).exists()

    @staticmethod
    def load(folder: Path) -> AudioSpool:
        """Read `audio.json`.

        Raises:
            FileNotFoundError: the sound was not decoded into this folder.
        """
        values = json.loads(_json_path(folder).read_text())
        loudness = values.pop("loudness")
        return AudioSpool(
            folder=folder, loudness=Loudness(**loudness) if loudness else None, **values
        )


def audio_path(folder: Path) -> Path:
    """Return where the 16 kHz samples lie."""
    return folder / "audio.pcm"


def music_path(folder: Path) -> Path:
    """Return where the 22.05 kHz samples lie."""
    return folder / "music.pcm"


def _json_path(folder: Path) -> Path:
    return folder / "audio.json"
