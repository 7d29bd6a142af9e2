"""The files an audio child leaves per media: `audio.pcm`, `music.pcm`, `quality-2`, `audio.json`.

`audio.pcm` is 16 kHz mono s16 (little endian), `music.pcm` 22.05 kHz mono f32; sample 0 of both is
the start of the audio track, and a sample's number gives its time to 1 ms. `quality-2` holds the
records of `quality_records` from the start of the track. `audio.json` appears last and tells that
the others are complete.
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
from videre.orchestrator.media.quality_records import SOUND_TYPE
from videre.orchestrator.media.records import Signals

SPEECH_RATE: Final = 16_000
MUSIC_RATE: Final = 22_050


class DamagedSound(ValueError):
    """A file of decoded sound is not what was written."""


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
        hops: records of technical quality, of each channel.
        channels: of the track.
    """

    folder: Path
    start_ns: int
    samples: int
    loudness: Loudness | None
    music_samples: int | None
    damaged: int
    hops: int
    channels: int

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

    def quality(self) -> Signals:
        """Return the measures of technical quality, shape (hops, channels)."""
        records = np.fromfile(quality_path(self.folder), SOUND_TYPE)
        return records.reshape(self.hops, self.channels)

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
        """Tell whether a folder holds all the files, whole: a power cut may leave them cut."""
        try:
            spool = AudioSpool.load(folder)
            lengths = [
                (spool.path, 2 * spool.samples),
                (quality_path(folder), SOUND_TYPE.itemsize * spool.hops * spool.channels),
            ]
            if spool.music_path is not None and spool.music_samples is not None:
                lengths.append((spool.music_path, 4 * spool.music_samples))
            return all(path.stat().st_size == size for path, size in lengths)
        except (FileNotFoundError, DamagedSound):
            return False

    @staticmethod
    def load(folder: Path) -> AudioSpool:
        """Read `audio.json`.

        Raises:
            FileNotFoundError: the sound was not decoded into this folder.
            DamagedSound: it was, but the file is not whole any more.
        """
        text = _json_path(folder).read_bytes()
        try:
            values = json.loads(text)
            loudness = values.pop("loudness")
            spool = AudioSpool(
                folder=folder, loudness=Loudness(**loudness) if loudness else None, **values
            )
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise DamagedSound(f"{_json_path(folder)}: {error}") from error
        numbers = (
            spool.start_ns, spool.samples, spool.music_samples or 0, spool.damaged, spool.hops,
            spool.channels,
        )  # fmt: skip
        if not all(isinstance(number, int) for number in numbers):
            raise DamagedSound(f"{_json_path(folder)}: not numbers")
        return spool


def audio_path(folder: Path) -> Path:
    """Return where the 16 kHz samples lie."""
    return folder / "audio.pcm"


def music_path(folder: Path) -> Path:
    """Return where the 22.05 kHz samples lie."""
    return folder / "music.pcm"


def quality_path(folder: Path) -> Path:
    """Return where the measures of technical quality lie."""
    return folder / "quality-2"


def _json_path(folder: Path) -> Path:
    return folder / "audio.json"
