"""Tiny sound media of many containers, from which damaged ones are made."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.hostile_inputs.case import SUCCEEDED, Hostile
from tests import synth

_SIZE: Final = (96, 64)
_FRAMES: Final = 12
_TONE: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Form:
    """A container with its codecs; "" = without."""

    file: str
    video: str = "libx264"
    audio: str = "aac"
    pixels: str = "yuv420p"
    base: Fraction = Fraction(1, 90_000)


_FORMS: Final = (
    _Form("film.mp4"),
    _Form("film.mkv", "ffv1", "pcm_s16le"),
    _Form("film.webm", "libvpx", "libopus"),
    _Form("film.avi", "mpeg4", "libmp3lame", base=Fraction(1, 25)),
    _Form("film.ts"),
    _Form("film.flv"),
    _Form("film.mov", "mjpeg", "pcm_s16le", "yuvj420p"),
    _Form("film.mpg", "mpeg2video", "mp2", base=Fraction(1, 25)),
    _Form("sound.mp3", "", "libmp3lame"),
    _Form("sound.flac", "", "flac"),
    _Form("sound.ogg", "", "libopus"),
    _Form("sound.m4a", "", "aac"),
)
_PICTURES: Final = ("jpeg", "png", "gif", "webp", "bmp", "tiff")
_SUBTITLES: Final = {
    "words.srt": "1\n00:00:01,000 --> 00:00:02,500\nGood <i>morning</i>\n\n"
    "2\n00:00:03,000 --> 00:00:04,000\nGood evening\n",
    "words.vtt": "WEBVTT\n\n00:01.000 --> 00:02.500 align:start\nGood morning\n",
    "words.ass": "[Script Info]\nTitle: x\n\n[Events]\nFormat: Start, End, Text\n"
    "Dialogue: 0:00:01.00,0:00:02.50,{\\b1}Good morning\n",
    "words.txt": "Good morning.\nGood evening – 早上好.\n",
}


def seeds(folder: Path) -> list[Hostile]:
    """Return one sound media of each form; films are written into the folder on the way."""
    made = [
        *((form.file, _film(form, folder)) for form in _FORMS),
        ("sound.wav", sound()),
        *((f"picture.{form}", picture(form)) for form in _PICTURES),
        *((name, text.encode()) for name, text in _SUBTITLES.items()),
    ]
    return [Hostile(f"sound {file}", SUCCEEDED, file, data) for file, data in made]


def _film(form: _Form, folder: Path) -> bytes:
    rate = 48_000 if form.audio in ("libopus", "aac") else 44_100
    sounds = (synth.Sound(synth.tone(_TONE, rate=rate), rate=rate, codec=form.audio),)
    clip = synth.Clip(
        form.file,
        _FRAMES if form.video else 0,
        size=_SIZE,
        rate=Fraction(25),
        time_base=form.base,
        codec=form.video,
        pixel_format=form.pixels,
        encoder=(("g", "6"),),
        sounds=sounds,
    )
    return synth.make(clip, folder).read_bytes()


def sound(samples: int = 8_000, rate: int = 16_000) -> bytes:
    """Return a WAVE file of noise."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        noise = np.random.default_rng(7).integers(-3_000, 3_000, samples)
        file.writeframes(noise.astype("<i2").tobytes())
    return target.getvalue()


def picture(form: str, size: tuple[int, int] = _SIZE) -> bytes:
    """Return a still picture."""
    target = io.BytesIO()
    Image.fromarray(synth.scene(1, *size)).save(target, form)
    return target.getvalue()


def page(number: int, side: int, letter: int = 24) -> bytes:
    """Return a square picture full of writing, another one for each number."""
    shown = Image.new("RGB", (side, side), "white")
    lines = "\n".join([f"quiet words of page {number}, " * 4] * (side // (2 * letter)))
    font = ImageFont.load_default(letter)
    ImageDraw.Draw(shown).multiline_text((letter, letter), lines, "black", font, spacing=letter)
    target = io.BytesIO()
    shown.save(target, "png")
    return target.getvalue()
