"""Cutting a media into units, from the index alone. Pure.

Units never depend on configuration: what is sampled, kept and keyed per unit must be the same
whatever the number of units in a chunk.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from videre.common.values import NS
from videre.orchestrator.media.index import MediaIndex, MediaKind, UnitRange

TARGET_NS: Final = 20 * NS
#: A unit is cut at the key frame nearest to the target in [shortest, longest]; where there is
#: none, at the first plain frame after the target (the decoder then starts before the unit).
SHORTEST_NS: Final = 10 * NS
LONGEST_NS: Final = 40 * NS
#: The rest of a media up to this length is one unit: no tail of a few frames.
LAST_NS: Final = 30 * NS
#: Audio-only media: 40 windows of 0.48 s, the hop of the sound classes.
AUDIO_NS: Final = 40 * 480_000_000


def cut_units(index: MediaIndex) -> list[UnitRange]:
    """Return the units of a media in order; they cover all frames (or all sound) without gaps."""
    if index.kind is MediaKind.TEXT:
        return []
    if index.video is None:
        return _audio_units(index.duration_ns)
    starts = index.frame_starts_ns
    cuts = [0]
    while (cut := _next_cut(index, cuts[-1])) is not None:
        cuts.append(cut)
    ends = [*cuts[1:], len(starts)]
    return [
        UnitRange(
            number,
            first,
            end,
            int(starts[first]),
            int(starts[end]) if end < len(starts) else index.video_end_ns,
        )
        for number, (first, end) in enumerate(zip(cuts, ends, strict=True))
    ]


def _next_cut(index: MediaIndex, first: int) -> int | None:
    """Return the first frame of the next unit; None when the rest is the last unit."""
    assert index.video is not None
    starts = index.frame_starts_ns
    start = int(starts[first])
    if index.video_end_ns - start <= LAST_NS:
        return None
    low, high = np.searchsorted(starts, (start + SHORTEST_NS, start + LONGEST_NS))
    keys = np.flatnonzero(index.video.keys[low:high]) + low
    if len(keys):
        return int(keys[np.argmin(np.abs(starts[keys] - (start + TARGET_NS)))])
    plain = max(int(np.searchsorted(starts, start + TARGET_NS)), first + 1)
    return plain if plain < len(starts) else None


def _audio_units(duration_ns: int) -> list[UnitRange]:
    count = max(1, -(-duration_ns // AUDIO_NS))
    return [
        UnitRange(number, 0, 0, number * AUDIO_NS, min(duration_ns, (number + 1) * AUDIO_NS))
        for number in range(count)
    ]
