"""Frame number ↔ time, from the media index alone. Pure.

Never `time × fps`: a variable rate, a start that is not zero and B-frames must come out right.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from videre.common.values import TimeSpan, nominal_rate, timecode


@dataclass(frozen=True, slots=True)
class Timeline:
    """The clock of one media.

    Args:
        duration_ns: from the origin to the end of the last frame or sample.
        frame_starts_ns: start of every frame in presentation order; empty without video.
        video_end_ns: end of the last frame; 0 without video.
        average_rate: frames per second, exact; None without video.
        variable_rate: frames are not equally spaced.
        counts_characters: the media is text without times: every place on this clock is that of a
            character, not of a nanosecond.
    """

    duration_ns: int
    frame_starts_ns: Sequence[int] = ()
    video_end_ns: int = 0
    average_rate: Fraction | None = None
    variable_rate: bool = False
    counts_characters: bool = False

    @property
    def frame_count(self) -> int:
        """Number of frames; 0 without video."""
        return len(self.frame_starts_ns)

    def frame_at(self, time_ns: int) -> int:
        """Return the frame shown at an instant (the last one not after it; frame 0 before it)."""
        return max(0, bisect_right(self.frame_starts_ns, time_ns) - 1)

    def frame_span(self, start_frame: int, end_frame: int) -> TimeSpan:
        """Return the exact span of frames [start_frame, end_frame).

        Raises:
            ValueError: the frames do not exist or the range is empty.
        """
        starts_ns = self.frame_starts_ns
        count = len(starts_ns)
        if not 0 <= start_frame < end_frame <= count:
            raise ValueError(f"no frames {start_frame}..{end_frame} of {count}")
        end_ns = int(starts_ns[end_frame]) if end_frame < count else self.video_end_ns
        return TimeSpan(int(starts_ns[start_frame]), end_ns, start_frame, end_frame)

    def with_frames(self, start_ns: int, end_ns: int) -> TimeSpan:
        """Return a span of the clock with the frames shown in it, when the media has video."""
        start_ns = max(0, start_ns)
        end_ns = max(start_ns, end_ns)
        if not self.frame_count:
            return TimeSpan(start_ns, end_ns)
        first = min(self.frame_at(start_ns), self.frame_count)
        last = bisect_left(self.frame_starts_ns, end_ns)
        if start_ns >= self.video_end_ns:
            first = self.frame_count
        return TimeSpan(start_ns, end_ns, first, max(first, last))

    def timecodes(self, span: TimeSpan) -> tuple[str, str]:
        """Return the SMPTE timecodes of a span's frames; empty strings without video."""
        if span.start_frame is None or span.end_frame is None or self.average_rate is None:
            return "", ""
        rate = nominal_rate(self.average_rate)
        return timecode(span.start_frame, rate), timecode(span.end_frame, rate)
