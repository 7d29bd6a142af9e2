"""What a media may ask of the machine, and what a child process may take. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.common.errors import FieldViolation, Reason, VidereError

GIB: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """Bounds of an acceptable media.

    Args:
        max_bytes: size of the file.
        max_duration_s: from the origin to the end of the last frame or sample, seconds.
        max_side: longer side of the picture, pixels.
        max_pixels: pixels of one picture.
        max_streams: streams of all kinds in the container.
        max_frames: frames of the selected video stream.
    """

    max_bytes: int = 64 * GIB
    max_duration_s: int = 12 * 3600
    max_side: int = 8192
    max_pixels: int = 40_000_000
    max_streams: int = 64
    max_frames: int = 6_000_000

    def check(self, name: str, actual: int, *, reason: Reason = Reason.MEDIA_LIMIT) -> None:
        """Refuse a value above the limit called `name`.

        Raises:
            VidereError: `reason`, naming field, limit and actual value.
        """
        limit: int = getattr(self, name)
        if actual > limit:
            raise limit_error(reason, name.removeprefix("max_"), limit, actual)


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What one child process may take.

    Args:
        memory_bytes: address space (RLIMIT_AS).
        cpu_s: processor time (RLIMIT_CPU), seconds.
        wall_s: time until the parent kills it, seconds.
        open_files: file descriptors (RLIMIT_NOFILE).
        file_bytes: size of one file it writes (RLIMIT_FSIZE).
    """

    memory_bytes: int = 3 * GIB
    cpu_s: int = 600
    wall_s: float = 1200.0
    open_files: int = 64
    file_bytes: int = 8 * GIB

    def for_media(self, media_s: float) -> ChildLimits:
        """Return the limits with time for `media_s` seconds of media.

        Eight core-seconds a second of media are a hundred times the usual cost: 8K material on a
        busy machine passes, a decoder that spins does not.
        """
        cpu_s = 60 + int(8 * media_s)
        return ChildLimits(self.memory_bytes, cpu_s, 2.0 * cpu_s, self.open_files, self.file_bytes)


def limit_error(reason: Reason, field: str, limit: float, actual: float | str) -> VidereError:
    """Return the refusal that names a field, its limit and the actual value."""
    description = f"{field} is {actual}, the limit is {limit}"
    return VidereError(
        reason,
        description,
        violations=(FieldViolation(field, description, str(limit), str(actual)),),
        metadata={"field": field, "limit": str(limit), "actual": str(actual)},
    )
