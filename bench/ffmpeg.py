"""What the ffmpeg program says of a file: a second opinion that shares no code with the suite.

The development environment's own ffmpeg (`imageio-ffmpeg`, another release than the library the
suite decodes with); it has no ffprobe, so the facts are read from what `ffmpeg -i` prints, and the
time stamps of frames from its `framecrc` output.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

_TIMEOUT_S: Final = 300.0
_STREAM: Final = re.compile(r"^  Stream #0:(\d+)(?:\[0x[0-9a-f]+\])?(?:\((\w+)\))?: (\w+): (.*)$")
_MATRIX: Final = re.compile(r"rotation of (-?[\d.]+) degrees")
_UNKNOWN: Final = ("", "unknown", "reserved")


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """The first video stream that is no cover picture.

    `rates`: as stated on average, and as guessed; two decimals, empty where ffmpeg has none.
    """

    codec: str
    pixel_format: str
    transfer: str
    width: int
    height: int
    aspect: Fraction
    rotation: int
    rates: tuple[str, ...]
    kilobits: int


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """The first audio stream."""

    codec: str
    sample_rate: int
    channels: int
    language: str
    kilobits: int


@dataclass(frozen=True, slots=True)
class Described:
    """A file as ffmpeg describes it, to hundredths of a second.

    `seconds` is the length and `start_s` the earliest time stamp; None where it does not know.
    """

    container: str
    seconds: Fraction | None
    start_s: Fraction | None
    timecode: str
    video: VideoFacts | None
    audio: SoundFacts | None
    video_streams: int
    audio_streams: int


@cache
def program() -> str:
    """Return the path of the ffmpeg program.

    Raises:
        FileNotFoundError: the development environment lacks it.
    """
    try:
        from imageio_ffmpeg import get_ffmpeg_exe
    except ImportError as error:
        raise FileNotFoundError("no ffmpeg program: install imageio-ffmpeg") from error
    return str(get_ffmpeg_exe())


def convert(*arguments: str | Path) -> None:
    """Run ffmpeg quietly; the output may be there already.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    subprocess.run(
        [program(), "-nostdin", "-v", "error", "-y", *map(str, arguments)],
        check=True,
        timeout=_TIMEOUT_S,
        capture_output=True,
    )


def frame_times(path: Path) -> list[Fraction]:
    """Return the presentation times of all decoded frames of the first video stream, seconds."""
    lines = _output(
        *("-v", "quiet", "-copyts", "-noautorotate", "-i", path, "-map", "0:v:0"),
        *("-fps_mode", "passthrough", "-enc_time_base:v", "demux", "-f", "framecrc", "-"),
    ).stdout.splitlines()
    base = next(Fraction(line.split()[2]) for line in lines if line.startswith("#tb 0:"))
    rows = [line.split(",") for line in lines if line and not line.startswith("#")]
    return [int(row[2]) * base for row in rows]


def packets_end(path: Path) -> Fraction:
    """Return the end of the last packet of the first video and audio streams, seconds."""
    lines = _output(
        *("-v", "quiet", "-copyts", "-i", path, "-map", "0:v:0?", "-map", "0:a:0?"),
        *("-c", "copy", "-f", "framecrc", "-"),
    ).stdout.splitlines()
    bases = [Fraction(line.split()[2]) for line in lines if line.startswith("#tb")]
    rows = [line.split(",") for line in lines if line and not line.startswith("#")]
    return max((int(row[2]) + int(row[3])) * bases[int(row[0])] for row in rows)


def describe(path: Path) -> Described:
    """Return what ffmpeg says of a file.

    Raises:
        ValueError: it understands nothing.
    """
    text = _output("-hide_banner", "-i", path).stderr
    opened = re.search(r"^Input #0, (.*?), from ", text, re.MULTILINE)
    if opened is None:
        raise ValueError(f"ffmpeg cannot read {path}: {text.strip()[-200:]}")
    streams = [found for line in text.splitlines() if (found := _STREAM.match(line))]
    videos = [s for s in streams if s[3] == "Video" and "attached pic" not in s[4]]
    sounds = [s for s in streams if s[3] == "Audio"]
    length = re.search(r"Duration: (\d+):(\d+):(\d+\.\d+)", text)
    start = re.search(r"start: (-?\d+\.\d+)", text)
    code = re.search(r"timecode\s*: (\S+)", text)
    return Described(
        container=opened[1],
        seconds=_seconds(length) if length else None,
        start_s=Fraction(start[1]) if start else None,
        timecode=code[1] if code else "",
        video=_video(videos[0], text) if videos else None,
        audio=_audio(sounds[0]) if sounds else None,
        video_streams=len(videos),
        audio_streams=len(sounds),
    )


def _output(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [program(), "-nostdin", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, errors="replace", timeout=_TIMEOUT_S, check=False
    )


def _seconds(found: re.Match[str]) -> Fraction:
    return int(found[1]) * 3600 + int(found[2]) * 60 + Fraction(found[3])


def _video(stream: re.Match[str], text: str) -> VideoFacts:
    parts = _parts(stream[4])
    size = re.match(r"(\d+)x(\d+)", next(p for p in parts[2:] if re.match(r"\d+x\d+", p)))
    assert size is not None
    aspects = re.findall(r"SAR (\d+):(\d+)", stream[4])  # the codec's, then the container's
    named, _, colours = parts[1].partition("(")
    places = [part for part in colours.rstrip(")").split(", ") if "/" in part]
    turned = _MATRIX.search(text)
    transfer = places[0].split("/")[2] if places else _only_colour(colours)
    return VideoFacts(
        codec=parts[0].split()[0],
        pixel_format=named,
        transfer="" if transfer in _UNKNOWN else transfer,
        width=int(size[1]),
        height=int(size[2]),
        aspect=Fraction(*map(int, aspects[-1])) if aspects else Fraction(1),
        rotation=round(-float(turned[1])) % 360 if turned else 0,
        rates=tuple(_value(parts, unit) for unit in ("fps", "tbr")),
        kilobits=int(_value(parts, "kb/s") or 0),
    )


def _only_colour(colours: str) -> str:
    """Return the one name that stands for primaries, transfer and matrix alike."""
    names = [part for part in colours.rstrip(")").split(", ") if part.startswith(("bt", "smpte"))]
    return names[0] if names else ""


def _audio(stream: re.Match[str]) -> SoundFacts:
    parts = _parts(stream[4])
    named = {"mono": 1, "stereo": 2}
    layout = parts[2].split("(")[0]
    counted = re.match(r"(\d+) channels", layout)
    channels = named.get(layout) or (
        int(counted[1]) if counted else sum(map(int, layout.split(".")))
    )
    language = stream[2] or ""
    return SoundFacts(
        codec=parts[0].split()[0],
        sample_rate=int(parts[1].removesuffix(" Hz")),
        channels=channels,
        language="" if language == "und" else language,
        kilobits=int(_value(parts, "kb/s") or 0),
    )


def _parts(text: str) -> list[str]:
    """Split at commas that stand outside of brackets."""
    return re.split(r", (?![^(\[]*[)\]])", text)


def _value(parts: Sequence[str], unit: str) -> str:
    found = [part.split() for part in parts]
    return next((words[0] for words in found if len(words) > 1 and words[1] == unit), "")
