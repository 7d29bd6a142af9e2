"""When an event is sent again, and when it is given up. Pure."""

from __future__ import annotations

from typing import Final

from videre.common.values import NS

#: Longest pause after the first failure; it doubles with every failure up to the last, seconds.
_FIRST_S: Final = 5.0
_LAST_S: Final = 3_600.0
#: How long an event is tried, seconds.
GIVE_UP_S: Final = 24 * 3_600.0


def pause_s(attempts: int, luck: float, asked_s: float | None) -> float:
    """Return seconds until the next attempt.

    Args:
        attempts: failures so far, ≥ 1.
        luck: 0..1, so that those who failed together do not come back together.
        asked_s: what the receiver asked for (Retry-After); it is not believed beyond an hour.
    """
    longest = min(_LAST_S, _FIRST_S * float(1 << min(attempts - 1, 20)))
    return max(longest * (0.5 + luck / 2), min(asked_s or 0.0, _LAST_S))


def next_ns(since_ns: int, now_ns: int, pause: float) -> int | None:
    """Return when an event is sent again; None = it is given up.

    Args:
        since_ns: from when its time counts.
        now_ns: when the last attempt failed.
        pause: seconds to wait.
    """
    end = since_ns + round(GIVE_UP_S * NS)
    if now_ns >= end:
        return None
    return min(now_ns + round(pause * NS), end)
