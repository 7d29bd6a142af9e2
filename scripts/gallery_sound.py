"""Rows of docs/gallery: what functions hear, and sound that they make better."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import ParseDict

from bench.constructed.arrangements import SCORES, play
from bench.constructed.media import SOUND_RATE, sound, write_sound
from bench.music import listen, of_arrangement, resampled
from bench.producing import Maker
from scripts.gallery_films import Stretch, waveform
from scripts.gallery_known import known_of_sample, page
from videre.production.functions.base import Made
from videre.production.known import Known
from videre.v1 import production_pb2 as pb
from videre.v1.analysis_pb2 import MusicStructure

_NS: Final = 1_000_000_000
_BEAT: Final = (60, 60, 220)
_BAR: Final = (30, 140, 30)
_CHORUS: Final = (190, 225, 250)
#: Seconds of music that are shown beat by beat.
_SHOWN_S: Final = 12.0
#: Speech in the clip, samples, and the noise that is laid over it.
_SPEECH: Final = slice(5 * SOUND_RATE, 10 * SOUND_RATE)
_NOISE: Final = 0.03


def denoise_speech(maker: Maker, sample: Path, folder: Path) -> Stretch:
    """Return speech with noise, and without."""
    noisy = _noisy(sample, folder)
    asked = pb.DenoiseSpeechParams(output=pb.Rendition(preset="audio-wav"))
    (made,) = maker.make(pb.ProductionTask(denoise_speech=asked), {"main": noisy})
    assert isinstance(made.data, Path)
    words = "speech under noise at 3 % of full scale"
    return Stretch("denoise_speech", words, waveform(noisy, 0, 5), waveform(made.data, 0, 5))


def assess_audio(maker: Maker, sample: Path, folder: Path) -> Stretch:
    """Return speech with noise, and what is said of it."""
    noisy = _noisy(sample, folder)
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
    music = _told(maker.make(task, {"main": song}, known))
    plain = waveform(song, 0, _SHOWN_S)
    marked = plain.copy()
    bars = {_seconds(one) for one in music.downbeat_offsets}
    for one in music.beat_offsets:
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
    music = _told(maker.make(task, {"main": song}, known))
    length = len(sound(song)) / SOUND_RATE
    plain = waveform(song, 0, length)
    marked = plain.copy()
    for one in music.sections:
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


def _noisy(sample: Path, folder: Path) -> Path:
    """Write speech of the clip under noise."""
    clean = sound(sample)[_SPEECH]
    noise = np.random.default_rng(5).normal(0, _NOISE, len(clean))
    path = folder / "noisy.wav"
    write_sound(path, np.asarray(clean + noise, np.float32))
    return path


@cache
def _song(folder: Path) -> tuple[Path, Known]:
    """Write a song with a form, and return what the engine hears in it."""
    played = play(SCORES[0])
    path = folder / "song.wav"
    write_sound(path, played.samples)
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


def _told(made: Sequence[Made]) -> MusicStructure:
    """Return what the file that was made says."""
    (file,) = made
    assert isinstance(file.data, bytes)
    return ParseDict(json.loads(file.data), MusicStructure())


def _seconds(offset: Duration) -> float:
    return offset.ToNanoseconds() / _NS
