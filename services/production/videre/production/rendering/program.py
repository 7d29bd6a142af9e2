"""The ffmpeg program: which one, and what it says it is.

A GPL program that is run and never linked; `VIDERE_FFMPEG` names another build.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from videre.common.errors import Reason, VidereError

_TIMEOUT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Program:
    """A renderer.

    Args:
        path: of the program.
        version: such as "ffmpeg 7.1".
    """

    path: str
    version: str


def find_program(named: Path | None) -> Program:
    """Return the renderer: the named one, else that of the `imageio-ffmpeg` package.

    Raises:
        VidereError: MODEL_UNAVAILABLE, there is none, or it does not run.
    """
    path = str(named) if named is not None else _packaged()
    try:
        said = subprocess.run(
            [path, "-hide_banner", "-version"],
            capture_output=True, text=True, errors="replace", timeout=_TIMEOUT_S, check=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise VidereError(
            Reason.MODEL_UNAVAILABLE,
            f"the renderer {path} does not run; VIDERE_FFMPEG names another one",
            metadata={"program": path},
        ) from error
    words = said.split("\n", 1)[0].split()
    version = words[2] if len(words) > 2 else "unknown"
    return Program(path, f"ffmpeg {version}")


def _packaged() -> str:
    try:
        from imageio_ffmpeg import get_ffmpeg_exe
    except ImportError as error:
        raise VidereError(
            Reason.MODEL_UNAVAILABLE,
            "no renderer: install the package imageio-ffmpeg, or name a program in VIDERE_FFMPEG",
        ) from error
    return str(get_ffmpeg_exe())
