"""The one policy by which a dependency that is away is asked again: full jitter, logged, bounded.

Source: AWS Architecture Blog, "Exponential Backoff And Jitter" (full jitter): callers that were
thrown out together do not come back together.
"""

from __future__ import annotations

from typing import Final

import structlog
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

log = structlog.get_logger(__name__)

#: Longest first and longest wait of all, seconds.
_FIRST_S: Final = 0.2
_LONGEST_S: Final = 5.0


def until_it_answers(what: str, *away: type[BaseException]) -> AsyncRetrying:
    """Return attempts without end, for work in the background that is cancelled from outside.

    Args:
        what: the dependency, for the log.
        away: exceptions that say that it is away; others end the attempts.
    """

    def told(state: RetryCallState) -> None:
        error = None if state.outcome is None else state.outcome.exception()
        pause = 0.0 if state.next_action is None else state.next_action.sleep
        log.warning("dependency away", dependency=what, error=str(error)[:200],
                    attempt=state.attempt_number, again_in_s=round(pause, 2))  # fmt: skip

    return AsyncRetrying(
        wait=wait_random_exponential(multiplier=_FIRST_S, max=_LONGEST_S),
        retry=retry_if_exception_type(away),
        before_sleep=told,
        reraise=True,
    )
