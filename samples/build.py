"""Builds the sample clip and its truth: `python -m samples.build --wheel scikit_image-….whl`.

The same tools give the same bytes: encoders run on one thread and write neither times nor names of
tools beyond their own version. Another release of x264, FreeType, flite or the fonts may differ
in bytes, not in content. See README.md for the tools.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import wave
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import imageio_ffmpeg
import numpy as np

from samples.drawing import HEIGHT, WIDTH, Studio, frames
from samples.sound import RATE, Samples, soundtrack
from samples.story import FRAME_RATE
from samples.truth import truth

_TARGET: Final = Path(__file__).parents[1] / "cli" / "videre" / "cli" / "sample"
#: The wheel that carries the photographs: scikit-image 0.25.2 for Linux on x86-64, Python 3.11.
_WHEEL_SHA256: Final = "24cc986e1f4187a12aa319f777b36008764e856e5013666a4a83f8df083c2641"
_ENCODE_TIMEOUT_S: Final = 900


def main() -> None:
    """Build from the command line."""
    parser = argparse.ArgumentParser(description="Build the sample clip and its truth.")
    parser.add_argument("--wheel", type=Path, required=True, help="scikit-image's wheel")
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts/opentype/noto"))
    parser.add_argument("--out", type=Path, default=_TARGET, help="folder of the results")
    options = parser.parse_args()
    if hashlib.sha256(options.wheel.read_bytes()).hexdigest() != _WHEEL_SHA256:
        parser.error(f"{options.wheel} is not the wheel this clip is made of")
    options.out.mkdir(parents=True, exist_ok=True)
    clip = options.out / "sample.mp4"
    _encode(Studio(options.wheel, options.fonts), clip)
    words = json.dumps(truth(), ensure_ascii=False, indent=2)
    (options.out / "sample.truth.json").write_text(f"{words}\n", encoding="utf-8")
    print(clip.stat().st_size, hashlib.sha256(clip.read_bytes()).hexdigest(), clip)


def _encode(studio: Studio, target: Path) -> None:
    """Write H.264 and AAC in MP4, with a drop-frame timecode, ready to be streamed."""
    with TemporaryDirectory() as folder:
        sound = Path(folder, "sound.wav")
        _write_wave(sound, soundtrack())
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error",
            "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}",
            "-r", str(FRAME_RATE), "-i", "-", "-i", str(sound),
            "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
            "-c:v", "libx264", "-preset", "slow", "-crf", "27",
            "-g", "150", "-threads", "1", "-color_primaries", "bt709", "-color_trc", "bt709",
            "-colorspace", "bt709", "-c:a", "aac", "-b:a", "96k", "-timecode", "00:00:00;00",
            "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
            "-flags:a", "+bitexact", "-metadata:s:a:0", "language=eng",
            "-movflags", "+faststart", str(target),
        ]  # fmt: skip
        with subprocess.Popen(command, stdin=subprocess.PIPE) as ffmpeg:
            assert ffmpeg.stdin is not None  # it is a pipe
            for frame in frames(studio):
                ffmpeg.stdin.write(frame.tobytes())
            ffmpeg.stdin.close()
            if ffmpeg.wait(_ENCODE_TIMEOUT_S):
                raise SystemExit(f"ffmpeg ended with {ffmpeg.returncode}")


def _write_wave(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32_767).round().astype("<i2").tobytes())


if __name__ == "__main__":
    main()
