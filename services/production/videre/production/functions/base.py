"""What a production function does: an engine whose feature is the function's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from videre.common.engine import Engine
from videre.exports.production_params import Options
from videre.production.decode import FrameSource
from videre.production.known import Known


@dataclass(frozen=True, slots=True)
class Made:
    """A file that a function made.

    Args:
        name: file name, unique in the task.
        role: "cover", "sprite", "index" or "captions".
        media_type: such as "image/jpeg".
        data: its bytes.
        offset_ns: instant of the media that it stands for; covers only.
        score: of the choice, 0..1; covers only.
    """

    name: str
    role: str
    media_type: str
    data: bytes
    offset_ns: int | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """One task.

    Args:
        options: its parameters, checked, defaults filled in.
        known: what the analysis knows.
        source: opens the pictures; raises NO_TRACK when the media has none.
        progress: called with the share of the work that is done, 0..1; raises when nobody waits.
        file_prefix: what stands before a file's name where it becomes unique in the job.
    """

    options: Options
    known: Known
    source: Callable[[], FrameSource]
    progress: Callable[[float], None]
    file_prefix: str


class Function(Engine, Protocol):
    """Makes files from media; knows nothing between two tasks."""

    def render(self, work: Work) -> list[Made]:
        """Return the files in the function's stated order.

        Raises:
            VidereError: NO_TRACK and others that the function's docstring names.
        """
