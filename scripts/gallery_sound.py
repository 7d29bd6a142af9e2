"""Rows of docs/gallery: what functions hear, and sound that they make better."""

from __future__ import annotations

import wave
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from google.protobuf.duration_pb2 import Duration
from numpy.typing import NDArray

from bench.constructed.arrangements import SCORES, play
from bench.constructed.media import SOUND_RATE
from bench.music import listen, of_arrangement, resampled
from bench.producing import Maker
from scripts.gallery_films import Stretch, stretch, waveform
from scripts.gallery_known import known_of_sample, page
from videre.production.known import Known
from videre.v1 import production_pb2 as pb
from videre.v1.analysis_pb2 import MusicStructure

Floats = NDArray[np.float32]

_NS: Final = 1_000_000_000
_BEAT: Final = (60, 60, 220)
_BAR: Final = (30, 140, 30)
_CHORUS: Final = (190, 225, 250)
#: Seconds of music that are shown beat by beat.
_SHOWN_S: Final = 12.0
_NOISE: Final = 0.03


def denoise_speech(maker: Maker, sample: Path, folder: Path) -> Stretch:
    """Return speech with noise, and without."""
    noisy = _noisy(maker, sample, folder)
    asked = pb.DenoiseSpeechParams(output=pb.Rendition(preset="audio-wav"))
    (made,) = maker.make(pb.ProductionTask(denoise_speech=asked), {"main": noisy})
    assert isinstance(made.data, Path)
    words = "speech under noise at 3 % of full scale"
    return Stretch("denoise_speech", words, waveform(noisy, 0, 5), waveform(made.data, 0, 5))


def assess_audio(maker: Maker, sample: Path, folder: Path) -> Stretch:
    """Return speech with noise, and what is said of it."""
    noisy = _noisy(maker, sample, folder)
    task = pb.ProductionTask(assess_audio=pb.AssessAudioParams())
    (made,) = maker.make(task, {"main": noisy})
    assert isinstance(made.data, bytes)
    words = "the same noisy speech judged: the beginning of the file"
    lines = [line.rstrip() for line in made.data.decode().split("\n")]
    return Stretch("assess_audio", words, waveform(noisy, 0, 5), page(lines))


def transcribe(maker: Maker, sample: Path) -> Stretch:
    """Return sound, and what is said in it."""
    asked = pb.TranscribeParams(format=pb.TRANSCRIPT_FORMAT_SRT)
    task = pb.ProductionTask(transcribe=asked)
    (made,) = maker.make(task, {"main": sample}, known_of_sample())
    assert isinstance(made.data, bytes)
    words = "what is said, as SubRip: the beginning of the file"
    return Stretch(
        "transcribe", words, waveform(sample, 5, 15), page(made.data.decode().split("\n"))
    )


def detect_beats(maker: Maker, folder: Path) -> Stretch:
    """Return music, and the same with its beats and bars."""
    song, known = _song(folder)
    task = pb.ProductionTask(detect_beats=pb.DetectBeatsParams())
    maker.make(task, {"main": song}, known)
    assert known.music is not None
    plain = waveform(song, 0, _SHOWN_S)
    marked = plain.copy()
    bars = {_seconds(one) for one in known.music.downbeat_offsets}
    for one in known.music.beat_offsets:
        at = round(_seconds(one) / _SHOWN_S * plain.shape[1])
        if at < plain.shape[1]:
            colour = _BAR if _seconds(one) in bars else _BEAT
            cv2.line(marked, (at, 0), (at, plain.shape[0]), colour)
    words = "beats in red, the first of each bar in green; 12 s of a rendered song"
    return Stretch("detect_beats", words, plain, marked)


def detect_music_segments(maker: Maker, folder: Path) -> Stretch:
    """Return a song, and the same with its choruses."""
    song, known = _song(folder)
    task = pb.ProductionTask(detect_music_segments=pb.DetectMusicSegmentsParams())
    maker.make(task, {"main": song}, known)
    assert known.music is not None
    with wave.open(str(song)) as file:
        length = file.getnframes() / file.getframerate()
    plain = waveform(song, 0, length)
    marked = plain.copy()
    for one in known.music.sections:
        if one.chorus:
            sides = (_seconds(one.span.start_offset), _seconds(one.span.end_offset))
            left, right = (round(side / length * plain.shape[1]) for side in sides)
            part = marked[:, left:right]
            part[:] = np.minimum(part, np.array(_CHORUS, np.uint8))
    words = "choruses shaded; a whole rendered song"
    return Stretch("detect_music_segments", words, plain, marked)


def sounds(maker: Maker, sample: Path, folder: Path) -> Mapping[str, Callable[[], Stretch]]:
    """Return what makes each row, by the function's name; those whose models lack are left out."""
    rows: dict[str, Callable[[], Stretch]] = {
        "denoise_speech": lambda: denoise_speech(maker, sample, folder),
        "assess_audio": lambda: assess_audio(maker, sample, folder),
        "transcribe": lambda: transcribe(maker, sample),
        "detect_beats": lambda: detect_beats(maker, folder),
        "detect_music_segments": lambda: detect_music_segments(maker, folder),
    }
    return {name: make for name, make in rows.items() if maker.can(name)}


def _noisy(maker: Maker, sample: Path, folder: Path) -> Path:
    """Write speech of the clip under noise."""
    asked = pb.MixAudioParams(
        tracks=[pb.MixTrack(role=pb.MIX_ROLE_VOICE, range=stretch(5.0, 10.0))],
        output=pb.Rendition(preset="audio-wav"),
    )
    (made,) = maker.make(pb.ProductionTask(mix_audio=asked), {"main": sample})
    assert isinstance(made.data, Path)
    with wave.open(str(made.data)) as file:
        shape = file.getnchannels()
        rate = file.getframerate()
        clean = np.frombuffer(file.readframes(file.getnframes()), np.int16) / 32_768
    noise = np.random.default_rng(5).normal(0, _NOISE, len(clean))
    path = folder / "noisy.wav"
    _written((clean + noise).reshape(-1, shape), rate, path)
    return path


def _song(folder: Path) -> tuple[Path, Known]:
    """Write a song with a form, and return what the engine hears in it."""
    played = play(SCORES[0])
    path = folder / "song.wav"
    _written(played.samples[:, None], SOUND_RATE, path)
    found = listen(of_arrangement(played), resampled(played.samples, SOUND_RATE)).found
    music = MusicStructure(tempo_bpm=found.beats.tempo_bpm)
    for ns in found.beats.beat_ns:
        music.beat_offsets.add().FromNanoseconds(ns)
    for ns in found.form.downbeat_ns:
        music.downbeat_offsets.add().FromNanoseconds(ns)
    for one in found.form.sections:
        part = music.sections.add(group=chr(ord("A") + one.group), chorus=one.chorus)
        part.span.start_offset.FromNanoseconds(one.start_ns)
        part.span.end_offset.FromNanoseconds(one.end_ns)
    return path, replace(Known(), music=music, stages=(("music", ""),))


def _written(samples: NDArray[np.floating], rate: int, path: Path) -> None:
    """Write samples, -1..1 [n, channels], as 16 bits."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples.clip(-1, 1) * 32_767).astype("<i2").tobytes())


def _seconds(offset: Duration) -> float:
    return offset.ToNanoseconds() / _NS
