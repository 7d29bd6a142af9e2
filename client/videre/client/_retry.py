"""When a failed call is tried again, and how long to pause before."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from videre.client._errors import Conflict, Overloaded, ServerRefusal, Unavailable


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential back-off with full jitter.

    Args:
        attempts: calls in all, the first included, ≥ 1.
        base_s: longest pause after the first failure, seconds; doubles with every failure.
        cap_s: longest pause of all, seconds.
        rng: source of the jitter.
    """

    attempts: int = 8
    base_s: float = 0.1
    cap_s: float = 5.0
    rng: random.Random = field(default_factory=random.Random, repr=False, compare=False)

    def pause_s(self, error: ServerRefusal, failures: int, remaining_s: float) -> float | None:
        """Return seconds to wait before the next try; None when the error is final.

        Args:
            failures: failed calls so far, ≥ 1.
            remaining_s: time left before the operation's deadline.
        """
        if failures >= self.attempts or not retryable(error):
            return None
        jitter = self.rng.uniform(0.0, min(self.cap_s, self.base_s * 2 ** (failures - 1)))
        pause = (error.retry_after_s or 0.0) + jitter
        return pause if pause < remaining_s else None


def retryable(error: ServerRefusal) -> bool:
    """Tell whether the same request may succeed later.

    ABORTED is retryable by contract; with an outdated etag the same request can only fail again.
    """
    if isinstance(error, Conflict):
        return error.reason != "ETAG_MISMATCH"
    return isinstance(error, Unavailable | Overloaded)
