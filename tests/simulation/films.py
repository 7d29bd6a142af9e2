"""Media of a few frames, and what stands in for the processes that decode them."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from tests.simulation.faults import Tick, raising_only
from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.audiofile import (
    AudioSpool,
    Loudness,
    audio_path,
    music_path,
    quality_path,
)
from videre.orchestrator.media.index import (
    AudioTrack,
    MediaIndex,
    MediaKind,
    VideoTrack,
)
from videre.orchestrator.media.index import (
    Mapping as Tokens,
)
from videre.orchestrator.media.limits import ChildLimits
from videre.orchestrator.media.quality_records import PICTURE_TYPE, SOUND_TYPE
from videre.orchestrator.media.records import SIGNAL_TYPE
from videre.orchestrator.media.unitfile import Candidate, unit_folder, write_unit
from videre.orchestrator.media.units import cut_units

_FPS: Final = 2
_RATE: Final = 16_000
_MUSIC_RATE: Final = 22_050


@dataclass(frozen=True, slots=True)
class Film:
    """One media.

    Args:
        picture_s: length of the picture; 0 = none.
        sound_s: length of the sound; 0 = none.
        clear: what is said in it is understood.
        damaged: a second of the picture cannot be decoded.
    """

    name: str
    picture_s: int
    sound_s: int
    clear: bool = True
    damaged: bool = False

    @property
    def data(self) -> bytes:
        """The bytes of the file; only the doubles below read them."""
        return f"film {self.name}".encode()


FILMS: Final = (
    Film("both", 42, 22),
    Film("picture", 8, 0),
    Film("sound", 0, 22),
    Film("foreign", 8, 12, clear=False),
    Film("damaged", 8, 0, damaged=True),
)
BY_DATA: Final = {film.data: film for film in FILMS}


def index_of(film: Film) -> MediaIndex:
    """Return what a probe finds."""
    frames = film.picture_s * _FPS
    numbers = np.arange(frames, dtype=np.int64)
    video = VideoTrack(
        stream_index=0, codec="h264", width=64, height=36, coded_width=64, coded_height=36,
        rotation=0, pixel_aspect=Fraction(1), average_rate=Fraction(_FPS), variable_rate=False,
        pixel_format="yuv420p", color_transfer="", container_timecode="", bit_rate=0,
        time_base=Fraction(1, _FPS), pts=numbers, end_pts=frames, keys=numbers % 10 == 0,
        mapping=Tokens.PTS, tokens=numbers,
    )  # fmt: skip
    audio = AudioTrack(
        stream_index=1, codec="aac", sample_rate=_RATE, channels=1, language="", bit_rate=0,
        time_base=Fraction(1, _RATE), start_pts=0, end_pts=film.sound_s * _RATE,
    )  # fmt: skip
    return MediaIndex(
        kind=MediaKind.VIDEO if frames else MediaKind.AUDIO,
        container="mp4",
        size_bytes=len(film.data),
        video=video if frames else None,
        audio=audio if film.sound_s else None,
        video_stream_count=int(frames > 0),
        audio_stream_count=int(film.sound_s > 0),
    )


def _jpeg(frame: int) -> bytes:
    picture = np.full((36, 64, 3), frame % 200, np.uint8)
    return bytes(cv2.imencode(".jpg", picture)[1])


def write_units(film: Film, folder: Path) -> None:
    """Write what a decoder leaves of every unit."""
    index = index_of(film)
    for unit in cut_units(index):
        frames = range(unit.start_frame, unit.end_frame)
        signals = np.zeros(len(frames), SIGNAL_TYPE)
        signals["frame"] = frames
        signals["time_ns"] = index.frame_starts_ns[unit.start_frame : unit.end_frame]
        signals["luma_mean"] = 100
        kept = frames[::4]
        jpegs = [_jpeg(frame) for frame in kept]
        candidates = [
            Candidate(
                frame=frame, time_ns=int(index.frame_starts_ns[frame]), changed=frame % 20 == 0,
                reasons=1, sharpness=float(frame * 7 % 11), luma_mean=100.0, luma_deviation=40.0,
                size=len(jpeg),
            )
            for frame, jpeg in zip(kept, jpegs, strict=True)
        ]  # fmt: skip
        missing = [(frames[4], frames[6])] if film.damaged and unit.index == 0 else []
        quality = np.zeros(len(frames), PICTURE_TYPE)
        quality["measured"][::10] = 1
        write_unit(folder, unit, signals, quality, candidates, jpegs, missing)


def write_sound(film: Film, folder: Path) -> None:
    """Write what a decoder leaves of the sound, with music."""
    folder.mkdir(parents=True)
    samples, music = film.sound_s * _RATE, film.sound_s * _MUSIC_RATE
    level = 0 if film.clear else 257
    audio_path(folder).write_bytes(np.full(samples, level, np.int16).tobytes())
    music_path(folder).write_bytes(bytes(4 * music))
    hops = 10 * film.sound_s
    quality_path(folder).write_bytes(np.zeros(hops, SOUND_TYPE).tobytes())
    AudioSpool(folder, 0, samples, Loudness(-23.0, 5.0, -1.0), music, 0, hops, 1).save()


class Decoders:
    """Stands in for the child processes: links what was written once into the asked folder.

    Args:
        cache: folder of what is linked.
        chance: share of decodings that fail.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self.rng = random.Random()
        self.chance = 0.0
        self.failed = 0
        for film in FILMS:
            (cache / film.name).mkdir()
            if film.picture_s:
                write_units(film, cache / film.name)
            if film.sound_s:
                write_sound(film, cache / film.name / "sound")

    def running(self, tick: Tick) -> Callable[..., Any]:
        """Return a `RunChild` for one process."""

        async def run_child(
            task: str,
            arguments: dict[str, Any],
            limits: ChildLimits,
            *,
            failure: Reason = Reason.DECODE_FAILED,
        ) -> Any:
            tick(f"child {task}")
            await asyncio.sleep(self.rng.random() * 2.0)
            if self.rng.random() < self.chance:
                self.failed += 1
                raise VidereError(failure, f"the {task} process died (simulated)")
            tick(f"child {task} done")
            with raising_only():
                self._do(task, arguments)
            return {}

        return run_child

    def _do(self, task: str, arguments: Mapping[str, Any]) -> None:
        film = BY_DATA[Path(arguments["path"]).read_bytes()]
        cache = self._cache / film.name
        match task:
            case "probe":
                Path(arguments["index_path"]).write_bytes(index_of(film).encode())
            case "decode":
                folder = Path(arguments["folder"])
                for unit in range(arguments["first_unit"], arguments["last_unit"] + 1):
                    _link(unit_folder(cache, unit), unit_folder(folder, unit))
            case "sound":
                folder = Path(arguments["folder"])
                for path in sorted((cache / "sound").iterdir()):
                    if not (folder / path.name).exists():
                        os.link(path, folder / path.name)


def _link(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for path in source.iterdir():
        if not (target / path.name).exists():
            os.link(path, target / path.name)
