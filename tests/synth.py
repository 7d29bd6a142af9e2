"""Makes clips whose truth is known exactly, with PyAV and numpy alone.

Every frame carries its own number as a grid of black and white blocks, so that a test can read
from any decoded or re-encoded picture which frame it is. Clips are made once per folder; those that
their fields describe wholly are made once for all folders where `SHARED` names one for them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
import numpy.typing as npt

Rgb = npt.NDArray[np.uint8]
Samples = npt.NDArray[np.float32]

#: Variable that names the folder of clips which processes share.
SHARED: Final = "VIDERE_SYNTH_CLIPS"
_LAYOUTS: Final = {1: "mono", 2: "stereo", 6: "5.1"}
_COLUMNS, _ROWS = 8, 2
#: Left, top, right, bottom of the number's grid as shares of the picture.
_GRID: Final = (0.1, 0.6, 0.9, 0.9)
SCENES: Final = (
    (200, 60, 40), (40, 90, 190), (60, 150, 70), (190, 180, 60), (130, 60, 150), (70, 160, 170),
)  # fmt: skip


def scene(number: int, width: int, height: int) -> Rgb:
    """Return a still picture: a coloured ramp that differs from scene to scene."""
    colour = np.array(SCENES[number % len(SCENES)], np.float64)
    ramp = np.linspace(0.35, 1.0, width)[None, :, None]
    stripes = 1.0 - 0.25 * (np.arange(height) * (2 + number % 5) // max(1, height // 8) % 2)
    return np.asarray(ramp * stripes[:, None, None] * colour, np.uint8)


def burn(picture: Rgb, number: int) -> Rgb:
    """Return the picture with a 16-bit number in blocks, the highest bit first."""
    burned = picture.copy()
    for bit, (rows, columns) in enumerate(_blocks(*picture.shape[:2])):
        burned[rows, columns] = 255 if number >> (15 - bit) & 1 else 0
    return burned


def read_number(picture: npt.NDArray[np.uint8]) -> int:
    """Return the number burned into a picture of any size (BGR or RGB), faded or not."""
    grey = picture.reshape(*picture.shape[:2], -1).mean(axis=2)
    means: list[float] = []
    for rows, columns in _blocks(*grey.shape):
        block = grey[rows, columns]
        height, width = (max(1, side // 4) for side in block.shape)
        middle = block[height:-height, width:-width] if min(block.shape) > 2 else block
        means.append(float(middle.mean()))
    low, high = min(means), max(means)
    threshold = (low + high) / 2 if high - low > 12 else 127
    return sum(1 << 15 - bit for bit, mean in enumerate(means) if mean > threshold)


def _blocks(height: int, width: int) -> Iterator[tuple[slice, slice]]:
    left, top, right, bottom = _GRID
    xs = np.linspace(left * width, right * width, _COLUMNS + 1).round().astype(int).tolist()
    ys = np.linspace(top * height, bottom * height, _ROWS + 1).round().astype(int).tolist()
    for row in range(_ROWS):
        for column in range(_COLUMNS):
            yield slice(ys[row], ys[row + 1]), slice(xs[column], xs[column + 1])


def tone(
    seconds: float, frequency: float = 440.0, rate: int = 48_000, level: float = 0.3
) -> Samples:
    """Return a sine, float32 −1..1."""
    return np.asarray(
        level * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate), np.float32
    )


def silence(seconds: float, rate: int = 48_000) -> Samples:
    """Return silence."""
    return np.zeros(round(seconds * rate), np.float32)


def beeps(seconds: float, at: Sequence[float], rate: int = 48_000, length: float = 0.05) -> Samples:
    """Return silence with a 1 kHz beep at each of the given times."""
    samples = silence(seconds, rate)
    for start in at:
        beep = tone(length, 1000.0, rate, 0.8)
        first = round(start * rate)
        samples[first : first + len(beep)] = beep[: len(samples) - first]
    return samples


@dataclass(frozen=True)
class Sound:
    """One audio stream: mono samples, the same in every channel."""

    samples: Samples
    rate: int = 48_000
    channels: int = 1
    codec: str = "aac"
    start_s: Fraction = Fraction(0)
    language: str = ""

    def key(self) -> str:
        """Return what makes this stream differ from others."""
        digest = hashlib.sha256(self.samples.tobytes()).hexdigest()
        return f"{digest}{self.rate}{self.channels}{self.codec}{self.start_s}{self.language}"


@dataclass(frozen=True)
class Clip:
    """What to make.

    Args:
        name: file name; the suffix chooses the container.
        frames: number of frames; 0 = no video.
        size: width, height as coded.
        rate: frames per second.
        ticks: presentation times in `time_base`; None = equally spaced from 0.
        time_base: of `ticks`; default 1/90000.
        cuts: first frames of new scenes.
        fade: (start, end) frames between which the picture goes to black and comes back.
        codec: video encoder.
        pixel_format: of the encoder.
        encoder: options of the video encoder.
        muxer: options of the container.
        rotation: counter-clockwise degrees written as display matrix.
        aspect: sample aspect ratio.
        color_trc: transfer characteristic number; 0 = not stated.
        sounds: audio streams.
    """

    name: str
    frames: int = 50
    size: tuple[int, int] = (320, 180)
    rate: Fraction = Fraction(25)
    ticks: tuple[int, ...] | None = None
    time_base: Fraction = Fraction(1, 90_000)
    cuts: tuple[int, ...] = ()
    fade: tuple[int, int] | None = None
    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    encoder: tuple[tuple[str, str], ...] = (("preset", "ultrafast"), ("crf", "20"))
    muxer: tuple[tuple[str, str], ...] = ()
    rotation: int = 0
    aspect: Fraction | None = None
    color_trc: int = 0
    sounds: tuple[Sound, ...] = field(default=(), compare=False)

    def picture(self, frame: int) -> Rgb:
        """Return what frame `frame` shows, as coded."""
        number = sum(1 for cut in self.cuts if cut <= frame)
        picture = scene(number, *self.size)
        if self.fade and self.fade[0] <= frame < self.fade[1]:
            start, end = self.fade
            share = abs(2 * (frame - start + 1) / (end - start + 1) - 1)
            return np.asarray(burn(picture, frame) * share, np.uint8)
        return burn(picture, frame)

    @property
    def frame_ticks(self) -> tuple[int, ...]:
        """Presentation time of every frame, ticks of `time_base`."""
        if self.ticks is not None:
            return self.ticks
        step = 1 / (self.rate * self.time_base)
        return tuple(round(frame * step) for frame in range(self.frames))


def make(clip: Clip, folder: Path) -> Path:
    """Return the clip's file in `folder`; it is made when it is not there yet."""
    values = [value for name, value in dataclasses.asdict(clip).items() if name != "sounds"]
    key = repr(values) + "".join(sound.key() for sound in clip.sounds)
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    target = folder / digest / clip.name
    if not target.exists():
        shared = os.environ.get(SHARED) if type(clip) is Clip else None
        if shared is None:
            _make(clip, target)
        else:
            source = Path(shared, digest, clip.name)
            if not source.exists():
                _make(clip, source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return target


def _make(clip: Clip, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"part-{os.getpid()}-{clip.name}")
    _write(clip, partial)
    partial.replace(target)


def _write(clip: Clip, path: Path) -> None:
    with av.open(str(path), "w", options=dict(clip.muxer)) as container:
        video = _video_stream(container, clip) if clip.frames else None
        audios = [_audio_stream(container, sound) for sound in clip.sounds]
        if video is not None:
            for frame, ticks in enumerate(clip.frame_ticks):
                picture = av.VideoFrame.from_ndarray(clip.picture(frame), format="rgb24")
                converted = picture.reformat(format=clip.pixel_format)
                converted.pts = ticks
                converted.time_base = clip.time_base
                container.mux(video.encode(converted))
            container.mux(video.encode(None))
        for stream, sound in zip(audios, clip.sounds, strict=True):
            for frame in _audio_frames(sound):
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))


def _video_stream(container: Any, clip: Clip) -> Any:
    stream = container.add_stream(clip.codec, rate=clip.rate, options=dict(clip.encoder))
    stream.width, stream.height = clip.size
    stream.pix_fmt = clip.pixel_format
    stream.codec_context.time_base = clip.time_base
    stream.codec_context.thread_count = 1
    if clip.aspect is not None:
        stream.codec_context.sample_aspect_ratio = clip.aspect
    if clip.color_trc:
        stream.codec_context.color_trc = clip.color_trc
    if clip.rotation:
        stream.set_display_rotation(clip.rotation)
    return stream


def _audio_stream(container: Any, sound: Sound) -> Any:
    stream = container.add_stream(sound.codec, rate=sound.rate)
    stream.codec_context.layout = _LAYOUTS[sound.channels]
    if sound.language:
        stream.metadata["language"] = sound.language
    return stream


def _audio_frames(sound: Sound) -> Iterator[Any]:
    layout = _LAYOUTS[sound.channels]
    start = round(sound.start_s * sound.rate)
    for first in range(0, len(sound.samples), 1024):
        piece = np.tile(sound.samples[first : first + 1024], (sound.channels, 1))
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), "fltp", layout)
        frame.sample_rate = sound.rate
        frame.time_base = Fraction(1, sound.rate)
        frame.pts = start + first
        yield frame


def jpeg_with_orientation(orientation: int, size: tuple[int, int] = (320, 180)) -> bytes:
    """Return a JPEG of scene 0 with number 1 and an EXIF orientation (1..8)."""
    import cv2

    picture = burn(scene(0, *size), 1)
    data = cv2.imencode(".jpg", picture[:, :, ::-1])[1].tobytes()
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + bytes([0, orientation]) + b"\x00\x00"
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01" + entry + b"\x00\x00\x00\x00"
    body = b"Exif\x00\x00" + tiff
    segment = b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
    return data[:2] + segment + data[2:]


CLIPS: Final[dict[str, Callable[[], Clip]]] = {
    "cfr25": lambda: Clip("cfr25.mp4", 60, cuts=(20, 45), sounds=(Sound(tone(2.4)),)),
    "ntsc": lambda: Clip("ntsc.mp4", 60, rate=Fraction(30_000, 1001)),
    "b_frames": lambda: Clip(
        "b_frames.mp4", 90, encoder=(("preset", "medium"), ("bf", "3"), ("g", "24"))
    ),
    "open_gop": lambda: Clip(
        "open_gop.mkv",
        90,
        encoder=(("preset", "medium"), ("bf", "3"), ("g", "15"), ("x264-params", "open-gop=1")),
    ),
    "avi_b_frames": lambda: Clip(
        "avi_b_frames.avi", 60, encoder=(("preset", "medium"), ("bf", "2"), ("g", "20"))
    ),
    "vfr": lambda: Clip(
        "vfr.mkv",
        40,
        ticks=tuple(int(3600 * (n + n * n % 7 / 8 + (30 if n > 20 else 0))) for n in range(40)),
    ),
    "late_start": lambda: Clip(
        "late_start.mkv",
        50,
        ticks=tuple(90_000 + 3600 * n for n in range(50)),
        sounds=(Sound(beeps(2.0, [0.5]), codec="pcm_s16le", start_s=Fraction(1, 2)),),
    ),
    "rotated": lambda: Clip("rotated.mp4", 25, rotation=-90),
    "anamorphic": lambda: Clip("anamorphic.mkv", 25, size=(240, 180), aspect=Fraction(4, 3)),
    "two_tracks": lambda: Clip(
        "two_tracks.mkv",
        25,
        sounds=(Sound(tone(1.0), language="eng"), Sound(tone(1.0, 880), language="fra")),
    ),
    "long_sound": lambda: Clip("long_sound.mp4", 25, sounds=(Sound(tone(3.0)),)),
    "pq": lambda: Clip(
        "pq.mkv",
        25,
        codec="libx265",
        pixel_format="yuv420p10le",
        encoder=(("preset", "ultrafast"), ("x265-params", "log-level=none:pools=1")),
        color_trc=16,
    ),
    "odd_size": lambda: Clip(
        "odd_size.mkv", 10, size=(333, 187), codec="ffv1", pixel_format="yuv444p", encoder=()
    ),
    "tiny": lambda: Clip("tiny.mkv", 10, size=(48, 48), codec="ffv1", encoder=()),
    "grey": lambda: Clip("grey.mkv", 10, codec="ffv1", pixel_format="gray", encoder=()),
    "rgb": lambda: Clip("rgb.mkv", 10, codec="ffv1", pixel_format="bgra", encoder=()),
    "one_frame": lambda: Clip("one_frame.mp4", 1),
    "fades": lambda: Clip("fades.mp4", 75, cuts=(37,), fade=(25, 50)),
    "transport": lambda: Clip(
        "transport.ts", 60, encoder=(("preset", "medium"), ("bf", "2"), ("g", "20")),
        sounds=(Sound(tone(2.4)),),
    ),
    "long_gop": lambda: Clip("long_gop.mp4", 1300, size=(64, 48), encoder=(
        ("preset", "ultrafast"), ("g", "2000"), ("sc_threshold", "0"))),
    "minute": lambda: Clip("minute.mp4", 1500, size=(160, 90), cuts=(200, 460, 500, 505, 900, 1234),
                           encoder=(("preset", "ultrafast"), ("g", "50"), ("bf", "2"))),
    "sound_only": lambda: Clip("sound_only.ogg", 0, sounds=(Sound(tone(45.0), codec="libopus"),)),
    "sound_gap": lambda: Clip("sound_gap.mkv", 0, sounds=(Sound(tone(1.0), codec="pcm_s16le"),)),
}  # fmt: skip


def named(name: str, folder: Path) -> tuple[Clip, Path]:
    """Return a clip of `CLIPS` and its file."""
    clip = CLIPS[name]()
    return clip, make(clip, folder)
