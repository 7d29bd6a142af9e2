"""What can go wrong, and when: drawn from the seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

#: Counts one operation of the process; raises `Killed` where the seed ends it.
Tick = Callable[[str], None]


class Killed(BaseException):
    """The process has ended; nothing that it does from here on has an effect."""


class DoubleBroken(BaseException):
    """A double is wrong, or was used against its contract: no `except Exception` swallows it."""


@contextmanager
def raising_only(*meant: type[Exception]) -> Iterator[None]:
    """Let a double raise what it means to raise.

    Raises:
        DoubleBroken: it raised something else.
    """
    try:
        yield
    except meant:
        raise
    except Exception as error:
        raise DoubleBroken(f"a double raised {type(error).__name__}: {error}") from error


def leaves(error: BaseException) -> Iterator[BaseException]:
    """Return the errors in a group of errors; the error itself where it is no group."""
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from leaves(part)
    else:
        yield error


class Fault(StrEnum):
    """What a call to a service may meet."""

    UNAVAILABLE = "unavailable"
    OVERLOADED = "overloaded"
    TOO_SLOW = "slow beyond deadline"
    WRONG_VERSION = "wrong version"
    ERROR = "error"
    REFUSED = "refused"
    DIES = "dies in the middle"
    LOST = "answer lost"
    NONSENSE = "nonsense"


class Trouble(StrEnum):
    """What may happen beside the services."""

    KILL = "process killed"
    KILL_IN_STEP = "killed between effect and record"
    CANCEL = "cancel"
    CANCEL_KILLED = "killed while cancelling"
    DEADLINE = "wall-time deadline"
    DELETE_RUNNING = "delete of a running job refused"
    DELETE_JOB = "delete after cancel"
    DELETE_MEDIA = "media deleted after cancel"
    SAME_BYTES = "two jobs of the same bytes"
    SUBMIT_TWICE = "submitted twice"
    SUBMIT_KILLED = "killed while submitting"
    SECOND_START = "second start refused"
    DECODE_FAILS = "decoding fails"
    CRASH_LOOP = "chunk kills its process again and again"
