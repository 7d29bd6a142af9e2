"""Speech whose language is known, heard by the product's own engines; for the language gate's fit.

Three sources: the test media (`VIDERE_TEST_MEDIA`: speech_en, speech_zh), `espeak-ng` where it is
installed (the sentences of language_sentences.toml), and folders of recordings named on the command
line. Short recordings of one voice are joined to tracks, as they would be heard in a film.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from videre.asr.engines.silero import SileroActivityEngine
from videre.asr.engines.sphinx import SPEC, SphinxRecogniser
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.common.values import NS, TimeSpan, score_e4
from videre.orchestrator.evidence import Evidence, Word

RATE = 16_000
_JOIN_GAP_S = 0.75
_TRACK_S = 20.0
_TRACKS_PER_FOLDER = 8
_SHORTEST_S = 2.0
_ESPEAK_VOICES = {"zh": "cmn", "en": "en-us"}
_ESPEAK_VARIANTS = ("", "+f3")

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Track:
    """A track of one voice in one language. `origin`: media, synthetic or recordings."""

    name: str
    language: str
    voice: str
    origin: str
    samples: Samples


@dataclass(frozen=True, slots=True)
class Heard:
    """A track as the recogniser heard it, in the form the orchestrator keeps."""

    name: str
    language: str
    voice: str
    origin: str
    seconds: float
    records: tuple[Evidence, ...]

    @property
    def words(self) -> int:
        """Number of words the recogniser wrote."""
        return sum(len(record.words) for record in self.records)


def media_tracks() -> Iterator[Track]:
    """Yield the speech files of the test media; the LJ files are one voice."""
    folder = os.environ.get("VIDERE_TEST_MEDIA")
    if not folder:
        return
    for language in ("en", "zh"):
        for path in sorted(Path(folder, f"speech_{language}").iterdir()):
            if path.suffix in (".wav", ".flac", ".ogg", ".mp3"):
                voice = "LJ" if path.name.startswith("LJ") else path.stem.rstrip("0123456789")
                yield Track(path.name, language, voice, "media", read(path))


def synthetic_tracks() -> Iterator[Track]:
    """Yield what espeak-ng says; nothing where it is not installed."""
    if shutil.which("espeak-ng") is None:
        return
    sentences = tomllib.loads(Path(__file__).with_name("language_sentences.toml").read_text())
    for language, texts in sentences.items():
        for variant in _ESPEAK_VARIANTS:
            voice = _ESPEAK_VOICES.get(language, language) + variant
            spoken = joined(_espeak(text, voice) for text in texts)
            yield Track(f"espeak {voice}", language, f"espeak {voice}", "synthetic", spoken)


def recorded_tracks(language: str, folder: Path) -> Iterator[Track]:
    """Yield tracks of ~20 s joined from the recordings of a folder, which hold one voice."""
    pieces: list[Samples] = []
    count = 0
    for path in sorted(folder.iterdir()):
        sound = read(path) if path.is_file() else np.zeros(0, np.int16)
        if len(sound) < _SHORTEST_S * RATE:
            continue
        pieces.append(sound)
        if sum(map(len, pieces)) >= _TRACK_S * RATE:
            name = f"{folder.name}/{count}"
            yield Track(name, language, folder.name, "recordings", joined(pieces))
            pieces, count = [], count + 1
            if count == _TRACKS_PER_FOLDER:
                return


def joined(pieces: Iterable[Samples]) -> Samples:
    """Return the pieces one after another with a pause after each."""
    pause = np.zeros(int(_JOIN_GAP_S * RATE), np.int16)
    return np.concatenate([part for piece in pieces for part in (piece, pause)])


def read(path: Path) -> Samples:
    """Decode a sound file to 16 kHz mono int16."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


def _espeak(text: str, voice: str) -> Samples:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "said.wav")
        command = ["espeak-ng", "-v", voice, "-s", "155", "-w", str(path), "--stdin"]
        subprocess.run(command, input=text.encode(), check=True, timeout=60)
        return read(path)


class Listener:
    """The product's speech engines, one recogniser process per thread."""

    def __init__(self, jobs: int) -> None:
        self._models = ModelStore(packaged_manifest(), Path(tempfile.gettempdir()))
        self._activity = SileroActivityEngine()
        self._activity.load(self._models)
        self._jobs = jobs
        self._local = threading.local()

    def hear(self, tracks: Sequence[Track]) -> list[Heard]:
        """Return every track as heard, in order."""
        with ThreadPoolExecutor(self._jobs, initializer=self._start) as pool:
            return list(pool.map(self._hear, tracks))

    def _start(self) -> None:
        self._local.recogniser = SphinxRecogniser()
        self._local.recogniser.load(self._models)

    def _hear(self, track: Track) -> Heard:
        stream = self._activity.open()
        stream.push(track.samples)
        records = tuple(
            self._record(track.samples, span.start_sample, span.end_sample)
            for span in stream.finish()
        )
        return Heard(
            track.name,
            track.language,
            track.voice,
            track.origin,
            len(track.samples) / RATE,
            records,
        )

    def _record(self, samples: Samples, start: int, end: int) -> Evidence:
        heard = self._local.recogniser.recognise(samples[start:end], lambda: None)
        words = tuple(
            Word(
                word.text,
                (start + word.start_sample) * NS // RATE,
                (start + word.end_sample) * NS // RATE,
                score_e4(word.score),
            )
            for word in heard.words
        )
        return Evidence(
            feature=SPEC.feature,
            engine=f"{SPEC.name}@{SPEC.version}",
            span=TimeSpan(start * NS // RATE, end * NS // RATE),
            class_name=heard.language,
            text=" ".join(word.text for word in words),
            words=words,
            attributes={name: round(value * 10_000) for name, value in heard.measurements.items()},
        )
